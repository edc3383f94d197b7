"""Which proxy leads to an address?"""

import base64
import logging
import os
import sys
import urllib.request
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import quote, unquote, urlsplit

from a3check.core.internet import ProxyServer, Unfollowed
from a3check.net import winhttp
from a3check.net.desktop import desktop
from a3check.net.settings import Settings, environment

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


@dataclass(frozen=True, slots=True)
class Way:
    """How an address is reached: through ``proxy`` (nothing: directly).

    ``unfollowed`` says that the settings want something else, which is not done.
    """

    proxy: Proxy | None = None
    unfollowed: Unfollowed | None = None


class Proxies:
    """Answers for one run which proxy leads where, by the profile's setting.

    ``system`` is what the environment says (``https_proxy``, ``no_proxy``), else Windows' or the
    desktop's own setting (``docs/decisions/0009-system-proxies.md``); ``none`` is direct;
    anything else is the proxy itself. The system is asked once, at the first question.
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting
        self._lock = Lock()
        self._asked: list[Settings | None] = []
        self._scripted: dict[str, str | None] = {}

    def way(self, url: str) -> Way:
        """Return the way to an address; raises ``ValueError`` where it is none."""
        host = urlsplit(url).hostname
        if self._setting == NONE or not host:
            return Way()
        if self._setting != SYSTEM:
            return Way(parse(self._setting))
        with self._lock:  # the others wait: they need the same answer
            given = self._settings()
            if given is None:
                return Way()
            if given.pac or given.wpad:
                return self._by_script(given, url)
        return _by_name(given, url)

    def _settings(self) -> Settings | None:
        if not self._asked:
            self._asked.append(system())
        return self._asked[0]

    def _by_script(self, given: Settings, url: str) -> Way:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}/"  # browsers tell a script no more of https
        if origin not in self._scripted:
            self._scripted[origin] = winhttp.scripted(origin, given)
        said = self._scripted[origin]
        if said is None:
            kind = "pac" if given.pac else "wpad"
            return Way(unfollowed=Unfollowed(kind, given.source, without_secrets(given.pac)))
        return _used(given.source, said.replace(" ", ";").partition(";")[0]) if said else Way()


def system() -> Settings | None:
    """Read this system's settings: the environment's go first."""
    variables = environment(urllib.request.getproxies_environment())
    if variables is not None:
        return variables
    return winhttp.settings() if sys.platform == "win32" else desktop(os.environ)


def without_secrets(text: str) -> str:
    """Return an address without user, password, query and fragment."""
    scheme, at, rest = text.rpartition("://")
    place = rest.partition("?")[0].partition("#")[0]
    authority, slash, path = place.partition("/")
    return f"{scheme}{at}{authority.rpartition('@')[2]}{slash}{path}"


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


def _by_name(given: Settings, url: str) -> Way:
    named = given.named(url)
    if not named or given.exempts(url):
        return Way()
    return _used(given.source, named)


def _used(source: str, text: str) -> Way:
    proxy = parse(text)
    if proxy is not None:
        return Way(proxy)
    kind = "socks" if text.lower().startswith("socks") else "unreadable"
    return Way(unfollowed=Unfollowed(kind, source, without_secrets(text)))
