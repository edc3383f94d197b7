import threading
from dataclasses import replace

import pytest
from tests.unit.checks.test_certificate import held
from tests.unit.checks.world import (
    KEY,
    MODULE,
    PIN,
    PROFILE,
    TOKEN,
    FakeUser,
    World,
    fact,
    said,
)
from tests.unit.pki.maker import LEAF, NOW
from tests.unit.portal import said as talk

from a3check.checks import pin
from a3check.checks.certificate import Chosen
from a3check.checks.pin import LoggedIn, blocker, ended, judge, refused_before
from a3check.checks.server import Anonymous
from a3check.checks.token import Tokens
from a3check.core.check import found
from a3check.core.cryptoki import LoginAnswer, Token, fits
from a3check.core.fault import Fault, FaultKind
from a3check.core.model import Finding, Outcome
from a3check.core.question import NoPin, PinQuestion, TryEnd
from a3check.core.secret import Secret
from a3check.portal.walk import Hop, Walk, Walker

LOCKED, LAST = replace(TOKEN, pin_locked=True), replace(TOKEN, pin_final_try=True)
LOW, CHANGE = replace(TOKEN, pin_count_low=True), replace(TOKEN, pin_to_be_changed=True)
ACCEPTED = LoginAnswer("CKR_OK", 0.234)
WRONG = LoginAnswer("CKR_PIN_INCORRECT", 0.2)


def world(given: Secret | NoPin | None = None, token: Token = TOKEN) -> World:
    a = World().learn(Chosen(held(LEAF, KEY, token=token)), Tokens(((token,),)))
    a.user.given = given if given is not None else Secret(bytearray(PIN))
    return a


def end(a: World, *findings: Finding) -> World:
    """Let checks have ended with these findings."""
    for finding in findings:
        check = finding.code.partition(".")[0]
        a.context.end(Outcome(check, (finding,)))
    return a


def empty(a: World) -> bool:
    return isinstance(a.user.given, Secret) and len(a.user.given) == 0


# ---- asked once, counted, sent once


def test_a_right_pin() -> None:
    a = world()
    a.drivers.answer = ACCEPTED
    (accepted,) = a.run(pin.CHECK)
    assert said(accepted) == ("pin.accepted",)
    assert fact(accepted, "seconds") == (0.23,)
    assert a.events == ["asked", "begin", f"login {MODULE}", "end accepted"]
    assert a.drivers.pins == [PIN]
    assert a.context.recall(LoggedIn) == LoggedIn(TOKEN)
    assert empty(a)


def test_a_wrong_pin_costs_one_try() -> None:
    a = world()
    a.drivers.answer = WRONG
    assert said(a.run(pin.CHECK)) == ("pin.incorrect",)
    assert a.events == ["asked", "begin", f"login {MODULE}", "end spent"]
    assert a.context.find(LoggedIn) is None
    assert empty(a)


@pytest.mark.parametrize("reason", NoPin)
def test_no_pin(reason: NoPin) -> None:
    a = world(reason)
    (finding,) = a.run(pin.CHECK)
    assert said(finding) == ("pin.not_tried",)
    assert fact(finding, "reason") == (str(reason),)
    assert a.events == ["asked"]


def test_a_module_of_ours_that_breaks_frees_the_token_and_forgets_the_pin() -> None:
    a = world()

    class Broken:
        ckr = property(lambda _: 1 / 0)

    a.drivers.answer = Broken()  # type: ignore[assignment] # a defect of our own
    with pytest.raises(ZeroDivisionError):
        a.run(pin.CHECK)
    assert a.events[-1] == "end spent"
    assert empty(a)


def test_what_the_user_is_told() -> None:
    a = world(NoPin.USER)
    a.run(pin.CHECK)
    (question,) = a.user.questions
    assert (question.token, question.holder, question.hosts) == (TOKEN, "FULANO DE TAL", ())
    said_so = talk.asked(talk.to("portal.test"))
    hop = Hop("https://portal.test/", said_so, shown=False)
    walker = Walker(PROFILE, a.handshakes.converse)
    a.learn(Anonymous(Walk((hop,)), walker)).run(pin.CHECK)
    assert a.user.questions[1].hosts == ("portal.test", "cas.test")


