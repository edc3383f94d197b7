"""The verdict's rule, clause by clause, and the healthy set-ups."""

from datetime import UTC, datetime

import pytest

from a3check.core.check import found
from a3check.core.model import Diagnosis, Finding, Outcome
from a3check.core.register import Status, register
from a3check.core.verdict import Verdict, conclude, examined, judge, live, settle, telling


def outcomes(*findings: Finding, **more: Outcome) -> tuple[Outcome, ...]:
    """Build all outcomes in order; a check without findings is skipped by option."""
    given: dict[str, list[Finding]] = {}
    for finding in findings:
        given.setdefault(finding.code.partition(".")[0], []).append(finding)
    return tuple(
        more.get(name)
        or Outcome(name, tuple(given.get(name, ())), because=None if name in given else "option")
        for name in register().checks
    )


def verdict(*findings: Finding) -> Verdict:
    return judge(outcomes(*findings))


def cause(*findings: Finding) -> str | None:
    found_cause = verdict(*findings).cause
    return None if found_cause is None else found_cause.code


MODULE = "/opt/good.so"
READY = found("token.ready", module=MODULE, token_model="M", token_maker="T", pin_state="ok")
USABLE = found("certificate.usable", issuer="AC", policy="A3", not_after="2029")
ACCEPTED = found("login.accepted", host="h", port=443, page="/")
HEALTHY = (READY, USABLE, ACCEPTED)


# ---- clause 2: what was shown to work overrules what only stood for it


@pytest.mark.parametrize(
    "code",
    [
        "service.stopped",
        "service.absent",
        "reader.absent",
        "reader.no_system_driver",
        "card.absent",
        "card.mute",
        "card.busy",
        "token.uninitialized",
    ],
)
def test_a_read_token_overrules_its_lane(code: str) -> None:
    judged = verdict(found(code), *HEALTHY)
    assert judged.status is Status.PASSED
    assert [(f.code, f.status, f.lowered) for f in judged.also] == [(code, Status.WARNING, True)]


@pytest.mark.parametrize("code", ["driver.hung", "driver.crashed", "driver.refused"])
def test_a_read_token_overrules_other_modules(code: str) -> None:
    broken = found(code, module="/opt/other.so")
    assert verdict(broken, *HEALTHY).status is Status.PASSED


def test_a_read_token_does_not_overrule_its_own_module() -> None:
    broken = found("driver.hung", module=MODULE)
    assert cause(broken, READY, USABLE) == "driver.hung"


def test_an_accepted_login_overrules_even_its_own_modules_other_slot() -> None:
    broken = found("driver.hung", module=MODULE)
    assert verdict(broken, *HEALTHY).status is Status.PASSED


@pytest.mark.parametrize(
    ("served", "broken", "lowered"),
    [
        (USABLE, MODULE, False),
        (USABLE, "/opt/other.so", True),
        (found("certificate.usable", issuer="AC", module="/opt/b.so"), MODULE, True),
        (found("certificate.usable", issuer="AC", module="/opt/b.so"), "/opt/b.so", False),
    ],
)
def test_the_module_that_served_is_the_one_the_certificate_was_read_through(
    served: Finding, broken: str, lowered: bool
) -> None:
    hung = found("driver.hung", module=broken, call="C_GetSlotInfo", seconds=3)
    settled = settle(outcomes(hung, READY, served))
    driver = next(o for o in settled if o.check == "driver")
    assert driver.findings[0].lowered is lowered


def test_a_driver_that_refuses_the_login_is_not_overruled_by_its_check() -> None:
    refused = found("driver.refused", module="/opt/other.so", call="C_Login", ckr="CKR_X")
    judged = judge(outcomes(READY, USABLE, pin=Outcome("pin", (refused,))))
    assert judged.cause == refused


@pytest.mark.parametrize("code", ["certificate.absent", "certificate.unreadable"])
def test_a_token_without_a_certificate_overrules_nothing(code: str) -> None:
    assert cause(found("card.mute"), READY, found(code)) == "card.mute"


def test_a_certificate_check_that_only_broke_overrules_nothing() -> None:
    broke = Outcome("certificate", (found("any.timeout", call="C_FindObjects"),))
    judged = judge(outcomes(found("card.mute"), READY, certificate=broke))
    assert judged.cause is not None
    assert judged.cause.code == "card.mute"


def test_a_certificate_without_a_ready_token_overrules_nothing() -> None:
    assert cause(found("card.mute"), USABLE) == "card.mute"


