"""Which tokens do the drivers show, and what state is each one's PIN in?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a3check.checks.card import Cards
from a3check.checks.driver import Drivers
from a3check.core.check import Check, Context, found, secretly
from a3check.core.cryptoki import Driver, Token, physical
from a3check.core.fault import Fault, FaultKind
from a3check.core.model import Evidence, Finding, Skip

GONE = frozenset({"CKR_DEVICE_REMOVED", "CKR_TOKEN_NOT_PRESENT", "CKR_SLOT_ID_INVALID"})
"""What a module answers when the token was pulled out."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Initialised physical tokens; each inner tuple is one, as its modules show it.

    Two modules that show one token are one token (``cryptoki.physical``).
    """

    groups: tuple[tuple[Token, ...], ...]


def run(context: Context) -> Iterator[Finding | Skip]:
    """Group what the survey has seen; on Windows it may have looked into the store in vain."""
    known = context.find(Drivers)
    if known is None:
        yield Skip("driver")
        return
    drivers = known.drivers
    cards = context.find(Cards)
    seats = [card.name for card in cards.cards] if cards else []
    groups = physical((t for d in drivers for t in d.tokens if t.initialized), seats)
    if groups:
        context.learn(Tokens(groups))
    yield from judge(drivers, groups)


def judge(drivers: Sequence[Driver], groups: Sequence[Sequence[Token]]) -> tuple[Finding, ...]:
    """Judge presence and the PIN's flags; a locked token beside a free one is a warning."""
    if not groups:
        blank = next((t for d in drivers for t in d.tokens), None)
        if blank is not None:
            return (found("token.uninitialized", module=blank.module),)
        modules = tuple(d.candidate.path for d in drivers if d.works)
        return (found("token.absent", modules=modules),)
    free = any(not _locked(group) for group in groups)
    findings = []
    for group in groups:
        findings.append(_ready(group[0]))
        flag = _flag(group)
        if flag is not None:
            findings.append(flag.lower() if free else flag)
    return tuple(findings)


def pin_state(group: Sequence[Token]) -> str:
    """Return the worst that any module tells of a token's PIN, as its flag's name."""
    if _locked(group):
        return "locked"
    if any(t.pin_final_try for t in group):
        return "final_try"
    if any(t.pin_count_low for t in group):
        return "count_low"
    return "ok"


def token_fault(fault: Fault, module: str) -> Finding:
    """Name what a module did in a call that has no code of its own."""
    seconds = round(fault.seconds, 1)
    if fault.kind is FaultKind.DIED:
        return found("any.driver_died", call=fault.call, exit=fault.detail, module=module)
    if fault.kind is FaultKind.REFUSED and fault.detail in GONE:
        return found("token.removed", module=module, call=fault.call)
    if fault.kind is FaultKind.REFUSED:
        return found("driver.refused", module=module, call=fault.call, ckr=fault.detail)
    return found("any.timeout", call=fault.call, seconds=seconds, module=module)


def _locked(group: Sequence[Token]) -> bool:
    return any(t.pin_locked for t in group)


def _ready(token: Token) -> Finding:
    more = [Evidence("token_label", token.label, private=True)] if token.label else []
    if token.serial:
        more.append(secretly("token_serial", token.serial))
    if token.in_store:
        more.append(Evidence("source", "store"))
    return found(
        "token.ready",
        *more,
        module=token.module,
        token_model=token.model,
        token_maker=token.maker,
        pin_state=pin_state([token]),
        reader=token.reader,
    )


def _flag(group: Sequence[Token]) -> Finding | None:
    codes = {
        "locked": "token.pin_locked",
        "final_try": "token.pin_last_try",
        "count_low": "token.pin_count_low",
    }
    code = codes.get(pin_state(group))
    first = group[0]
    return found(code, module=first.module, token_model=first.model) if code else None


CHECK = Check(run, requires=("driver",))
