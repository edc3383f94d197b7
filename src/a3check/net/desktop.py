"""Which proxy has a Linux desktop been told to use?"""

import ast
import configparser
import logging
import subprocess
from collections.abc import Mapping
from pathlib import Path

from a3check.net.settings import GNOME, KDE, Settings

SECONDS = 3.0
"""How long ``gsettings`` may take; it reads a file."""
_GNOMES = frozenset({"gnome", "unity", "x-cinnamon", "cinnamon", "pantheon", "deepin", "ukui"})
"""The desktops whose GSettings the browsers read (Chromium's ``docs/linux/proxy_config.md`` and
its ``base/nix/xdg_util``); others have no setting of their own that a browser follows."""
_SCHEMA = "org.gnome.system.proxy"
_MANUAL, _SCRIPT, _DETECT = "1", "2", "3"
"""KDE's ProxyType (KProtocolManager); 4 names variables of the environment, which came first."""
_log = logging.getLogger(__name__)


def desktop(environment: Mapping[str, str]) -> Settings | None:
    """Return the session's settings; nothing outside a desktop, or where they cannot be read."""
    names = environment.get("XDG_CURRENT_DESKTOP", "").lower().split(":")
    if _GNOMES & set(names):
        return _gsettings(environment)
    if "kde" in names:
        return _kioslaverc(environment)
    return None


def gnome(listed: str) -> Settings | None:
    """Read what ``gsettings list-recursively org.gnome.system.proxy`` writes."""
    values: dict[str, object] = {}
    for line in listed.splitlines():
        schema, _, rest = line.partition(" ")
        key, _, value = rest.partition(" ")
        values[f"{schema.removeprefix(_SCHEMA).lstrip('.')}/{key}"] = _literal(value)
    bypass = values.get("/ignore-hosts")
    rules = tuple(map(str, bypass)) if isinstance(bypass, list) else ()
    match values.get("/mode"):
        case "auto":
            pac = str(values.get("/autoconfig-url") or "")
            return Settings(GNOME, {}, rules, pac, wpad=not pac)
        case "manual":
            named = {scheme: _gnome_proxy(values, scheme) for scheme in ("http", "https", "socks")}
            return Settings(GNOME, {k: v for k, v in named.items() if v}, rules)
        case _:
            return None


def kde(text: str) -> Settings | None:
    """Read KDE's ``kioslaverc`` (an INI file)."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        _log.warning("kioslaverc cannot be read")
        return None
    if not parser.has_section("Proxy Settings"):
        return None
    table = parser["Proxy Settings"]
    rules = tuple(filter(None, (r.strip() for r in table.get("NoProxyFor", "").split(","))))
    reverse = table.get("ReversedException", "").lower() == "true"
    match table.get("ProxyType", "0"):
        case kind if kind == _SCRIPT:
            return Settings(KDE, {}, rules, table.get("Proxy Config Script", ""), reverse=reverse)
        case kind if kind == _DETECT:
            return Settings(KDE, {}, rules, wpad=True, reverse=reverse)
        case kind if kind == _MANUAL:
            named = {s: _kde_proxy(table.get(f"{s}Proxy", "")) for s in ("http", "https", "socks")}
            return Settings(KDE, {k: v for k, v in named.items() if v}, rules, reverse=reverse)
        case _:
            return None


def _gnome_proxy(values: Mapping[str, object], scheme: str) -> str:
    host, port = values.get(f"{scheme}/host"), values.get(f"{scheme}/port")
    return f"{host}:{port}" if host and port else ""


def _kde_proxy(text: str) -> str:
    """Return a proxy; KDE writes ``http://host 3128``, and by hand people write a colon."""
    address, _, port = text.strip().rpartition(" ")
    return f"{address.strip().rstrip('/')}:{port}" if address else port


def _literal(text: str) -> object:
    """Read GVariant's text form, of which only strings, numbers, booleans and lists occur."""
    text = text.removeprefix("@as ").removeprefix("uint32 ").strip()
    try:
        found: object = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return found


def _gsettings(environment: Mapping[str, str]) -> Settings | None:
    command = ["gsettings", "list-recursively", _SCHEMA]  # found by PATH, as the desktop does
    try:
        done = subprocess.run(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("gsettings gives no proxy: %s", type(error).__name__)
        return None
    return gnome(done.stdout.decode("utf-8", "replace"))


def _kioslaverc(environment: Mapping[str, str]) -> Settings | None:
    folder = environment.get("XDG_CONFIG_HOME") or f"{environment.get('HOME', '')}/.config"
    try:
        return kde((Path(folder) / "kioslaverc").read_text("utf-8", "replace"))
    except OSError:
        return None
