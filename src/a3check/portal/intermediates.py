"""Which CAs does a server fail to send, and where are they had from?"""

from collections.abc import Iterable, Sequence

from a3check.core.ports import Network
from a3check.pki import certificate as x509
from a3check.pki.bundle import load_pool
from a3check.pki.keys import Checked
from a3check.tls.transcript import Transcript

MOST_MISSING = 3
"""CAs that are fetched for one server: real chains lack one or two."""


def missing_cas(said: Transcript, network: Network) -> tuple[bytes, ...]:
    """Have what the server fails to send from the addresses in its chain, as browsers do."""
    cas: list[x509.Certificate] = []
    tip = _tip(tuple(map(x509.read, said.server_chain)))
    while tip is not None and len(cas) < MOST_MISSING and not tip.self_issued:
        bodies = [a.body for a in network.fetch(tip.aia_urls[:1])] if tip.aia_urls else []
        tip = _issuer(tip, load_pool(bodies))
        cas += [tip] if tip is not None else []
    return tuple(c.der for c in cas)


def _tip(chain: Sequence[x509.Certificate | x509.Unreadable]) -> x509.Certificate | None:
    """Return where the server's own chain breaks off: what it sends beside leads nowhere."""
    sent = [c for c in chain if isinstance(c, x509.Certificate)]
    tip = sent[0] if sent and chain[0] is sent[0] else None
    for _ in sent:
        above = None if tip is None or tip.self_issued else _issuer(tip, sent)
        tip = above or tip
    return tip


def _issuer(tip: x509.Certificate, known: Iterable[x509.Certificate]) -> x509.Certificate | None:
    """Return the issuer: a CA that renewed its key has namesakes, and one of them signed."""
    named = [c for c in known if c.subject_key == tip.issuer_key]
    checked = [(tip.signed_by(c), c) for c in named]
    good = (c for result, c in checked if result is Checked.GOOD)
    unclear = (c for result, c in checked if result is not Checked.BAD)
    return next(good, None) or next(unclear, None)
