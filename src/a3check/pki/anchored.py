"""Which of many CA certificates hang on a pinned root?"""

from collections import defaultdict
from collections.abc import Iterable

from a3check.pki.certificate import Certificate
from a3check.pki.keys import Checked
from a3check.pki.trust import Trust

MOST_SIGNATURES = 4096
"""Signatures checked at most: ITI's list asks for one a certificate, about 180 (0.2 ms each)."""


class TooManyError(Exception):
    """The bound was reached: a list like this is nobody's."""


def anchored(found: Iterable[Certificate], trust: Trust) -> tuple[Certificate, ...]:
    """Return the CAs whose signatures lead to a pinned root, whatever it is for, each once.

    Downwards from the roots, thus each certificate is checked only with keys that have proved
    themselves: one of a stranger's costs at most a signature for each real CA of its issuer's
    name. Signatures alone count here; dates, purposes and powers are the path's to judge, when
    a certificate is used. Raises :class:`TooManyError`.
    """
    known = tuple(dict.fromkeys(found))
    pins = trust.pins
    held = [ca for ca in known if ca.sha256 in pins]
    waiting: defaultdict[object, list[Certificate]] = defaultdict(list)
    for ca in known:
        if ca.is_ca and ca.sha256 not in pins:
            waiting[ca.issuer_key].append(ca)
    budget = MOST_SIGNATURES
    for issuer in held:  # grows while it is read
        below = waiting[issuer.subject_key]
        mine = [ca for ca in below if ca.aki is None or ca.aki == issuer.key_id]
        budget -= len(mine)
        if budget < 0:
            raise TooManyError
        good = [ca for ca in mine if ca.signed_by(issuer) is Checked.GOOD]
        held += good
        waiting[issuer.subject_key] = [ca for ca in below if ca not in good]
    return tuple(sorted(held, key=lambda ca: ca.sha256))