def test_a_failed_certificate_still_shows_that_the_token_was_read() -> None:
    expired = found("certificate.expired", judged_by="trusted")
    assert (
        cause(found("service.stopped", pcsc="SCARD_E_NO_SERVICE"), READY, expired)
        == "certificate.expired"
    )


@pytest.mark.parametrize(
    "code",
    ["network.port_blocked", "network.dns_failed", "server.incomplete_chain"],
)
def test_an_accepted_login_overrules_the_network(code: str) -> None:
    assert verdict(found(code), *HEALTHY).status is Status.PASSED


@pytest.mark.parametrize(
    "code", ["clock.unverified", "revocation.unreachable", "chain.issuer_missing"]
)
def test_an_accepted_login_overrules_every_unknown(code: str) -> None:
    judged = verdict(found(code), *HEALTHY)
    assert judged.status is Status.PASSED
    assert judged.also[0].status is Status.WARNING


@pytest.mark.parametrize(
    "code",
    [
        "certificate.expired",
        "chain.root_unknown",
        "revocation.revoked",
        "store.absent",
        "clock.wrong",
    ],
)
def test_what_is_never_overruled(code: str) -> None:
    assert cause(found(code), READY, USABLE, ACCEPTED) == code


@pytest.mark.parametrize("code", ["server.expired", "signature.failed", "pin.incorrect"])
def test_an_accepted_login_overrules_no_other_failure(code: str) -> None:
    assert cause(found(code), *HEALTHY) == code


def test_what_passed_is_not_marked_as_lowered() -> None:
    settled = settle(outcomes(found("reader.connected", readers=("R",)), *HEALTHY))
    assert not any(f.lowered for o in settled for f in o.findings)


@pytest.mark.parametrize("left_out", ["token", "certificate"])
def test_a_lane_that_nothing_could_overrule_by_option_is_no_cause(left_out: str) -> None:
    working = found("driver.working", module=MODULE, seconds=1)
    skipped = {left_out: Outcome(left_out, because="option")}
    other = {"certificate": "token", "token": "certificate"}[left_out]
    ran = {} if left_out == "token" else {other: Outcome(other, (READY,))}
    judged = judge(outcomes(found("service.stopped"), working, **skipped, **ran))
    assert judged.status is Status.UNKNOWN


def test_a_lane_asked_for_alone_fails() -> None:
    assert cause(found("service.stopped")) == "service.stopped"


# ---- clause 3: a warning that explains a failure takes its place


@pytest.mark.parametrize("code", ["login.rejected", "login.rejected_unknown_ca"])
def test_a_company_explains_a_rejection(code: str) -> None:
    judged = verdict(READY, found("certificate.company"), found(code, host="h"))
    assert judged.status is Status.FAILED
    assert judged.cause is not None
    assert judged.cause.code == "certificate.company"
    assert [f.code for f in judged.also] == [code]


def test_a_company_explains_nothing_else() -> None:
    company = found("certificate.company")
    for code in ("login.connection_lost", "login.rejected_expired", "login.rejected_revoked"):
        assert cause(READY, company, found(code)) == code


@pytest.mark.parametrize("code", ["service.stopped", "reader.absent", "card.absent"])
def test_a_remote_session_explains_the_lane(code: str) -> None:
    remote = found("computer.remote_session", session="remote")
    assert cause(remote, found(code)) == "computer.remote_session"


def test_the_readers_own_words_for_a_remote_session_come_first() -> None:
    remote = found("computer.remote_session", session="remote")
    other = found("reader.other_machine", session="remote")
    assert cause(remote, other) == "reader.other_machine"


def test_a_remote_session_explains_no_later_failure() -> None:
    remote = found("computer.remote_session", session="remote")
    assert cause(remote, found("driver.absent")) == "driver.absent"


def test_a_clouds_agent_that_does_not_run_explains_its_drivers_errors() -> None:
    stopped = found("cloud.agent_stopped", product="P")
    refused = found("driver.refused", module="/m", call="C_Initialize", ckr="CKR_X")
    assert cause(stopped, refused) == "cloud.agent_stopped"
    assert cause(refused) == "driver.refused"
    assert cause(stopped, found("driver.hung", module="/m")) == "driver.hung"


# ---- clause 4: the first failed one in the order of the checks