def test_a_pin_given_after_the_user_stopped_is_not_sent() -> None:
    a = world()
    a.context.stop.set()
    (finding,) = a.run(pin.CHECK)
    assert fact(finding, "reason") == ("user",)
    assert a.events == ["asked"]
    assert empty(a)


# ---- not asked


@pytest.mark.parametrize(
    ("finding", "because"),
    [
        (found("token.pin_locked"), "token"),
        (found("certificate.expired"), "certificate"),
        (found("certificate.key_missing"), "certificate"),
        (found("chain.root_unknown"), "chain"),
        (found("revocation.revoked"), "revocation"),
        (found("server.intercepted"), "server"),
        (found("server.expired").lower(), "server"),
        (found("network.offline"), "network"),
    ],
)
def test_no_pin_is_asked_where_the_login_is_impossible(finding: Finding, because: str) -> None:
    a = end(world(), finding)
    assert said(a.run(pin.CHECK)) == (f"skipped: {because}",)
    assert a.events == []


@pytest.mark.parametrize(
    "finding",
    [
        found("clock.wrong"),
        found("service.stopped"),
        found("reader.absent"),
        found("driver.hung"),
        found("store.absent"),
        found("token.pin_locked").lower(),
        found("certificate.company"),
        found("chain.issuer_missing"),
        found("revocation.unreachable"),
        found("server.program_refused"),
        found("network.port_blocked").lower(),
    ],
)
def test_what_does_not_make_the_login_impossible(finding: Finding) -> None:
    assert said(end(world(), finding).run(pin.CHECK)) == ("pin.accepted",)


@pytest.mark.parametrize("check", ["server", "network"])
def test_a_way_that_stands_in_spite_of_a_failure(check: str) -> None:
    outcome = Outcome(check, (found("server.error"),))
    assert blocker([outcome], frozenset()) == check
    assert blocker([outcome], frozenset({check})) is None
    bad = Outcome("certificate", (found("certificate.expired"),))
    assert blocker([outcome, bad], frozenset({check, "certificate"})) == "certificate"
    a = world()
    a.context._givers.add(check)
    a.context.end(outcome)
    assert said(a.run(pin.CHECK)) == ("pin.accepted",)


def test_the_first_blocker_in_their_order_counts() -> None:
    ends = [Outcome("network", (found("network.offline"),))]
    ends += [Outcome("token", (found("token.pin_locked"),))]
    assert blocker(ends, frozenset()) == "token"
    assert blocker([], frozenset()) is None


def test_without_a_choice_no_pin_is_spent() -> None:
    a = World()
    assert said(a.run(pin.CHECK)) == ("skipped: certificate",)
    end(a, found("certificate.absent"))
    assert said(a.run(pin.CHECK)) == ("skipped: certificate",)
    end(a, found("certificate.several"))
    (finding,) = a.run(pin.CHECK)
    assert said(finding) == ("pin.not_tried",)
    assert fact(finding, "reason") == ("certificate",)
    end(a, found("certificate.not_found"))
    assert said(a.run(pin.CHECK)) == ("pin.not_tried",)
    assert a.events == []


@pytest.mark.parametrize(
    ("group", "count", "code", "reason"),
    [
        ((TOKEN,), 0, None, None),
        ((TOKEN,), 1, None, None),
        ((TOKEN,), 2, "pin.refused_last_try", "count"),
        ((TOKEN,), 9, "pin.refused_last_try", "count"),
        ((LOW,), 1, None, None),
        ((LOW,), 2, "pin.refused_last_try", "count"),
        ((TOKEN, LOW), 9, "pin.refused_last_try", "count"),
        ((LAST,), 0, "pin.refused_last_try", "flag"),
        ((TOKEN, LAST), 0, "pin.refused_last_try", "flag"),
        ((LOCKED,), 0, "pin.locked", None),
        ((CHANGE,), 0, "pin.expired", None),
        ((TOKEN, CHANGE), 0, "pin.expired", None),
    ],
)
def test_refused_before_it_is_asked_for(
    group: tuple[Token, ...], count: int, code: str | None, reason: str | None
) -> None:
    refusal = refused_before(group, count)
    assert (refusal is None) is (code is None)
    if refusal is not None:
        assert said(refusal) == (code,)
        assert fact(refusal, "reason") == (reason,)


