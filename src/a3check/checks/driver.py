"""Does a driver (PKCS#11 module) work, and does it serve the card that is there?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from a3check.checks.card import Cards
from a3check.core import knowledge, store_token
from a3check.core.check import Check, Context, found
from a3check.core.cryptoki import (
    Candidate,
    Driver,
    HeaderFault,
    Signed,
    Token,
    TokenObjects,
    physical,
)
from a3check.core.fault import Fault, FaultKind
from a3check.core.model import Finding, Skip, Value
from a3check.core.smartcard import Reader
from a3check.core.software import Installed
from a3check.core.store_key import StoreCertificate
from a3check.core.wishes import Form
from a3check.pki import certificate

USERS = ("token", "certificate", "pin", "signature", "login")
"""The checks that speak to a module: its process, which may hold the PIN, ends after them."""
_NOTHING = Installed()
LAST_WORDS = 400
"""Characters that are kept of what a broken module wrote on its standard error."""


@dataclass(frozen=True, slots=True)
class Drivers:
    """What became of every module that exists on this computer."""

    drivers: tuple[Driver, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """What Windows' store showed, asked where no module shows a token; ``fault``: it did not."""

    certificates: tuple[StoreCertificate, ...] = ()
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """The modules that broke while they were ended before the others had their last word."""

    drivers: tuple[Driver, ...]


def run(context: Context) -> Iterator[Finding | Skip]:
    """Load every module that exists, side by side, while PC/SC is surveyed."""
    candidates = chosen(context.ports.system.modules(), context.wishes.form)
    yield from unsafe(candidates)
    by_store = not candidates and context.wishes.form is Form.CLOUD
    drivers = () if by_store else context.ports.drivers.survey(candidates)
    if not by_store:
        context.wait_for("card")
    known = context.find(Cards)
    cards = known.cards if known else ()
    stored = _in_store(context, drivers, cards)
    if by_store and not stored:
        yield Skip("cloud")
        return
    if any(d.works or d.tokens for d in (*drivers, *stored)):
        context.learn(Drivers((*drivers, *stored)))
    if drivers or not stored:
        yield from judge(drivers, cards, context.ports.system.installed())
    for driver in stored:
        yield found("driver.working", module=driver.candidate.path, seconds=0.0, source="store")


def unsafe(candidates: Sequence[Candidate]) -> tuple[Finding, ...]:
    """Warn of the modules that any user may replace: said before one of them is loaded."""
    return tuple(found("driver.unsafe_location", module=c.path) for c in candidates if c.unsafe)


def objects_of(context: Context, token: Token) -> TokenObjects | Fault:
    """Read a token through its module, or out of what Windows' store showed."""
    if token.in_store:
        return store_token.objects(token, context.recall(Stored).certificates)
    return context.ports.drivers.objects(token)


def _in_store(
    context: Context, drivers: Sequence[Driver], cards: Sequence[Reader]
) -> tuple[Driver, ...]:
    """Look for clouds' certificates in Windows' store, where nothing else can be meant."""
    form, keys = context.wishes.form, context.ports.store_keys
    meant = form is Form.CLOUD or (form is Form.UNKNOWN and not cards)
    if not keys.available or not meant or any(d.tokens for d in drivers):
        return ()
    listed = keys.listed()
    if isinstance(listed, Fault):
        context.learn(Stored(fault=listed))
        return ()
    if form is not Form.CLOUD:
        listed = in_force(listed, context.ports.clock.now())
    context.learn(Stored(listed))
    return store_token.drivers(listed)


def in_force(listed: Sequence[StoreCertificate], moment: datetime) -> tuple[StoreCertificate, ...]:
    """Leave out what has expired: who holds a token may sit where somebody else had a cloud's."""
    read = ((item, certificate.read(item.der)) for item in listed)
    return tuple(
        item
        for item, facts in read
        if isinstance(facts, certificate.Unreadable) or moment <= facts.not_after
    )


