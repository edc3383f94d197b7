"""Which addresses may be asked: a URL that comes out of a certificate is not to be trusted."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_EMBEDDING = (ip_network("64:ff9b::/96"), ip_network("2002::/16"))  # NAT64 and 6to4 hold an IPv4
_UNICAST = ip_network(
    "2000::/3"
)  # all of IPv6 that IANA has given out; the rest embeds or is local
# of the network one sits in (RFC 6761, 6762, 8375, ICANN's .internal), or used so
_INSIDE = frozenset({"localhost", "local", "internal", "lan", "intranet", "corp", "home", "arpa"})
_PORTS = {"http": 80, "https": 443}


class RefusedUrlError(ValueError):
    """The URL is malformed or of a scheme that is not asked; the text says which."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads; ``path`` includes the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def secure(self) -> bool:
        """Whether it is spoken with over TLS."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them (RFC 9110 §7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"


def target(url: str) -> Target:
    """Take a URL apart; raise :class:`RefusedUrlError` where it may not be asked."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise RefusedUrlError(f"malformed: {error}") from None
    if not url.isprintable():
        raise RefusedUrlError("malformed: control characters")
    if parts.scheme not in _PORTS:
        raise RefusedUrlError(f"scheme {parts.scheme or 'missing'}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not host or "@" in parts.netloc or not path.isascii():
        raise RefusedUrlError("malformed: no host, a user name, or characters outside ASCII")
    return Target(parts.scheme, host, port or _PORTS[parts.scheme], path.replace(" ", "%20"))


def public(address: str) -> bool:
    """Tell whether an IP address is of the public internet, an IPv4 inside an IPv6 included."""
    parsed = ip_address(address.partition("%")[0])
    return all(_global(part) for part in _layers(parsed))


def may_name(host: str) -> bool:
    """Tell whether a proxy may be asked for a host: no private address, no name of the inside.

    A proxy resolves names itself: a name that has no dot, or a domain that is never public, is
    of its own network.
    """
    _, dot, last = host.rstrip(".").lower().rpartition(".")
    if ":" not in host and (last in _INSIDE or not (dot or last.isdigit() or last[:2] == "0x")):
        return False
    try:
        packed = socket.inet_aton(host)  # takes 127.1 and 0x7f000001 too, as proxies do
    except OSError:
        return ":" not in host or public(host)
    return public(socket.inet_ntoa(packed))


def _global(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not address.is_multicast


def _layers(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    if isinstance(address, IPv4Address):
        yield address
    elif address.ipv4_mapped:
        yield address.ipv4_mapped
    elif address in _EMBEDDING[0]:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    elif address in _EMBEDDING[1]:
        yield IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    else:
        yield address