@pytest.mark.parametrize("token", [LAST, CHANGE, LOCKED])
def test_a_token_that_must_not_be_tried_is_left_alone(token: Token) -> None:
    a = world(token=token)
    a.run(pin.CHECK)
    assert a.events == []


def test_another_modules_flags_count_for_the_same_token() -> None:
    a = world().learn(Tokens(((replace(LAST, module="/opt/b.so"), TOKEN),)))
    assert said(a.run(pin.CHECK)) == ("pin.refused_last_try",)
    assert a.events == []


def test_a_token_of_no_group_stands_for_itself() -> None:
    a = world().learn(Tokens(((LAST,),)))
    assert said(a.run(pin.CHECK)) == ("pin.accepted",)


# ---- asked, not sent


@pytest.mark.parametrize(
    ("ended", "reason"), [(TryEnd.SPENT, "repeated"), (TryEnd.UNANSWERED, "unanswered")]
)
def test_the_very_pin_that_was_refused_or_left_unanswered(ended: TryEnd, reason: str) -> None:
    a = world()
    a.tries.repeated = ended
    (finding,) = a.run(pin.CHECK)
    assert said(finding) == ("pin.refused_last_try",)
    assert fact(finding, "reason") == (reason,)
    assert a.events == ["asked"]
    assert empty(a)


def test_a_pin_out_of_the_tokens_limits() -> None:
    a = world(token=replace(TOKEN, pin_min=8, pin_max=16))
    (finding,) = a.run(pin.CHECK)
    assert said(finding) == ("pin.invalid_length",)
    assert fact(finding, "minimum", "maximum") == (8, 16)
    assert a.events == ["asked"]
    assert empty(a)


def test_a_token_in_another_a3checks_hands() -> None:
    a = world()
    a.tries.free = False
    (finding,) = a.run(pin.CHECK)
    assert fact(finding, "reason") == ("busy",)
    assert a.events == ["asked", "begin"]
    assert empty(a)


@pytest.mark.parametrize(
    ("meanwhile", "code"), [(0, "pin.accepted"), (1, "pin.accepted"), (2, "pin.refused_last_try")]
)
def test_another_a3check_may_have_spent_tries_while_we_asked(meanwhile: int, code: str) -> None:
    a = world()
    a.tries.meanwhile = meanwhile
    assert said(a.run(pin.CHECK)) == (code,)
    sent = [] if code == "pin.refused_last_try" else [PIN]
    assert a.drivers.pins == sent
    assert a.events[-1] == ("end accepted" if sent else "end untouched")
    assert empty(a)


@pytest.mark.parametrize(
    ("low", "high", "length", "result"),
    [
        (4, 8, 3, False),
        (4, 8, 4, True),
        (4, 8, 8, True),
        (4, 8, 9, False),
        (0, 0, 99, True),
        (4, 0, 1, True),
        (9, 8, 1, True),
        (8, 8, 8, True),
        (8, 8, 7, False),
        (0, 1, 2, False),
    ],
)
def test_limits(low: int, high: int, length: int, result: bool) -> None:
    assert fits(length, replace(TOKEN, pin_min=low, pin_max=high)) is result


# ---- what the one login answered


def refused(detail: str, call: str = "C_Login") -> Fault:
    return Fault(FaultKind.REFUSED, call, detail=detail)


REMOVED = ("CKR_DEVICE_REMOVED", "CKR_TOKEN_NOT_PRESENT")


