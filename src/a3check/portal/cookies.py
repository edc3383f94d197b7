"""Which cookies go back to which address (RFC 6265)?"""

import ipaddress
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlsplit

MOST = 50
"""Cookies that one walk keeps; browsers keep about as many a site (RFC 6265, 6.1)."""
LONGEST = 4096
"""Characters of one cookie, its name, value and attributes (RFC 6265, 6.1)."""
_COUNTRY = 2
"""Letters of a country's top-level domain: below it ``gov.br`` and ``com.br`` belong to all."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie; ``expires`` is in seconds since 1970, nothing: at the walk's end."""

    name: str
    value: str = field(repr=False)
    domain: str
    path: str
    host_only: bool = True
    secure: bool = False
    expires: float | None = None

    def goes_to(self, parts: SplitResult) -> bool:
        """Tell whether an address may see it (RFC 6265, 5.4)."""
        host = (parts.hostname or "").rstrip(".")
        near = host == self.domain if self.host_only else _below(host, self.domain)
        return near and _covers(self.path, parts.path or "/") and self._safe(parts)

    def _safe(self, parts: SplitResult) -> bool:
        return parts.scheme == "https" or not self.secure


@dataclass(slots=True)
class Jar:
    """The cookies of one walk, in memory alone; ``moment`` (seconds since 1970) judges them.

    Nothing: this computer's clock at the walk's start. A walk lasts a minute: that it has one
    moment loses no session.
    """

    moment: float | None = None
    cookies: list[Cookie] = field(default_factory=list)

    def keep(self, url: str, headers: Iterable[tuple[str, str]]) -> None:
        """Take what an answer from this address sets, renews or takes back (RFC 6265, 5.3)."""
        now = time.time() if self.moment is None else self.moment
        for name, value in headers:
            cookie = _read(urlsplit(url), value, now) if name.casefold() == "set-cookie" else None
            if cookie is not None:
                self._put(cookie, now)

    def header(self, url: str) -> str:
        """Return the Cookie header for an address, the longest paths first; empty: none."""
        parts = urlsplit(url)
        going = [c for c in self.cookies if c.goes_to(parts)]
        return "; ".join(f"{c.name}={c.value}" for c in sorted(going, key=_by_path))

    def _put(self, cookie: Cookie, now: float) -> None:
        place = (cookie.name, cookie.domain, cookie.path)
        self.cookies = [c for c in self.cookies if (c.name, c.domain, c.path) != place]
        if cookie.expires is None or cookie.expires > now:
            self.cookies = [*self.cookies, cookie][-MOST:]


def _by_path(cookie: Cookie) -> int:
    return -len(cookie.path)


def _read(url: SplitResult, line: str, now: float) -> Cookie | None:
    """Read a Set-Cookie line; nothing where it is none, or not for this host to set."""
    pair, *rest = line.split(";")
    name, equals, value = (part.strip() for part in pair.partition("="))
    host = (url.hostname or "").rstrip(".")
    if not (name and equals) or len(line) > LONGEST or not line.isprintable():
        return None
    given = {key.strip().casefold(): worth.strip() for key, _, worth in _pairs(rest)}
    secure, path = "secure" in given, given.get("path", "")
    domain = given.get("domain", "").removeprefix(".").casefold()
    wide = bool(domain) and domain != host
    if (wide and not _may_set(host, domain)) or not _keeps_its_prefix(name, given):
        return None
    path = path if path.startswith("/") else _default_path(url.path)
    expires = _expires(given, now)
    return Cookie(name, value, domain if wide else host, path, not wide, secure, expires)


def _pairs(attributes: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    return (attribute.partition("=") for attribute in attributes)


def _may_set(host: str, domain: str) -> bool:
    """Tell whether a host may set a cookie for a domain above it.

    No list of public suffixes comes with us: a domain right below a country's, such as gov.br,
    is taken for one. That loses a cookie where browsers know better, and never gives one away.
    """
    labels = domain.split(".")
    least = 3 if len(labels[-1]) == _COUNTRY else 2
    return len(labels) >= least and _below(host, domain)


def _below(host: str, domain: str) -> bool:
    return host == domain or (host.endswith(f".{domain}") and not _is_address(host))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _keeps_its_prefix(name: str, given: dict[str, str]) -> bool:
    """Hold ``__Secure-`` and ``__Host-`` to their promise (RFC 6265bis, 4.1.3)."""
    if name.startswith("__Host-"):
        return "secure" in given and given.get("path") == "/" and not given.get("domain")
    return "secure" in given or not name.startswith("__Secure-")


def _expires(given: dict[str, str], now: float) -> float | None:
    """Return when a cookie ends; Max-Age goes before Expires (RFC 6265, 5.3, step 3)."""
    age = given.get("max-age", "")
    if age.removeprefix("-").isdecimal() and age.isascii():
        return now + int(age[:12])
    try:
        ends = parsedate_to_datetime(given.get("expires", ""))
    except (ValueError, TypeError):  # no date at all: it lasts as long as the walk
        return None
    return (ends if ends.tzinfo else ends.replace(tzinfo=UTC)).timestamp()


def _default_path(path: str) -> str:
    """RFC 6265, 5.1.4."""
    return path.rpartition("/")[0] or "/"


def _covers(path: str, place: str) -> bool:
    """RFC 6265, 5.1.4: whole segments alone."""
    below = path if path.endswith("/") else f"{path}/"
    return place == path or place.startswith(below)