def test_the_order_of_the_checks_counts() -> None:
    later, earlier = found("token.absent", modules=()), found("card.absent", readers=())
    judged = verdict(later, earlier)
    assert judged.cause == earlier
    assert judged.also == (later,)


def test_within_a_check_the_registers_order_counts() -> None:
    weak, expired = found("certificate.weak"), found("certificate.expired")
    assert cause(weak, expired) == "certificate.expired"


@pytest.mark.parametrize("code", ["certificate.expired", "revocation.revoked"])
def test_what_the_clock_cannot_excuse_goes_before_it(code: str) -> None:
    clock = found("clock.wrong", days=400)
    assert cause(clock, found(code, judged_by="trusted")) == code
    assert cause(clock, found(code, judged_by="computer")) == "clock.wrong"


def test_nothing_else_goes_before_the_clock() -> None:
    clock = found("clock.wrong", days=400)
    other = found("certificate.weak", judged_by="trusted")
    assert cause(clock, other) == "clock.wrong"
    assert cause(found("driver.absent"), found("revocation.revoked", judged_by="trusted")) == (
        "driver.absent"
    )


def test_the_rest_is_sorted_failed_then_warnings_then_unknown() -> None:
    judged = verdict(
        found("clock.unverified"),
        found("card.unknown"),
        found("driver.absent"),
        found("network.offline"),
    )
    assert [f.code for f in judged.also] == ["network.offline", "card.unknown", "clock.unverified"]


# ---- clause 5: nothing failed


@pytest.mark.parametrize("code", ["login.accepted", "login.user_entered", "login.second_factor"])
def test_passed_takes_a_login(code: str) -> None:
    judged = verdict(READY, USABLE, found(code))
    assert (judged.status, judged.cause) == (Status.PASSED, None)


def test_the_page_of_the_code_says_more_than_the_login_that_led_to_it() -> None:
    code = found("login.second_factor", host="h", page="/cas")
    entered = found("login.user_entered")
    assert verdict(*HEALTHY, code).arrival == code
    assert verdict(*HEALTHY, code).status is Status.PASSED
    assert verdict(*HEALTHY).arrival == ACCEPTED
    assert verdict(READY, USABLE, entered).arrival == entered
    assert verdict(READY, USABLE, entered, code).arrival == code
    assert verdict(READY, USABLE).arrival is None


@pytest.mark.parametrize("word", ["login.user_entered", "login.second_factor"])
@pytest.mark.parametrize("code", ["login.not_requested", "server.program_refused"])
def test_the_users_word_overrules_what_only_a_browser_could_tell(word: str, code: str) -> None:
    judged = verdict(READY, USABLE, found("clock.unverified"), found(code), found(word))
    assert (judged.status, judged.cause) == (Status.PASSED, None)
    lowered = {f.code: f.lowered for f in judged.also}
    assert lowered == {code: True, "clock.unverified": False}
    told = next(o for o in judged.outcomes if o.check == "login")
    assert telling(told) == next(f for f in told.findings if f.code == word)


def test_a_stop_in_the_browser_overrules_nothing() -> None:
    stopped = found("login.user_stopped", step="pin")
    judged = verdict(READY, USABLE, found("login.not_requested", hosts=()), stopped)
    assert judged.cause == stopped
    assert [(f.code, f.lowered) for f in judged.also] == [("login.not_requested", False)]


def test_a_check_is_told_by_its_worst_finding() -> None:
    warned, odd = found("driver.several"), found("network.port_blocked").lower()
    assert telling(Outcome("driver", (READY, warned))) == warned
    assert telling(Outcome("network", (found("network.reachable"), odd))) == odd
    refused = found("login.not_authorised")
    assert telling(Outcome("login", (ACCEPTED, refused))) == refused
    assert telling(Outcome("login", (ACCEPTED,))) == ACCEPTED
    assert telling(Outcome("login", because="pin")) is None


def test_without_a_login_it_cannot_be_told() -> None:
    judged = verdict(READY, USABLE, found("pin.not_tried", reason="option"))
    assert judged.status is Status.UNKNOWN
    assert judged.cause is not None
    assert judged.cause.code == "pin.not_tried"


def test_without_any_unknown_there_is_no_cause() -> None:
    judged = verdict(READY, USABLE)
    assert (judged.status, judged.cause) == (Status.UNKNOWN, None)


def test_the_first_unknown_is_the_cause() -> None:
    judged = verdict(found("revocation.unreachable"), found("clock.unverified"))
    assert judged.cause is not None
    assert judged.cause.code == "clock.unverified"


