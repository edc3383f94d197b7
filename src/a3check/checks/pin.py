"""Does the token accept the PIN? Asked once, sent once, never retried."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from a3check.checks.certificate import Chosen, Held
from a3check.checks.server import Anonymous
from a3check.checks.store import InStore
from a3check.checks.token import Tokens, pin_state
from a3check.core.check import Check, Context, found
from a3check.core.cryptoki import LoginAnswer, Token, fits
from a3check.core.fault import Fault, FaultKind
from a3check.core.model import Finding, Outcome, Skip
from a3check.core.ports import Tries
from a3check.core.question import NoPin, PinQuestion, TryEnd
from a3check.core.register import Status
from a3check.core.secret import Secret


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The token that accepted the PIN in this run.

    ``kept``: the process of Windows' key holds that very PIN, too.
    """

    token: Token
    kept: bool = False


BLOCKERS = ("token", "certificate", "chain", "revocation", "server", "network")
"""Checks whose failure makes the login impossible, in the order in which they are named."""
LATE_REVOCATION = 5.0
"""Seconds for which a revocation under way holds back a given PIN, or a further question."""
LATE_STORE = 5.0
"""Seconds for which a look into Windows' stores under way holds back a given PIN."""
OWN_LIMIT = 2
"""Wrong PINs by this program's own count from which it refuses: most tokens allow three."""


def blocker(outcomes: Iterable[Outcome], gave: frozenset[str]) -> str | None:
    """Return the check whose failed finding already makes the login impossible.

    ``gave`` names the checks that gave their fact: where network or server
    failed and gave it all the same, the way to the portal still stands. A server out
    of its dates is no way, though only a clock that nobody could check may say so.
    """
    failed = {o.check for o in outcomes if o.status is Status.FAILED or _is_shut(o)}
    blocked = (c for c in BLOCKERS if c in failed)
    return next((c for c in blocked if c not in {"server", "network"} or c not in gave), None)


def _is_shut(outcome: Outcome) -> bool:
    return any(f.code == "server.expired" for f in outcome.findings)


def run(context: Context) -> Iterator[Finding | Skip]:
    """Go through every reason not to ask, then ask, then send it once."""
    chosen = context.find(Chosen)
    if chosen is None:
        yield _skip_or_not_tried(context)
        return
    stopper = _stopper(context)
    if stopper is not None:
        yield Skip(stopper)
        return
    token = chosen.held.token
    group, tries = _group(context, token), context.ports.tries
    tries.look(token, context.started)
    wrong = tries.wrong(token)
    refusal = refused_before(group, wrong)
    if refusal is not None:
        yield refusal
        return
    tried_before = wrong > 0 or pin_state(group) == "count_low"
    pin = context.ports.user.pin(_question(context, chosen.held, tried_before))
    if isinstance(pin, NoPin):
        yield found("pin.not_tried", reason=str(pin))
        return
    with pin.opened():
        context.wait_for("revocation", LATE_REVOCATION)
        if context.stop.is_set():  # given, and called off before it was used
            yield found("pin.not_tried", reason=str(NoPin.USER))
            return
        stopper = _stopper(context)  # by what has ended since the question was asked
        if stopper is not None:
            yield Skip(stopper)
            return
        yield from _try(context, group, token, pin)


def refused_before(group: tuple[Token, ...], own_count: int) -> Finding | None:
    """Return why the PIN is not even asked for, by the token's flags and our own count.

    The own count holds beside the flag of a low count, too: some tokens show
    that one and never the one of the last try.
    """
    state = pin_state(group)
    if state == "locked":  # beside a free token its finding is a warning, and stops nothing
        return found("pin.locked")
    if state == "final_try":
        return found("pin.refused_last_try", reason="flag")
    if any(t.pin_to_be_changed for t in group):
        return found("pin.expired")
    if own_count >= OWN_LIMIT:
        return found("pin.refused_last_try", reason="count")
    return None


def judge(answer: LoginAnswer | Fault, token: Token) -> Finding:
    """Name what the one login answered (PKCS#11 v2.40 §5.6, C_Login)."""
    module = token.module
    if isinstance(answer, Fault):
        return _not_answered(answer, module)
    match answer.ckr:
        case "CKR_OK":
            return found("pin.accepted", seconds=round(answer.seconds, 2))
        case "CKR_USER_ALREADY_LOGGED_IN":  # nobody looked at this PIN
            return found("pin.not_tried", reason="already")
        case "CKR_FUNCTION_CANCELED" if token.pinpad:  # the reader's own key for no
            return found("pin.not_tried", reason=str(NoPin.USER))
        case "CKR_PIN_INCORRECT" | "CKR_PIN_INVALID":
            return _incorrect(answer)
        case "CKR_PIN_LOCKED":
            return found("pin.locked")
        case "CKR_PIN_LEN_RANGE":
            return _length(answer.token or token)
        case "CKR_PIN_EXPIRED":
            return found("pin.expired")
        case "CKR_DEVICE_REMOVED" | "CKR_TOKEN_NOT_PRESENT":
            return found("token.removed", module=module, call="C_Login")
        case other:
            return found("driver.refused", module=module, call="C_Login", ckr=other)


def _not_answered(fault: Fault, module: str) -> Finding:
    """Tell a login that was never sent from one that was never answered."""
    if fault.kind is not FaultKind.REFUSED:
        return found("pin.unanswered", module=module, seconds=round(fault.seconds))
    match fault.detail:
        case "PIN_LOCKED":
            return found("pin.locked")
        case "PIN_FINAL_TRY":
            return found("pin.refused_last_try", reason="flag")
        case "TOKEN_CHANGED" | "CKR_DEVICE_REMOVED" | "CKR_TOKEN_NOT_PRESENT":
            return found("token.removed", module=module, call=fault.call)
        case detail:
            return found("driver.refused", module=module, call=fault.call, ckr=detail)


