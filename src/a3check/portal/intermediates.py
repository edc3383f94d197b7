"""Which CAs does a server fail to send, and where are they had from?"""

from a3check.core.ports import Network
from a3check.pki import certificate as x509
from a3check.pki.bundle import load_pool
from a3check.tls.transcript import Transcript

MOST_MISSING = 3
"""CAs that are fetched for one server: real chains lack one or two."""


def missing_cas(said: Transcript, network: Network) -> tuple[bytes, ...]:
    """Have what the server fails to send from the addresses in its chain, as browsers do."""
    cas: list[x509.Certificate] = []
    tip = x509.read(said.server_chain[-1]) if said.server_chain else None
    while isinstance(tip, x509.Certificate) and len(cas) < MOST_MISSING and not tip.self_issued:
        bodies = [a.body for a in network.fetch(tip.aia_urls[:1])] if tip.aia_urls else []
        issuer = tip.issuer_key
        tip = next((c for c in load_pool(bodies) if c.subject_key == issuer), None)
        cas += [tip] if tip is not None else []
    return tuple(c.der for c in cas)
