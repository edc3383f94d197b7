"""Is a card in a reader, and does it answer?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a3check.checks import service
from a3check.checks.reader import Readers
from a3check.core import knowledge, verdict
from a3check.core.check import Check, Context, found
from a3check.core.model import Finding, Outcome, Skip, findings
from a3check.core.register import register
from a3check.core.smartcard import CardState, Reader, ServiceState

LANE = ("driver", "token", "certificate", "pin", "signature", "login")
"""The checks in which a card may be missed."""
MISSED = 1.0
"""Seconds after which PC/SC has noticed that a card is gone: pcscd looks every 0.4 s."""
BROKEN_OFF = {
    "driver.wrong_for_card": "C_GetTokenInfo",
    "driver.crashed": "C_GetTokenInfo",
    "driver.hung": "C_GetTokenInfo",
    "driver.refused": "C_GetTokenInfo",
    "token.absent": "C_GetTokenInfo",
    "certificate.absent": "C_FindObjects",
    "certificate.unreadable": "C_GetAttributeValue",
    "certificate.key_missing": "C_FindObjects",
    "pin.unanswered": "C_Login",
    "signature.key_missing": "C_FindObjects",
    "signature.failed": "C_Sign",
    "login.token_failed": "C_Sign",
    "any.timeout": "C_GetTokenInfo",
    "any.driver_died": "C_GetTokenInfo",
}
"""What a card that is pulled out meanwhile looks like to the later checks, and in which call
where they do not tell (seen with OpenSC, pulled out after each APDU of a run); a service that
crashes looks alike."""


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards that answered with an ATR."""

    cards: tuple[Reader, ...]


def run(context: Context) -> Iterator[Finding | Skip]:
    """Read the states that the survey has seen."""
    readers = context.find(Readers)
    if readers is None:
        yield Skip("reader")
        return
    answering = tuple(r for r in readers.readers if r.state is CardState.PRESENT)
    if answering:
        context.learn(Cards(answering))
    yield from judge(readers.readers)


def judge(readers: Sequence[Reader]) -> tuple[Finding, ...]:
    """Prefer a card that answers; else say what the readers show instead."""
    present = [r for r in readers if r.state is CardState.PRESENT]
    if present:
        return tuple(finding for reader in present for finding in _present(reader))
    for state, code in ((CardState.BUSY, "card.busy"), (CardState.MUTE, "card.mute")):
        seen = next((r for r in readers if r.state is state), None)
        if seen is not None:
            return (found(code, reader=seen.name),)
    names = tuple(r.name for r in readers)
    slots = {"reason": "token_slots"} if all(map(knowledge.token_slot, names)) else {}
    return (found("card.absent", readers=names, **slots),)


def afterword(context: Context) -> Iterator[Finding]:
    """Say that card or service went away, where the cause would else be what came of it."""
    before, outcomes = context.find(Cards), context.ended()
    ordered = tuple(outcomes[name] for name in register().checks if name in outcomes)
    cause = verdict.judge(ordered).cause
    if before is None or cause is None or cause.code not in BROKEN_OFF:
        return
    for seconds in (0.0, MISSED):  # at once, and again when PC/SC must have noticed
        if context.stop.wait(seconds):
            return
        now = context.ports.readers.survey()
        if now.state is not ServiceState.RUNNING:
            finding = service.judged(now, context)
            if finding.code not in service.WELL:  # else it ended with the last reader
                yield finding
                return
        if gone(before.cards, now.readers):
            call = cause.get("call") or BROKEN_OFF[cause.code]
            yield found("token.removed", module=_module(cause, ordered), call=call)
            return


def gone(before: Sequence[Reader], now: Sequence[Reader]) -> bool:
    """Tell whether a card that was there was pulled out, be it back or not."""
    there = {r.name: r for r in now if r.state is not CardState.EMPTY}
    return any(
        card.name not in there
        or (
            there[card.name].state is CardState.PRESENT and there[card.name].changes > card.changes
        )
        for card in before
    )


def _module(cause: Finding, outcomes: Sequence[Outcome]) -> str:
    """Name the module through which the card was spoken to."""
    ready = (f.get("module") for f in findings(outcomes) if f.code == "token.ready")
    modules = cause.get("modules")
    several = modules if isinstance(modules, tuple) else ()
    return next((str(name) for name in (*ready, cause.get("module"), *several) if name), "")


def _present(reader: Reader) -> Iterator[Finding]:
    atr = reader.atr.hex().upper()
    known = knowledge.card(reader.atr)
    if known is None:
        yield found("card.present", reader=reader.name, atr=atr)
        yield found("card.unknown", reader=reader.name, atr=atr)
    else:
        drivers = knowledge.product_names(known.drivers)
        yield found(
            "card.present", reader=reader.name, atr=atr, product=known.product, drivers=drivers
        )


CHECK = Check(run, requires=("reader",), afterword=afterword, until=LANE)