@pytest.mark.parametrize(
    ("answer", "code", "cost"),
    [
        (ACCEPTED, "pin.accepted", TryEnd.ACCEPTED),
        (LoginAnswer("CKR_USER_ALREADY_LOGGED_IN", 1), "pin.not_tried", TryEnd.UNTOUCHED),
        (LoginAnswer("CKR_FUNCTION_CANCELED", 1), "driver.refused", TryEnd.UNANSWERED),
        (WRONG, "pin.incorrect", TryEnd.SPENT),
        (LoginAnswer("CKR_PIN_INVALID", 1), "pin.incorrect", TryEnd.SPENT),
        (LoginAnswer("CKR_PIN_INCORRECT", 1, LOCKED), "pin.locked", TryEnd.SPENT),
        (LoginAnswer("CKR_PIN_LOCKED", 1), "pin.locked", TryEnd.SPENT),
        (LoginAnswer("CKR_PIN_LEN_RANGE", 1), "pin.invalid_length", TryEnd.UNTOUCHED),
        (LoginAnswer("CKR_PIN_EXPIRED", 1), "pin.expired", TryEnd.UNTOUCHED),
        *((LoginAnswer(gone, 1), "token.removed", TryEnd.UNANSWERED) for gone in REMOVED),
        (LoginAnswer("CKR_FUNCTION_FAILED", 1), "driver.refused", TryEnd.UNANSWERED),
        (Fault(FaultKind.HUNG, "C_Login", 25.4), "pin.unanswered", TryEnd.UNANSWERED),
        (Fault(FaultKind.DIED, "C_Login", 0.6), "pin.unanswered", TryEnd.UNANSWERED),
        (Fault(FaultKind.CANCELLED, "login", 3), "pin.unanswered", TryEnd.UNANSWERED),
        (Fault(FaultKind.HUNG, "C_OpenSession", 25), "pin.unanswered", TryEnd.UNTOUCHED),
        (refused("PIN_LOCKED", "C_GetTokenInfo"), "pin.locked", TryEnd.UNTOUCHED),
        (refused("PIN_FINAL_TRY"), "pin.refused_last_try", TryEnd.UNTOUCHED),
        (refused("TOKEN_CHANGED"), "token.removed", TryEnd.UNTOUCHED),
        *((refused(gone), "token.removed", TryEnd.UNANSWERED) for gone in REMOVED),
        (refused("CKR_DEVICE_REMOVED", "C_OpenSession"), "token.removed", TryEnd.UNTOUCHED),
        (refused("ALREADY_TRIED"), "driver.refused", TryEnd.UNTOUCHED),
        (refused("CKR_GENERAL_ERROR"), "driver.refused", TryEnd.UNANSWERED),
        (refused("CKR_GENERAL_ERROR", "C_OpenSession"), "driver.refused", TryEnd.UNTOUCHED),
    ],
)
def test_what_the_login_answered(answer: LoginAnswer | Fault, code: str, cost: TryEnd) -> None:
    assert said(judge(answer, TOKEN)) == (code,)
    assert ended(answer) is cost


def test_evidence_of_an_answer() -> None:
    names = ("module", "call", "ckr", "seconds", "reason")
    late = judge(Fault(FaultKind.HUNG, "C_Login", 25.4), TOKEN)
    assert fact(late, *names) == (MODULE, None, None, 25, None)
    odd = judge(LoginAnswer("CKR_FUNCTION_FAILED", 1), TOKEN)
    assert fact(odd, *names) == (MODULE, "C_Login", "CKR_FUNCTION_FAILED", None, None)
    odd = judge(refused("CKR_X", "C_OpenSession"), TOKEN)
    assert fact(odd, *names) == (MODULE, "C_OpenSession", "CKR_X", None, None)
    assert fact(judge(LoginAnswer(REMOVED[0], 1), TOKEN), *names)[:2] == (MODULE, "C_Login")
    assert fact(judge(refused("TOKEN_CHANGED", "C_X"), TOKEN), *names)[:2] == (MODULE, "C_X")
    assert fact(judge(refused("PIN_FINAL_TRY"), TOKEN), "reason") == ("flag",)


@pytest.mark.parametrize(
    ("after", "left", "evidence"),
    [
        (None, None, None),
        (TOKEN, None, None),
        (LAST, None, 1),
        (TOKEN, 2, 2),
        (LAST, 2, 2),
        (None, 0, 0),
    ],
)
def test_the_tries_that_are_left(
    after: Token | None, left: int | None, evidence: int | None
) -> None:
    wrong = judge(LoginAnswer("CKR_PIN_INCORRECT", 1, after, left), TOKEN)
    assert said(wrong) == ("pin.incorrect",)
    assert fact(wrong, "tries_left") == (evidence,)


