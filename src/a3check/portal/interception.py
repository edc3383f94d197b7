"""Does somebody stand between this computer and a server, and sign in its name?"""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from a3check.core import knowledge
from a3check.pki import certificate as x509
from a3check.pki.trust import pinned
from a3check.portal.walk import HTTPS, Walker
from a3check.tls.request import Request
from a3check.tls.transcript import Transcript

WITNESSES = 2
"""Hosts that must be signed alike before an issuer that nobody trusts counts as one for all."""
WITNESS_SECONDS = 10.0
"""For one comparison: handshake and answer; it comes on top of the walk."""
_OWN_NAMES = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa"}
    | {"test", "invalid", "example", "onion", "alt"}
)
"""Last labels that the internet's DNS has no hosts below (RFC 6761 and usage)."""
_DATES = frozenset({0, 9, 10, None})
"""Verdicts of OpenSSL that say nothing against who signed: fine, not yet valid, expired."""
_NAMES = frozenset({62, 64})
"""X509_V_ERR_HOSTNAME_MISMATCH and _IP_ADDRESS_MISMATCH: so is a captive portal's answer."""


@dataclass(frozen=True, slots=True)
class Interceptor:
    """Who signed in the server's place.

    ``product`` is known where the name gives it away; ``hosts`` are unrelated ones that the very
    same signer vouches for; ``doubtful`` where unrelated hosts speak against it.
    """

    issuer: str
    product: str = ""
    hosts: tuple[str, ...] = ()
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Roots:
    """Whom this system trusts for web servers.

    ``shipped`` are the roots that came with it (SHA-256, hex), nothing where it cannot tell.
    ``chosen`` means that the profile names whom to trust: then nobody in there is a stranger.
    """

    shipped: frozenset[str] | None = None
    chosen: bool = False

    def private(self, root: x509.Certificate) -> bool:
        """Tell whether neither the web, nor this system as it came, nor ICP-Brasil has it."""
        return not (
            root.sha256 in (self.shipped or ())
            or knowledge.public_root(root.sha256)
            or root.sha256 in pinned().known
        )


def wants_witnesses(said: Transcript, roots: Roots) -> bool:
    """Tell whether other hosts' certificates would help to judge this server's."""
    if roots.chosen or not _is_public(said.host) or _by_name(_certificates(said)):
        return False
    return _stranger(said, roots) is not None or _is_unknown(said)


def interceptor(
    said: Transcript, roots: Roots, witnesses: Sequence[Transcript] = ()
) -> Interceptor | None:
    """Tell who signed in the server's place, if anybody did.

    By the names of products; by a root in the system's store that is neither the web's nor the
    system's own, where the host is a public one; and by comparison with unrelated hosts.
    """
    chain = _certificates(said)
    if not chain or (said.trusted and _is_known(said, roots)):
        return None
    issuer = chain[0].issuer_common_name
    alike = tuple(w for w in witnesses if w.host != said.host and _signed_alike(said, w))
    hosts = tuple(dict.fromkeys(w.host for w in alike))
    product = _by_name(chain)
    if product is not None:
        return Interceptor(issuer, product, hosts)
    if roots.chosen or not _is_public(said.host):
        return None
    if _is_unknown(said):
        others = {w.host for w in witnesses if w.server_chain}
        shared = len(hosts) >= WITNESSES and others == set(hosts)
        return Interceptor(issuer, hosts=hosts) if shared else None
    if _stranger(said, roots) is None:
        return None
    if roots.shipped is None and not hosts:
        return None
    against = any(w.trusted and _is_known(w, roots) for w in witnesses)
    return Interceptor(issuer, hosts=hosts, doubtful=against and not hosts)


def witness(url: str, walker: Walker) -> Request:
    """Ask a control address for its certificate, as the walk asks the portal."""
    parts, limits = urlsplit(url), walker.profile.limits
    proxy = walker.proxy(url)
    return Request(
        host=parts.hostname or "",
        port=parts.port or HTTPS,
        path=parts.path or "/",
        server_roots_pem=walker.roots_pem,
        proxy=None if proxy is None else (proxy.host, proxy.port),
        proxy_authorization="" if proxy is None else proxy.authorization,
        connect_seconds=limits.connect,
        handshake_seconds=min(limits.handshake, WITNESS_SECONDS),
        total_seconds=min(limits.handshake, WITNESS_SECONDS) + limits.connect,
        moment=walker.moment,
    )


def _is_known(said: Transcript, roots: Roots) -> bool:
    root = _root(said)
    return root is not None and not roots.private(root)


def _stranger(said: Transcript, roots: Roots) -> x509.Certificate | None:
    """Return the root that the system trusts and nobody else does."""
    root = _root(said)
    return root if root is not None and said.trusted and roots.private(root) else None


def _is_unknown(said: Transcript) -> bool:
    """Tell whether nobody here knows who signed; what its name or dates are is not asked."""
    codes = {e.code for e in said.verify_errors} | {said.verify_code}
    return bool(codes - _DATES - _NAMES) and not codes & _NAMES


def _signed_alike(said: Transcript, other: Transcript) -> bool:
    """Compare roots, where both are known, else who signed the servers' own certificates."""
    if said.trusted and other.trusted:
        mine, theirs = _root(said), _root(other)
        return mine is not None and mine == theirs
    leaf, twin = next(_read(said.server_chain), None), next(_read(other.server_chain), None)
    if leaf is None or twin is None or said.trusted or other.trusted:
        return False
    return (leaf.issuer_key, leaf.aki) == (twin.issuer_key, twin.aki) and not leaf.self_issued


def _root(said: Transcript) -> x509.Certificate | None:
    path = tuple(_read(said.trust_path[-1:]))
    return path[0] if path and path[0].self_issued else None


def _certificates(said: Transcript) -> tuple[x509.Certificate, ...]:
    """Return the server's own certificate and whatever is above it, as sent and as built."""
    return tuple(dict.fromkeys(_read((*said.server_chain, *said.trust_path))))


def _read(chain: Sequence[bytes]) -> Iterator[x509.Certificate]:
    found = (x509.read(der) for der in chain)
    return (each for each in found if isinstance(each, x509.Certificate))


def _by_name(chain: Sequence[x509.Certificate]) -> str | None:
    named = (knowledge.interceptor(each.issuer) for each in chain)
    return next((product for product in named if product is not None), None)


def _is_public(host: str) -> bool:
    """Tell whether a host is one of the internet's, not of a house or a laboratory."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.casefold().rstrip(".").split(".")
        return len(labels) > 1 and labels[-1] not in _OWN_NAMES