def chosen(candidates: Sequence[Candidate], form: Form) -> tuple[Candidate, ...]:
    """Leave out the cloud's agents where the user holds a token or a card, and the reverse."""
    match form:
        case Form.CLOUD:
            return tuple(c for c in candidates if c.cloud or not c.product_key)
        case Form.TOKEN | Form.CARD:
            return tuple(c for c in candidates if not c.cloud)
        case Form.UNKNOWN:
            return tuple(candidates)


def judge(
    drivers: Sequence[Driver], cards: Sequence[Reader], installed: Installed = _NOTHING
) -> tuple[Finding, ...]:
    """Judge each module for itself, then all of them by the cards that PC/SC sees.

    What is ``installed`` blames nobody: it tells what to repair, and what to put beside it.
    """
    if not drivers:
        return (_absent(cards, installed),)
    findings = [finding for driver in drivers for finding in _one(driver, installed)]
    working = [d for d in drivers if d.works]
    for card in cards if working else ():
        served = any(serves(driver, card, cards) for driver in drivers)
        if not served and not _own_driver_is_broken(card, drivers):
            findings += [_unserved(card, working, installed)]
    return (*findings, *_rivals(drivers, cards))


def serves(driver: Driver, card: Reader, cards: Sequence[Reader]) -> bool:
    """Tell whether a module shows the card in a reader.

    It does where a slot with a token bears the reader's name; where its slots
    bear no reader's name at all, any slot with a token counts.
    """
    if any(_same_reader(t.reader, card.name) for t in driver.tokens):
        return True
    named = any(_same_reader(slot, c.name) for slot in driver.slots for c in cards)
    return bool(driver.tokens) and not named


def _own_driver_is_broken(card: Reader, drivers: Sequence[Driver]) -> bool:
    """Tell whether the very driver that a card needs is here and broken: that is the fault."""
    known = knowledge.card(card.atr)
    keys = known.drivers if known else ()
    return any(not d.works and d.candidate.product_key in keys for d in drivers)


def needed_for(cards: Sequence[Reader]) -> str:
    """Name the product whose driver the first known card needs; empty where none is known."""
    return next(iter(knowledge.product_names(_products_for(cards))), "")


def _products_for(cards: Sequence[Reader]) -> list[str]:
    known = filter(None, (knowledge.card(card.atr) for card in cards))
    return [key for card in known for key in card.drivers]


def afterword(context: Context) -> Iterator[Finding]:
    """End every process that had the PIN, and note the modules that break while ending."""
    context.ports.store_keys.release()
    before = context.find(Released)
    for driver in (*(before.drivers if before else ()), *context.ports.drivers.release()):
        for fault in driver.faults:
            yield _fault(driver, fault).lower()


def _absent(cards: Sequence[Reader], installed: Installed) -> Finding:
    products = _products_for(cards)
    needed = next(iter(knowledge.product_names(products)), "")
    programs = installed.shown(products) or installed.shown()
    cards_known = tuple(name for card in cards for name in installed.registered(card.atr))
    facts: dict[str, Value] = {"needed": needed, "installed": programs, "registered": cards_known}
    return found("driver.absent", **{name: value for name, value in facts.items() if value})


def _one(driver: Driver, installed: Installed) -> Iterator[Finding]:
    module = driver.candidate.path
    if driver.file.signed is Signed.BROKEN:
        yield found("driver.changed_file", module=module, **_signer(driver))
    if driver.header is not None and not driver.header.library:
        yield found("driver.not_a_library", module=module)
    elif driver.header is not None:
        yield _foreign(driver, driver.header, installed)
    serves_a_token = any(token.initialized for token in driver.tokens)
    for fault in driver.faults:
        finding = _fault(driver, fault)
        survived = fault.kind is FaultKind.REFUSED and serves_a_token
        yield finding.lower() if survived or fault.call == "C_Finalize" else finding
    if driver.works:
        seconds = round(driver.seconds, 2)
        yield found("driver.working", module=module, seconds=seconds, **_maker(driver))


