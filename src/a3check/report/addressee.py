"""Whose is it: to whom does a report's verdict send the user, and where are they found?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from a3check.core import tables
from a3check.core.ports import JSON
from a3check.core.register import Acts, Blame, Status
from a3check.report import reading


class Kind(StrEnum):
    """Who can be asked in writing."""

    PORTAL = "portal"
    SUPPLIER = "supplier"
    TECHNICIAN = "technician"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Site:
    """A page of theirs, from ``resources/actions.toml``: ``whose`` is its key there."""

    whose: str
    url: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom the user turns, and why.

    ``yourself`` where the user's own hands come first, and these only if that was not enough;
    ``why`` is what the cause lies in (a word of ``Blame``, or ``passed``, ``unclear``).
    """

    kind: Kind
    why: str
    yourself: bool = False
    sites: tuple[Site, ...] = ()

    @property
    def portal(self) -> bool:
        """Whether the portal's support is the right one."""
        return self.kind is Kind.PORTAL


PASSED, UNCLEAR = "passed", "unclear"
_ACTING: dict[str, Kind] = {
    Acts.PORTAL: Kind.PORTAL,
    Acts.SUPPLIER: Kind.SUPPLIER,
    Acts.TECHNICIAN: Kind.TECHNICIAN,
    Acts.PROVIDER: Kind.PROVIDER,
}
_BEHIND_USER: dict[str, Kind] = {
    Blame.PORTAL: Kind.PORTAL,
    Blame.TOKEN: Kind.SUPPLIER,
    Blame.CERTIFICATE: Kind.SUPPLIER,
    Blame.USER: Kind.SUPPLIER,
    Blame.COMPUTER: Kind.TECHNICIAN,
    Blame.NETWORK: Kind.TECHNICIAN,
}
"""Who helps where the user's own steps were not enough."""

_WITH_CERTIFICATE = ("certificate", "chain", "revocation")
"""Checks whose ``issuer`` is the AC of the user's certificate, not of a server's."""
_WITH_MAKER = ("driver", "token", "card", "reader", "pin", "signature", "any")
"""Checks whose faults the maker of token and driver knows."""
_OF_MAKER = ("token_maker", "token_model", "module_company", "product", "needed")


def addressee(document: Mapping[str, JSON]) -> Addressee:
    """Return whom a report's verdict sends the user to; of a report of any origin."""
    verdict = reading.field(document, "verdict")
    acts, blame = reading.text(verdict, "acts"), reading.text(verdict, "blame")
    if not reading.text(verdict, "cause"):
        if reading.text(verdict, "status") == Status.PASSED:
            return Addressee(Kind.PORTAL, PASSED)
        return Addressee(Kind.TECHNICIAN, UNCLEAR)
    why = blame if blame in _BEHIND_USER else UNCLEAR
    if acts in _ACTING:
        return _placed(document, _ACTING[acts], why)
    behind = _BEHIND_USER.get(blame, Kind.TECHNICIAN)
    yourself = acts == Acts.USER and behind is not Kind.PORTAL
    return _placed(document, behind, why, yourself=yourself)


def named(document: Mapping[str, JSON], kind: Kind) -> Addressee:
    """Return one of them by the user's own choice, as far as the report knows where they are."""
    own = addressee(document)
    return own if own.kind is kind else _placed(document, kind, own.why)


def _placed(
    document: Mapping[str, JSON], kind: Kind, why: str, *, yourself: bool = False
) -> Addressee:
    return Addressee(kind, why, yourself, tuple(_sites(document, kind)))


def _sites(document: Mapping[str, JSON], kind: Kind) -> Iterator[Site]:
    if kind is Kind.SUPPLIER:
        yield from _site("supplier", _said(document, _WITH_CERTIFICATE, ("issuer",)))
    check = reading.text(document, "verdict", "cause").partition(".")[0]
    if kind in {Kind.SUPPLIER, Kind.TECHNICIAN} and check in _WITH_MAKER:
        yield from _site("driver", _said(document, _WITH_MAKER, _OF_MAKER))


def _site(whose: str, said: str) -> Iterator[Site]:
    """Yield the first page whose word begins a word of what was said; only pages of ours."""
    for word, url in _pages()[whose].items():
        if re.search(rf"\b{re.escape(word)}", said, re.IGNORECASE):
            yield Site(whose, url)
            return


def _said(document: Mapping[str, JSON], checks: tuple[str, ...], names: tuple[str, ...]) -> str:
    """Return what a report says under these names: of its cause first, then of these checks."""
    found = [reading.cause(document), *reading.findings(document)]
    of_them = (f for f in found if reading.text(f, "code").partition(".")[0] in checks)
    values = (reading.shown(reading.field(f, "evidence", n)) for f in of_them for n in names)
    return "\n".join(filter(None, values))


@cache
def _pages() -> dict[str, dict[str, str]]:
    """Return the pages of suppliers and makers by the words that stand for them."""
    table = tables.load("actions.toml")
    rows = {row["key"]: row for row in table["action"]}
    return {whose: rows[whose]["named"] for whose in ("supplier", "driver")}
