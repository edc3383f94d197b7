"""Which facts of a report are compared with another report's?

Evidence whose names are fixed (``design: interfaces.md``, section 3): the same fact has the same
name in every report, and a fact that a run did not learn is missing, never different.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from a3check.core.computer import Session
from a3check.core.plain import one_line
from a3check.core.ports import JSON
from a3check.report import reading
from a3check.report.numbers import MASK

NAMES = (
    "profile",
    "driver",
    "driver_version",
    "token_model",
    "token",
    "reader",
    "holder",
    "issuer",
    "policy",
    "not_after",
    "clock",
    "system",
    "arch",
    "session",
    "browser",
    "proxy",
    "tls_version",
    "portal_issuer",
    "signature_scheme",
    "ca_bundle",
    "app",
)
"""The facts in the order in which a difference is told: the likeliest to matter first."""

_SESSIONS = frozenset(map(str, Session))
"""A later version may know more of them: those are facts without words here."""
_LONGEST = 1000
"""Characters of a fact that are looked at: a report may come from another computer."""
_SLOT = re.compile(r"(?: [0-9A-Fa-f]{1,2}){1,2}$")
"""The numbers at the end of a reader's name (PC/SC): which place it has, not which one it is."""


def facts(document: JSON) -> dict[str, str]:
    """Return the facts that a report holds, by their names here."""
    told = {**_driver(document), **_token(document), **_certificate(document)}
    told |= {**_computer(document), **_network(document), **_program(document)}
    return {name: told[name] for name in NAMES if told.get(name)}


def clock(document: JSON) -> int | None:
    """Return by how many minutes this computer's clock is ahead of the trusted time.

    Negative where it is behind, 0 where it was found right, nothing where nobody could tell.
    """
    for finding in _of(document, "clock"):
        if reading.text(finding, "code") == "clock.right":
            return 0
        ours = _moment(reading.text(finding, "evidence", "computer_time"))
        trusted = _moment(reading.text(finding, "evidence", "trusted_time"))
        if ours is not None and trusted is not None:
            return round((ours - trusted).total_seconds() / 60)
    return None


def _driver(document: JSON) -> dict[str, str]:
    """Return the module that showed the certificate, else the first that worked."""
    used = _first(document, "module", "certificate", "token", "driver")
    working = (f for f in _of(document, "driver") if _fact(f, "module") == used)
    version = next((_fact(f, "module_version") for f in working), "")
    return {"driver": re.split(r"[/\\]", used)[-1], "driver_version": version}


def _token(document: JSON) -> dict[str, str]:
    serials = {_fact(f, "token_serial") for f in _of(document, "token")} - {"", MASK}
    reader = _first(document, "reader", "card", "token") or _first(document, "readers", "reader")
    return {
        "token": ", ".join(sorted(serials)),
        "token_model": _first(document, "token_model", "token"),
        "reader": _SLOT.sub("", reader),
    }


def _certificate(document: JSON) -> dict[str, str]:
    """Return what the certificate says of itself; its holder is masked, as in every report."""
    names = ("holder", "issuer", "policy", "not_after")
    return {name: _first(document, name, "certificate") for name in names}


def _computer(document: JSON) -> dict[str, str]:
    computer = reading.field(document, "computer")
    session, minutes = reading.text(computer, "session"), clock(document)
    browsers = {_fact(f, "browser") for f in _of(document, "store")} - {""}
    return {
        "system": reading.text(computer, "system"),
        "arch": reading.text(computer, "arch"),
        "session": session if session in _SESSIONS else "",
        "browser": ", ".join(sorted(browsers)),
        "clock": "" if minutes is None else str(minutes),
    }


def _network(document: JSON) -> dict[str, str]:
    proxy = _first(document, "proxy", "network")
    codes = {reading.text(f, "code") for f in _of(document, "network")}
    direct = "direct" if "network.reachable" in codes else ""
    return {
        "proxy": proxy or direct,
        "tls_version": _first(document, "tls_version", "login", "server"),
        "portal_issuer": _first(document, "issuer", "server"),
        "signature_scheme": _first(document, "signature_scheme", "login"),
    }


def _program(document: JSON) -> dict[str, str]:
    app = reading.field(document, "app")
    return {
        "app": reading.text(app, "version"),
        "ca_bundle": reading.text(app, "ca_bundle"),
        "profile": reading.text(document, "profile", "name"),
    }


def _of(document: JSON, check: str) -> Iterator[JSON]:
    """Yield the findings of a check."""
    for entry in reading.items(reading.field(document, "checks")):
        if reading.text(entry, "name") == check:
            yield from reading.items(reading.field(entry, "findings"))


def _first(document: JSON, name: str, *checks: str) -> str:
    """Return the first such fact of these checks, the first check's before the next one's."""
    told = (_fact(f, name) for check in checks for f in _of(document, check))
    return next((fact for fact in told if fact), "")


def _fact(finding: JSON, name: str) -> str:
    """Return a fact as one bounded line, whatever a stranger's file has in its place."""
    return one_line(reading.shown(reading.field(finding, "evidence", name))[:_LONGEST])


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.utcoffset() is not None else None
