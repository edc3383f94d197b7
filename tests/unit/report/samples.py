"""Synthetic diagnoses of invented people, one for every code of the register."""

from datetime import datetime, timedelta, timezone

from a3check.core.computer import Computer, Session
from a3check.core.model import Diagnosis, Evidence, Finding, Outcome, Value
from a3check.core.register import register
from a3check.core.settings import Place
from a3check.core.wishes import Form
from a3check.report.document import About
from a3check.report.identity import Identity

MANAUS = timezone(timedelta(hours=-4))
STARTED = datetime(2026, 11, 22, 14, 31, 7, 250000, tzinfo=MANAUS)
HOLDER = "JOANA INVENTADA DE SOUZA"
CPF = "52998224725"
SERIAL = "00A1B2C3D4E5"

IDENTITY = Identity(
    hosts=("PC-INVENTADO",),
    users=("jinventada",),
    homes=(r"C:\Users\jinventada", "/home/jinventada"),
    addresses=("192.168.77.5", "fe80::abcd:1", "02:aa:bb:cc:dd:ee"),
)

ABOUT = About(
    id="20261122T143107-7f3a",
    version="0.1.0",
    catalogue="2026-11-22",
    computer=Computer("Windows 11 23H2", "x86_64", Session.LOCAL, "pt_BR"),
    ca_bundle="2026-06-25",
    form=Form.TOKEN,
    place=Place(
        "Município Inventado",
        "AM",
        "Prefeitura Inventada",
        "ACT 12/2025",
        "joana@inventada.test",
        "555",
    ),
)

_WHOLE = {
    "days",
    "list_days",
    "minutes",
    "seconds",
    "milliseconds",
    "minimum",
    "maximum",
    "tries_left",
}
_LISTS = {"readers", "modules", "products", "tokens", "usages", "path", "urls", "names", "hosts"}
_LISTS |= {"certificates", "endpoints", "schemes_server", "schemes_token", "mechanisms"}
_LISTS |= {"attempts", "asked", "direct", "direct_failed"}
_MOMENTS = {"not_after", "not_before", "date", "trusted_time", "computer_time"}
_PRIVATE: dict[str, Value] = {
    "holder": f"{HOLDER}:{CPF}",
    "token_serial": SERIAL,
    "token_label": HOLDER,
    "certificates": (f"{HOLDER}:{CPF}",),
    "tokens": (f"{HOLDER} {SERIAL}",),
}


def fact(name: str) -> Evidence:
    """Return an invented fact of the type that its name has."""
    if name in _PRIVATE:
        return Evidence(name, _PRIVATE[name], private=True)
    if name in _WHOLE:
        return Evidence(name, 3)
    if name == "port":
        return Evidence(name, 443)
    if name == "http_status":
        return Evidence(name, 403)
    if name in _MOMENTS:
        return Evidence(name, STARTED)
    if name in _LISTS:
        return Evidence(name, (f"{name} um", f"{name} dois"))
    return Evidence(name, f"{name} de exemplo")


def finding(code: str) -> Finding:
    """Return a finding with all its facts, the optional ones too."""
    rule = register().codes[code]
    return Finding(code, tuple(map(fact, (*rule.evidence, *rule.optional))))


def diagnosis(*found: Finding, complete: bool = True, crashed: str | None = None) -> Diagnosis:
    """Return a diagnosis in which the checks of these findings ended, the others were skipped."""
    by_check: dict[str, list[Finding]] = {name: [] for name in register().checks}
    for one in found:
        check = one.code.partition(".")[0]
        by_check["driver" if check == "any" else check].append(one)
    outcomes = [
        Outcome(name, tuple(of_check), 0.25)
        if of_check
        else Outcome(name, because="option" if complete else "user")
        for name, of_check in by_check.items()
    ]
    if crashed is not None:
        at = register().checks.index(crashed)
        outcomes[at] = Outcome(crashed, crash="ZeroDivisionError")
    return Diagnosis(tuple(outcomes), STARTED, 6.4321, complete)
