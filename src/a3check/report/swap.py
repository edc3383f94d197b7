"""What do two runs say, of which one thing was swapped: the token, or the computer?

A decision table. The first run's cause is looked for in the second one: did that get past it,
did it stop at the same, or at something else? With where the cause lies that is the conclusion.
"""

from enum import StrEnum

from a3check.core.ports import JSON
from a3check.core.register import Blame
from a3check.report import reading
from a3check.report.facts import facts


class Kind(StrEnum):
    """What is another one in the second run."""

    TOKEN = "token"  # noqa: S105 - the device, no password
    COMPUTER = "computer"


class Conclusion(StrEnum):
    """Where the first run's fault lies, or why that cannot be told."""

    TOKEN = "token"  # noqa: S105 - as above
    CERTIFICATE = "certificate"
    """The portal takes another one's certificate, and not this one's."""
    DRIVER = "driver"
    """What this computer has for the first token."""
    COMPUTER = "computer"
    NETWORK = "network"
    """The network of the first computer."""
    SHARED_NETWORK = "shared_network"
    PORTAL = "portal"
    BOTH_TOKENS = "both_tokens"
    BOTH_COMPUTERS = "both_computers"
    PASSING = "passing"
    """What was wrong in the first run was gone by itself in the second."""
    SAME_TOKEN = "same_token"  # noqa: S105 - as above
    OTHER_TOKEN = "other_token"  # noqa: S105 - as above
    DIFFERENT = "different"
    UNFINISHED = "unfinished"
    NO_FAULT = "no_fault"


class _Second(StrEnum):
    """How the second run did where the first one failed."""

    PAST = "past"
    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


class _Side(StrEnum):
    """Where the first run's cause lies."""

    CONTACT = "contact"
    """The token is not seen, or does not answer: it, its plug, or the reader."""
    TOKEN = "token"  # noqa: S105 - as above
    PIN = "pin"
    DRIVER = "driver"
    COMPUTER = "computer"
    NETWORK = "network"
    REFUSAL = "refusal"
    """The portal's answer to this certificate."""
    PORTAL = "portal"


_T, _C = Kind.TOKEN, Kind.COMPUTER
_PAST, _SAME = _Second.PAST, _Second.SAME
_TABLE = {
    (_T, _PAST, _Side.CONTACT): Conclusion.TOKEN,
    (_T, _PAST, _Side.TOKEN): Conclusion.TOKEN,
    (_T, _PAST, _Side.PIN): Conclusion.TOKEN,
    (_T, _PAST, _Side.DRIVER): Conclusion.DRIVER,
    (_T, _PAST, _Side.COMPUTER): Conclusion.PASSING,
    (_T, _PAST, _Side.NETWORK): Conclusion.PASSING,
    (_T, _PAST, _Side.REFUSAL): Conclusion.CERTIFICATE,
    (_T, _PAST, _Side.PORTAL): Conclusion.PASSING,
    (_T, _SAME, _Side.CONTACT): Conclusion.COMPUTER,
    (_T, _SAME, _Side.TOKEN): Conclusion.BOTH_TOKENS,
    (_T, _SAME, _Side.PIN): Conclusion.BOTH_TOKENS,
    (_T, _SAME, _Side.DRIVER): Conclusion.COMPUTER,
    (_T, _SAME, _Side.COMPUTER): Conclusion.COMPUTER,
    (_T, _SAME, _Side.NETWORK): Conclusion.SHARED_NETWORK,
    (_T, _SAME, _Side.REFUSAL): Conclusion.PORTAL,
    (_T, _SAME, _Side.PORTAL): Conclusion.PORTAL,
    (_C, _PAST, _Side.CONTACT): Conclusion.COMPUTER,
    (_C, _PAST, _Side.TOKEN): Conclusion.COMPUTER,
    (_C, _PAST, _Side.PIN): Conclusion.PASSING,
    (_C, _PAST, _Side.DRIVER): Conclusion.COMPUTER,
    (_C, _PAST, _Side.COMPUTER): Conclusion.COMPUTER,
    (_C, _PAST, _Side.NETWORK): Conclusion.NETWORK,
    (_C, _PAST, _Side.REFUSAL): Conclusion.PASSING,
    (_C, _PAST, _Side.PORTAL): Conclusion.PASSING,
    (_C, _SAME, _Side.CONTACT): Conclusion.TOKEN,
    (_C, _SAME, _Side.TOKEN): Conclusion.TOKEN,
    (_C, _SAME, _Side.PIN): Conclusion.TOKEN,
    (_C, _SAME, _Side.DRIVER): Conclusion.BOTH_COMPUTERS,
    (_C, _SAME, _Side.COMPUTER): Conclusion.BOTH_COMPUTERS,
    (_C, _SAME, _Side.NETWORK): Conclusion.SHARED_NETWORK,
    (_C, _SAME, _Side.REFUSAL): Conclusion.CERTIFICATE,
    (_C, _SAME, _Side.PORTAL): Conclusion.PORTAL,
}