def test_the_length_is_told_by_the_limits_that_are_known() -> None:
    answer = LoginAnswer("CKR_PIN_LEN_RANGE", 1)
    limited = replace(TOKEN, pin_min=4, pin_max=8)
    names = ("minimum", "maximum")
    assert fact(judge(answer, TOKEN), *names) == (None, None)
    assert fact(judge(answer, limited), *names) == (4, 8)
    assert fact(judge(replace(answer, token=limited), TOKEN), *names) == (4, 8)
    assert fact(judge(answer, replace(TOKEN, pin_min=9, pin_max=8)), *names) == (None, None)
    assert fact(judge(answer, replace(TOKEN, pin_min=8, pin_max=8)), *names) == (8, 8)
    assert fact(judge(answer, replace(TOKEN, pin_min=0, pin_max=1)), *names) == (0, 1)


def test_somebody_logged_in_already_and_nobody_looked_at_this_pin() -> None:
    a = world()
    a.drivers.answer = LoginAnswer("CKR_USER_ALREADY_LOGGED_IN", 0.1)
    (finding,) = a.run(pin.CHECK)
    assert said(finding) == ("pin.not_tried",)
    assert fact(finding, "reason") == ("already",)
    assert a.context.find(LoggedIn) is not None
    assert a.tries.ends == [TryEnd.UNTOUCHED]


# ---- what changes while the question stands open


def test_a_failure_that_came_while_the_question_stood_open() -> None:
    a = world()

    class Late(FakeUser):
        def pin(self, question: PinQuestion) -> Secret | NoPin:
            end(a, found("revocation.revoked"))
            return super().pin(question)

    late = Late(a.events, Secret(bytearray(PIN)))
    a.context.ports = replace(a.context.ports, user=late)
    assert said(a.run(pin.CHECK)) == ("skipped: revocation",)
    assert a.events == ["asked"]
    assert isinstance(late.given, Secret)
    assert len(late.given) == 0


def test_a_pin_waits_for_a_revocation_that_is_under_way() -> None:
    a = world()
    a.context.expect(["revocation"])
    ending = threading.Timer(0.2, end, (a, found("revocation.revoked")))
    ending.start()
    assert said(a.run(pin.CHECK)) == ("skipped: revocation",)
    ending.join()
    assert a.events == ["asked"]
    assert empty(a)


def test_a_revocation_that_never_ends_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pin, "LATE_REVOCATION", 0.01)
    a = world()
    a.context.expect(["revocation"])
    assert said(a.run(pin.CHECK)) == ("pin.accepted",)


def test_the_count_is_compared_with_the_flags_before_anything_is_asked() -> None:
    a = world()
    a.context.started = NOW
    a.run(pin.CHECK)
    assert a.tries.looks == [NOW]


@pytest.mark.parametrize(
    ("token", "count", "told"), [(TOKEN, 0, False), (TOKEN, 1, True), (LOW, 0, True)]
)
def test_the_user_is_told_of_wrong_pins_before(token: Token, count: int, told: bool) -> None:
    a = world(token=token)
    a.tries.count = count
    a.run(pin.CHECK)
    assert a.user.questions[0].tried_before is told


# ---- a reader with keys of its own

KEYPAD = replace(TOKEN, pinpad=True, pin_min=4, pin_max=8)


def test_a_pin_typed_at_the_reader_has_no_length_and_no_digest() -> None:
    a = world(Secret(bytearray()), KEYPAD)
    a.tries.repeated = TryEnd.SPENT
    assert said(a.run(pin.CHECK)) == ("pin.accepted",)
    assert a.events == ["asked", "begin", f"login {MODULE}", "end accepted"]
    assert a.drivers.pins == [b""]


def test_the_readers_own_no() -> None:
    a = world(Secret(bytearray()), KEYPAD)
    a.drivers.answer = LoginAnswer("CKR_FUNCTION_CANCELED", 9)
    (finding,) = a.run(pin.CHECK)
    assert fact(finding, "reason") == ("user",)
    assert a.tries.ends == [TryEnd.UNTOUCHED]
