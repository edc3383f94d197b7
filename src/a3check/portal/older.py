"""Would the login that TLS 1.3 does not allow work under TLS 1.2?

TLS 1.3 wants RSA-PSS of an RSA key, TLS 1.2 takes PKCS#1 v1.5 as well: what a token without PSS
can still do is evidence for its supplier.
"""

from collections.abc import Mapping

from a3check.core.fault import Fault
from a3check.core.ports import JSON
from a3check.portal import page
from a3check.portal.walk import Converse, Walk
from a3check.tls.transcript import Transcript

MODERN, OLDER = "TLSv1.3", "TLSv1.2"


def works_in_tls12(
    walk: Walk, request: Mapping[str, JSON], converse: Converse, *, may_ask: bool
) -> bool | None:
    """Tell whether the last hop's login works under TLS 1.2; None where it was not tried.

    ``request`` is that hop's. It is asked once more, at the most; ``may_ask`` is whether
    a request is left and the key signs without a login of its own.
    """
    said = walk.hops[-1].transcript if walk.hops and walk.fault is None else None
    if said is None or not said.nothing_sent:
        return None
    if said.version != MODERN:
        return False  # this was TLS 1.2 or older
    if not may_ask:
        return None
    answer = converse({**request, "max_version": OLDER})
    return None if isinstance(answer, Fault) else _let_in(Transcript.from_json(answer))


def _let_in(said: Transcript) -> bool:
    return said.proved and said.answer is not None and page.refusal(said.answer) is None