def _maker(driver: Driver) -> dict[str, str]:
    """Say who made a module: as it says itself, and as its file does."""
    file, signed = driver.file, driver.file.signed
    about = {
        "module_version": driver.version or file.version.version,
        "module_company": driver.company or file.version.company,
        "file_version": file.version.version,
        "signature": "" if signed is Signed.UNTOLD else signed.value,
        **_signer(driver),
    }
    return {name: value for name, value in about.items() if value}


def _signer(driver: Driver) -> dict[str, str]:
    return {"signer": driver.file.signer} if driver.file.signer else {}


def _foreign(driver: Driver, header: HeaderFault, installed: Installed) -> Finding:
    """Say what the file is for, and of which product the right one is wanted."""
    known = driver.candidate
    facts: dict[str, Value] = {"module": known.path}
    facts |= {"found": header.found, "wanted": header.wanted}
    if known.product:
        facts |= {"product": known.product}
    if programs := installed.shown([known.product_key] if known.product_key else ()):
        facts |= {"installed": programs}
    return found("driver.wrong_architecture", **facts)


def _fault(driver: Driver, fault: Fault) -> Finding:
    module = driver.candidate.path
    words = _last_words(driver.stderr.strip())
    said = {"stderr": words} if words else {}
    match fault.kind:
        case FaultKind.HUNG | FaultKind.CANCELLED:
            seconds = round(fault.seconds)
            return found("driver.hung", module=module, call=fault.call, seconds=seconds, **said)
        case FaultKind.DIED:
            exit_ = {"exit": fault.detail}
            return found("driver.crashed", module=module, call=fault.call, **exit_, **said)
        case FaultKind.NOT_LOADED:
            lacks = {"missing": driver.file.missing} if driver.file.missing else {}
            words = fault.detail
            return found("driver.missing_dependency", module=module, loader=words, **lacks)
        case FaultKind.BLOCKED:
            return found("driver.blocked", module=module, loader=fault.detail)
        case FaultKind.NOT_PKCS11:
            return found("driver.not_pkcs11", module=module)
        case FaultKind.REFUSED:
            return found("driver.refused", module=module, call=fault.call, ckr=fault.detail)


def _last_words(text: str) -> str:
    """Cut to whole lines where there are some: half a name or number would escape the mask."""
    kept = text[-LAST_WORDS:]
    whole = kept.partition("\n")[2] if len(text) > len(kept) else kept
    return whole or kept


def _unserved(card: Reader, working: Sequence[Driver], installed: Installed) -> Finding:
    modules = tuple(d.candidate.path for d in working)
    more: dict[str, Value] = {
        "needed": needed_for([card]),
        "registered": installed.registered(card.atr),
    }
    facts = {name: value for name, value in more.items() if value}
    atr = card.atr.hex().upper()
    return found("driver.wrong_for_card", reader=card.name, modules=modules, atr=atr, **facts)


def _rivals(drivers: Sequence[Driver], cards: Sequence[Reader]) -> Iterator[Finding]:
    """Warn of two modules of different makers that show one physical token."""
    makers = {d.candidate.path: d.company.casefold() for d in drivers}
    tokens = (t for d in drivers for t in d.tokens if t.initialized)
    for first, *others in physical(tokens, [card.name for card in cards]):
        for other in others:
            if makers[first.module] != makers[other.module]:
                yield found("driver.several", modules=(first.module, other.module))


def _same_reader(slot: str, reader: str) -> bool:
    """Compare a slot's description (64 bytes, padded or cut) with a reader's name."""
    slot, reader = slot.strip().casefold(), reader.strip().casefold()
    return bool(slot) and (slot.startswith(reader) or reader.startswith(slot))


CHECK = Check(run, afterword=afterword, until=USERS)
