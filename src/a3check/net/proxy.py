"""Which proxy leads to an address?"""

import base64
import logging
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from a3check.core.internet import ProxyServer

_log = logging.getLogger(__name__)

SYSTEM = "system"
NONE = "none"
_DEFAULT_PORT = 80


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy; its credentials, where it has some, are in no text but ``url``."""

    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Return ``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The proxy as a URL, credentials included: never for a log or a report."""
        credentials = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@"
        return f"http://{credentials if self.user else ''}{self}"

    @property
    def server(self) -> ProxyServer:
        """The proxy as the checks are given it."""
        return ProxyServer(self.host, self.port, self.authorization)

    @property
    def authorization(self) -> str:
        """The value of Proxy-Authorization (RFC 7617), empty where there are no credentials."""
        if not self.user:
            return ""
        plain = f"{self.user}:{self.password}".encode()
        return f"Basic {base64.b64encode(plain).decode('ascii')}"


def proxy_for(url: str, setting: str) -> Proxy | None:
    """Return the proxy for a URL, by the profile's setting.

    ``system`` is what the environment says (``https_proxy``, ``no_proxy``), else Windows'
    or macOS' own setting; ``none`` is direct; anything else is the proxy itself. An
    automatic configuration script (PAC) is not run, and a SOCKS proxy is not used.
    """
    if setting == NONE:
        return None
    return _system(url) if setting == SYSTEM else parse(setting)


def parse(text: str) -> Proxy | None:
    """Read ``host:port`` or ``http://[user:password@]host:port``; nothing where it is neither."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port or _DEFAULT_PORT
    except ValueError:
        _log.warning("a proxy that cannot be read")
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        _log.warning("a proxy that cannot be used: scheme %s", parts.scheme)
        return None
    return Proxy(
        parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or "")
    )


def _system(url: str) -> Proxy | None:
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    text = proxies.get(parts.scheme) or proxies.get("all")
    if not text or not parts.hostname:
        return None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if urllib.request.proxy_bypass(f"{parts.hostname}:{port}"):
        return None
    return parse(text)
