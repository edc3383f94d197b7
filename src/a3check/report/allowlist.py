"""Which hosts and ports must a town's firewall let through, and what for?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from urllib.parse import urlsplit

from a3check.checks.network import endpoints
from a3check.core import tables
from a3check.core.internet import Endpoint
from a3check.core.profile import Profile
from a3check.core.values import serves, split_endpoint
from a3check.pki.certificate import Certificate


class Purpose(StrEnum):
    """What a line of the list is for; the words are in ``[firewall]``."""

    PORTAL = "portal"
    """The login does not work without it."""
    MAYBE = "maybe"
    """The login may be led there."""
    TIME = "time"
    """The right time, and whether there is an internet at all."""
    AUTHORITY = "authority"
    """Whether a certificate was cancelled (CRL, OCSP), and missing CA certificates."""


@dataclass(frozen=True, slots=True)
class Line:
    """One host and port; ``owner`` is the authority that publishes there.

    ``plain`` tells that HTTP without TLS is spoken: a proxy is asked for the page itself.
    """

    endpoint: Endpoint
    purpose: Purpose
    owner: str = ""
    plain: bool = False


def lines(profile: Profile, cas: Iterable[Certificate]) -> tuple[Line, ...]:
    """Return the list: the profile's own addresses, then those of the certificates' CAs.

    ``cas`` are the CA certificates at hand: their own addresses count. The known ones of
    ICP-Brasil are added unless the profile trusts other roots (a laboratory).
    """
    wanted, controls = endpoints(profile)
    found = [Line(e, Purpose.PORTAL if e.needed else Purpose.MAYBE) for e in wanted]
    found.sort(key=lambda line: not line.endpoint.needed)
    found += [Line(e, Purpose.TIME) for e in controls]
    known = () if profile.trust.roots_sha256 else _known()
    once: dict[tuple[str, int], Line] = {}
    for line in (*found, *known, *_published(cas)):
        once.setdefault((line.endpoint.host, line.endpoint.port), line)
    return tuple(once.values())


@cache
def _known() -> tuple[Line, ...]:
    table = tables.load("firewall.toml")
    return tuple(
        _authority(*split_endpoint(host), row["name"])
        for row in table["authority"]
        for host in row["hosts"]
    )


def _published(cas: Iterable[Certificate]) -> Iterator[Line]:
    """Read the addresses out of certificates; what is no address there is left out."""
    for ca in cas:
        for url in (*ca.crl_urls, *ca.ocsp_urls, *ca.aia_urls):
            if serves("network.time_urls", url):  # an address of HTTP with a good host and port
                parts = urlsplit(url)
                port = parts.port or (443 if parts.scheme == "https" else 80)
                yield _authority(parts.hostname or "", str(port), ca.issuer_common_name, url)


def _authority(host: str, port: str, owner: str, url: str = "http://") -> Line:
    plain = url.lower().startswith("http://")
    return Line(Endpoint(host, int(port), needed=False), Purpose.AUTHORITY, owner, plain)