_CONTACT = frozenset({"reader.absent", "card.absent", "card.mute", "token.absent"})
_OF_ANY_TOKEN = frozenset({"computer", "clock", "service", "network", "server"})
"""Checks of the computer that no token changes."""
_PASSING_PORTAL = frozenset({"login.portal_error"})
_THROUGH = frozenset({"passed", "warning"})
_IDENTITY = ("holder", "issuer", "not_after")


def concluded(first: JSON, second: JSON, kind: Kind) -> Conclusion:
    """Judge two masked reports; ``first`` is the one that failed."""
    if reading.text(first, "verdict", "status") == "passed":
        return Conclusion.NO_FAULT
    side = _side(first)
    if side is None or reading.field(second, "complete") is not True:
        return Conclusion.UNFINISHED
    how, same = _second(first, second), same_token(first, second, kind)
    if kind is Kind.TOKEN and same:
        return Conclusion.PASSING if how is _PAST else Conclusion.SAME_TOKEN
    if kind is Kind.COMPUTER and same is False:
        return Conclusion.OTHER_TOKEN
    match how:
        case _Second.PAST | _Second.SAME:
            return _TABLE[kind, how, side]
        case _Second.OTHER:
            return Conclusion.DIFFERENT
        case _Second.UNKNOWN:
            return Conclusion.UNFINISHED


def same_token(first: JSON, second: JSON, kind: Kind) -> bool | None:
    """Tell whether both runs saw the same token; nothing where one of them saw none.

    By the pseudonym of its serial number where both runs are of one installation, whose key made
    it; else by what its certificate says of itself, masked as it is.
    """
    one, other = facts(first), facts(second)
    if kind is Kind.TOKEN and "token" in one and "token" in other:
        return one["token"] == other["token"]
    told = [tuple(run.get(name) for name in _IDENTITY) for run in (one, other)]
    if all("not_after" in run for run in (one, other)):
        return told[0] == told[1]
    if "token_model" in one and "token_model" in other:
        return False if one["token_model"] != other["token_model"] else None
    return None


def cause(document: JSON) -> str:
    """Return the code of the cause of a run that failed; empty for any other."""
    failed = reading.text(document, "verdict", "status") == "failed"
    return reading.text(document, "verdict", "cause") if failed else ""


def _side(document: JSON) -> _Side | None:
    """Return where the cause of a failed run lies."""
    code, blame = cause(document), reading.text(document, "verdict", "blame")
    check = code.partition(".")[0]
    match blame:
        case Blame.TOKEN | Blame.CERTIFICATE:
            return _Side.CONTACT if code in _CONTACT else _Side.TOKEN
        case Blame.USER if code:
            return _Side.PIN
        case Blame.COMPUTER if code:
            return _Side.COMPUTER if check in _OF_ANY_TOKEN else _Side.DRIVER
        case Blame.NETWORK if code:
            return _Side.NETWORK
        case Blame.PORTAL if code:
            refused = check == "login" and code not in _PASSING_PORTAL
            return _Side.REFUSAL if refused else _Side.PORTAL
        case _:
            return None


def _second(first: JSON, second: JSON) -> _Second:
    if reading.text(second, "verdict", "status") == "passed":
        return _Second.PAST
    if cause(second) == cause(first):
        return _Second.SAME
    if _status(second, _stopped_at(first)) in _THROUGH:
        return _Second.PAST
    return _Second.OTHER if cause(second) else _Second.UNKNOWN


def _stopped_at(document: JSON) -> str:
    """Return the check that gave the cause: that of ``any.driver_died`` is not in its name."""
    code = cause(document)
    for check in reading.items(reading.field(document, "checks")):
        given = reading.items(reading.field(check, "findings"))
        if any(reading.text(finding, "code") == code for finding in given):
            return reading.text(check, "name")
    return ""


def _status(document: JSON, name: str) -> str:
    checks = reading.items(reading.field(document, "checks"))
    return next((reading.text(c, "status") for c in checks if reading.text(c, "name") == name), "")