def test_an_unknown_is_overruled_by_a_failure() -> None:
    assert cause(found("clock.unverified"), found("network.offline")) == "network.offline"


# ---- the live view: nothing red turns green


@pytest.mark.parametrize("code", ["service.stopped", "reader.absent", "card.absent"])
def test_a_live_view_waits_for_the_tokens_lane(code: str) -> None:
    check = code.partition(".")[0]
    early = live((Outcome(check, (found(code),)),))
    assert early[0].status is Status.WARNING


def test_a_live_view_shows_other_failures_at_once() -> None:
    early = live((Outcome("driver", (found("driver.absent"),)),))
    assert early[0].status is Status.FAILED


def test_a_live_view_lowers_no_warning_and_no_pass() -> None:
    given = (
        Outcome("card", (found("card.unknown"),)),
        Outcome("reader", (found("reader.connected"),)),
    )
    assert live(given) == given


def test_a_live_view_is_final_once_the_lane_has_ended() -> None:
    ended = (
        Outcome("card", (found("card.absent"),)),
        Outcome("token", (found("token.absent"),)),
        Outcome("certificate", because="token"),
    )
    assert live(ended)[0].status is Status.FAILED


# ---- a run that was cut

MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ended(*findings: Finding, cut: str, complete: bool = False) -> Verdict:
    skipped = {name: Outcome(name, because="user") for name in cut.split()}
    return conclude(Diagnosis(outcomes(*findings, **skipped), MOMENT, 1.0, complete))


STOPPED = found("service.stopped", pcsc="SCARD_E_NO_SERVICE")


def test_a_run_that_was_cut_before_the_token_was_read_accuses_nobody() -> None:
    cut = ended(STOPPED, READY, cut="certificate login")
    assert (cut.status, cut.cause) == (Status.UNKNOWN, None)
    assert [f.code for f in cut.also] == ["service.stopped"]
    assert cut.also[0].status is Status.WARNING
    assert ended(STOPPED, cut="token certificate").cause is None


def test_what_does_not_hang_on_the_token_stands() -> None:
    cut = ended(STOPPED, found("network.offline"), cut="certificate")
    assert cut.cause is not None
    assert cut.cause.code == "network.offline"


def test_a_run_that_was_cut_later_is_judged_as_it_is() -> None:
    absent = found("certificate.absent", module=MODULE)
    for verdict in (
        ended(STOPPED, READY, absent, cut="login"),
        ended(STOPPED, cut="certificate", complete=True),
    ):
        assert verdict.cause is not None
        assert verdict.cause.code == "service.stopped"


def test_a_live_view_stays_mild_when_the_run_is_cut() -> None:
    cut = Outcome("certificate", because="user")
    shown = live((Outcome("service", (STOPPED,)), Outcome("token", (READY,)), cut))
    assert shown[0].status is Status.WARNING


# ---- without a login


def test_without_a_login_nothing_against_it_is_passed() -> None:
    soon = found("certificate.expires_soon", not_after="2026", days=3, judged_by="trusted")
    for given in ((USABLE,), (soon,), ()):
        said = examined(outcomes(*given))
        assert (said.status, said.cause) == (Status.PASSED, None)
    assert [f.code for f in examined(outcomes(soon)).also] == ["certificate.expires_soon"]


def test_without_a_login_the_rule_is_the_same() -> None:
    expired = found("certificate.expired", not_after="2026", days=3, judged_by="trusted")
    missing = found("chain.issuer_missing", issuer="AC")
    for given, status, code in (
        ((expired, missing), Status.FAILED, "certificate.expired"),
        ((USABLE, missing), Status.UNKNOWN, "chain.issuer_missing"),
    ):
        said = examined(outcomes(*given))
        assert said == judge(outcomes(*given))
        assert said.status is status
        assert said.cause is not None
        assert said.cause.code == code


@pytest.mark.parametrize(
    "cut", [Outcome("chain", crash="KeyError"), Outcome("chain", because="user")]
)
def test_what_did_not_come_to_its_end_has_not_passed(cut: Outcome) -> None:
    said = examined((Outcome("certificate", (USABLE,)), cut))
    assert (said.status, said.cause) == (Status.UNKNOWN, None)


def test_what_there_was_nothing_to_do_for_is_no_obstacle() -> None:
    skipped = Outcome("revocation", because="chain")
    assert examined((Outcome("certificate", (USABLE,)), skipped)).status is Status.PASSED
