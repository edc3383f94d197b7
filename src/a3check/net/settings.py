"""Which proxy do a system's settings name for an address?"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

ENVIRONMENT, WINDOWS, GNOME, KDE = "environment", "windows", "gnome", "kde"
_LOCAL = "<local>"
_PORTS = {"http": 80, "https": 443}
_SOCKS = "socks"


@dataclass(frozen=True, slots=True)
class Settings:
    """Proxies as a system holds them, whatever its form.

    ``proxies``: by scheme (``http``, ``https``, ``socks``, ``all``), ``host:port`` or a URL.
    ``bypass``: hosts that are reached directly. ``pac``: the address of a script that decides
    (PAC); ``wpad``: such a script is to be looked for. Both go before ``proxies``.
    """

    source: str
    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)
    bypass: tuple[str, ...] = ()
    pac: str = ""
    wpad: bool = False
    reverse: bool = False
    """KDE's: only the hosts in ``bypass`` use the proxy."""

    def exempts(self, url: str) -> bool:
        """Tell whether an address is to be reached without a proxy."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
        listed = any(self._names(rule.strip().lower(), host, port) for rule in self.bypass)
        return listed is not self.reverse

    def named(self, url: str) -> str:
        """Return what the settings name for an address, a SOCKS proxy with its scheme."""
        scheme = urlsplit(url).scheme
        text = self.proxies.get(scheme) or self.proxies.get("all") or ""
        socks = self.proxies.get(_SOCKS, "")
        if text or not socks:
            return text
        return socks if "://" in socks else f"socks://{socks}"

    def _names(self, rule: str, host: str, port: int) -> bool:
        """Tell whether one entry of the list names a host.

        Windows takes a name as it stands, the others with all that ends in it (Chromium's
        ``net/docs/proxy.md``, "Proxy bypass rules").
        """
        if rule == _LOCAL:
            return "." not in host and ":" not in host
        if "/" in rule and "://" not in rule:
            return _within(host, rule)
        rule = rule.rpartition("://")[2]
        name, at, number = rule.rpartition(":")
        if at and number.isdigit() and not _is_address(rule):
            if int(number) != port:
                return False
            rule = name
        rule = rule.removeprefix("[").removesuffix("]")
        if "*" in rule:
            return fnmatchcase(host, rule)
        suffix = f".{rule.lstrip('.')}"
        if host == rule.lstrip("."):
            return bool(rule)
        return host.endswith(suffix) and (self.source != WINDOWS or rule.startswith("."))


def environment(proxies: Mapping[str, str]) -> Settings | None:
    """Read ``urllib.request.getproxies_environment``; nothing where no variable is set."""
    named = {scheme: text for scheme, text in proxies.items() if scheme in {*_PORTS, "all"}}
    if not any(named.values()):
        return None
    bypass = tuple(filter(None, (rule.strip() for rule in proxies.get("no", "").split(","))))
    return Settings(ENVIRONMENT, named, bypass)


def windows(proxy: str, bypass: str, pac: str = "", *, wpad: bool = False) -> Settings:
    """Read the forms of WinINET: ``host:port`` or ``https=host:port;socks=host:port``, and a list.

    Source: WINHTTP_CURRENT_USER_IE_PROXY_CONFIG and INTERNET_PER_CONN_OPTION (Microsoft Learn).
    """
    named: dict[str, str] = {}
    for part in proxy.replace(" ", ";").split(";"):
        scheme, equals, text = part.strip().partition("=")
        if equals:
            named[scheme.strip().lower()] = text.strip()
        elif scheme:
            named["all"] = scheme
    rules = tuple(filter(None, (rule.strip() for rule in bypass.replace(" ", ";").split(";"))))
    return Settings(WINDOWS, named, rules, pac, wpad)


def _within(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