def _try(
    context: Context, group: tuple[Token, ...], token: Token, pin: Secret
) -> Iterator[Finding]:
    """Check what can be checked without the token, then log in once.

    Where the provider asks by itself, the press was all that is needed of the user here.
    """
    if token.in_store:
        context.learn(LoggedIn(token))
        yield found("pin.by_provider", product=token.model)
        return
    tries, keys = context.ports.tries, context.ports.store_keys
    hopeless = None if token.pinpad else _hopeless(tries, token, pin)
    if hopeless is not None:
        yield hopeless
        return
    kept = _kept_for_the_browser(context, token, pin)
    if context.stop.is_set() or not tries.begin(token, None if token.pinpad else pin):
        keys.release()
        reason = str(NoPin.USER) if context.stop.is_set() else "busy"
        yield found("pin.not_tried", reason=reason)
        return
    end = TryEnd.UNTOUCHED
    try:
        # Another a3check may have spent a try while this one's question stood open.
        finding = refused_before(group, tries.wrong(token) - 1)
        if finding is None:
            end = TryEnd.SPENT
            answer = context.ports.drivers.login(token, pin)
            finding = judge(answer, token)
            end = ended(answer, keypad=token.pinpad)
    finally:
        tries.end(token, end)
        kept = kept and end is TryEnd.ACCEPTED
        if not kept:
            keys.release()
    # Where the module had logged in by itself (single sign-on), the rest of the way still tells.
    if finding.code == "pin.accepted" or finding.get("reason") == "already":
        context.learn(LoggedIn(token, kept))
    yield finding


def _kept_for_the_browser(context: Context, token: Token, pin: Secret) -> bool:
    """Give Windows' key's process the PIN before the login overwrites it.

    It is used if the login accepts it, and else ended with that process. One that is typed at
    the reader's own keys never comes this way.
    """
    keys = context.ports.store_keys
    if token.pinpad or not keys.available:
        return False
    context.wait_for("store", LATE_STORE)
    in_store = context.find(InStore)
    if in_store is None or not in_store.look.linked:
        return False
    keys.hold(pin.twin())
    return True


def _hopeless(tries: Tries, token: Token, pin: Secret) -> Finding | None:
    """Say why a PIN that was typed here is not worth a try."""
    match tries.repeats(token, pin):
        case TryEnd.UNANSWERED:  # it may be right: saying that it was refused would be a lie
            return found("pin.refused_last_try", reason="unanswered")
        case TryEnd.SPENT:
            return found("pin.refused_last_try", reason="repeated")
    return None if fits(len(pin), token) else _length(token)


def ended(answer: LoginAnswer | Fault, *, keypad: bool = False) -> TryEnd:
    """Tell what a login cost; in doubt it cost a try.

    What broke in another call broke before C_Login, and a refusal that is no
    CKR name is our own. Where somebody had logged in before, nobody looked at the PIN.
    Whatever does not say that the PIN was refused leaves it unanswered.
    """
    if isinstance(answer, Fault):
        before = answer.call.startswith("C_") and answer.call != "C_Login"
        own = answer.kind is FaultKind.REFUSED and not answer.detail.startswith("CKR_")
        return TryEnd.UNTOUCHED if before or own else TryEnd.UNANSWERED
    match answer.ckr:
        case "CKR_OK":
            return TryEnd.ACCEPTED
        case "CKR_USER_ALREADY_LOGGED_IN" | "CKR_PIN_LEN_RANGE" | "CKR_PIN_EXPIRED":
            return TryEnd.UNTOUCHED
        case "CKR_FUNCTION_CANCELED" if keypad:
            return TryEnd.UNTOUCHED
        case "CKR_PIN_INCORRECT" | "CKR_PIN_INVALID" | "CKR_PIN_LOCKED":
            return TryEnd.SPENT
        case _:
            return TryEnd.UNANSWERED


def _incorrect(answer: LoginAnswer) -> Finding:
    if answer.token is not None and answer.token.pin_locked:
        return found("pin.locked")
    left = answer.tries_left
    if left is None and answer.token is not None and answer.token.pin_final_try:
        left = 1
    return found("pin.incorrect") if left is None else found("pin.incorrect", tries_left=left)


def _length(token: Token) -> Finding:
    """Name the limits; absurd ones are not worth a word."""
    if token.pin_max <= 0 or token.pin_min > token.pin_max:
        return found("pin.invalid_length")
    return found("pin.invalid_length", minimum=token.pin_min, maximum=token.pin_max)


def _skip_or_not_tried(context: Context) -> Finding | Skip:
    """Without a chosen certificate no PIN is spent: the user has to choose, or there is none."""
    certificate = context.ended().get("certificate")
    open_choice = certificate is not None and any(
        f.code in {"certificate.several", "certificate.not_found"} for f in certificate.findings
    )
    return found("pin.not_tried", reason="certificate") if open_choice else Skip("certificate")


def _group(context: Context, token: Token) -> tuple[Token, ...]:
    groups = context.recall(Tokens).groups
    return next((g for g in groups if token in g), (token,))


def _stopper(context: Context) -> str | None:
    gave = frozenset(c for c in BLOCKERS if context.gave(c))
    return blocker(context.ended().values(), gave)


def _question(context: Context, held: Held, tried_before: bool) -> PinQuestion:  # noqa: FBT001 - a fact
    anonymous = context.find(Anonymous)
    hosts = anonymous.hosts if anonymous is not None else ()
    return PinQuestion(held.token, held.certificate.holder_name, hosts, tried_before)


CHECK = Check(run, requires=("token", "certificate"), after=("chain", "server"))
