"""What a page shows of outcomes: pure, every branch."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from a3check.core.catalogue import catalogue
from a3check.core.check import found, secretly
from a3check.core.cryptoki import Token
from a3check.core.model import Diagnosis, Finding, Outcome, Value
from a3check.core.question import Step
from a3check.core.register import register
from a3check.ui import inquiry, outset, presenter
from a3check.ui.progress import Progress
from a3check.ui.state import Mark, Row, Stage

WORDS = catalogue()
NOW = datetime(2026, 11, 22, 14, 31, 7, tzinfo=UTC)
TOKEN = Token(
    "/usr/lib/x.so", 0, "Leitora 0", "Etiqueta", "Marca", "Modelo", "00A1", initialized=True
)
EXPIRED = found("certificate.expired", not_after=NOW, days=1, judged_by="trusted")
ACCEPTED = found(
    "login.accepted",
    host="h",
    port=443,
    tls_version="TLSv1.3",
    signature_scheme="s",
    asked=("h",),
    page="/",
)
USABLE = found("certificate.usable", issuer="AC", policy="A3", not_after=NOW)
NO_CARD = found("card.absent", readers=("Leitora 0",))


def diagnosis(
    *findings: Finding, crash: str = "", complete: bool = True, **because: str
) -> Diagnosis:
    def outcome(name: str) -> Outcome:
        own = tuple(f for f in findings if f.code.partition(".")[0] == name)
        return Outcome(
            name, own, 0.5, because.get(name), "ZeroDivisionError" if name == crash else None
        )

    made = tuple(outcome(name) for name in register().checks)
    return Diagnosis(made, NOW, 6.4, complete)


def row(rows: tuple[Row, ...], check: str) -> Row:
    return next(r for r in rows if r.check == check)


def test_before_anything_every_check_waits() -> None:
    page = outset.welcome(WORDS)
    assert page.stage is Stage.WELCOME
    assert [r.check for r in page.rows] == list(register().checks)
    assert {(r.mark, r.sentence) for r in page.rows} == {(Mark.WAITING, "")}
    assert row(page.rows, "card").spoken == "Cartão: aguardando"
    assert not any(mark.busy for mark in (Mark.WAITING, Mark.PASSED))


def test_between_two_runs_the_list_keeps_what_was_found() -> None:
    shown = presenter.concluded(diagnosis(NO_CARD), WORDS)
    page = outset.revising(shown, WORDS)
    assert (page.stage, page.rows, page.steps) == (Stage.WELCOME, shown.rows, shown.steps)
    assert page.headline.title == "Os dados do teste"


def test_details_are_told_while_a_run_goes_on_in_the_order_of_what_became_known() -> None:
    assert presenter.running(Progress().begin("card", 0.0), 0.0, WORDS).details == ""
    skipped = Progress().end(Outcome("pin", because="token"))
    assert presenter.running(skipped, 0.0, WORDS).details == ""
    late = skipped.end(Outcome("login", (ACCEPTED,), 0.5)).end(Outcome("card", (NO_CARD,), 0.5))
    told = presenter.running(late, 0.0, WORDS).details
    assert told.splitlines()[0].endswith("teste em andamento")
    assert told.index("login.accepted") < told.index("card.absent")
    assert "readers = " in told
    assert "pin" not in told.casefold()


def test_a_run_goes_on() -> None:
    progress = Progress().begin("computer", 1.0).begin("driver", 2.0).begin("network", 9.0)
    progress = progress.end(Outcome("computer", (found("computer.ready", system="X"),)))
    page = presenter.running(progress.linger("driver", 1.5), 9.9, WORDS)
    assert page.stage is Stage.RUNNING
    assert page.headline.mark is Mark.RUNNING
    assert page.headline.aside
    assert page.progress == "1 de 17 verificações prontas"
    assert page.done == pytest.approx(1 / 17)
    assert [(a.since, a.slow) for a in page.activities] == [
        ("está demorando (há 8 s)", True),
        ("", False),
    ]
    marks = [row(page.rows, name).mark for name in ("computer", "driver", "network", "login")]
    assert marks == [Mark.PASSED, Mark.SLOW, Mark.RUNNING, Mark.WAITING]
    assert row(page.rows, "driver").mark.busy


def test_time_is_told_from_the_first_second() -> None:
    page = presenter.running(Progress().begin("driver", 5.0), 8.2, WORDS)
    assert page.activities[0].since == "há 3 s"
    assert page.headline.aside == ""
    early = presenter.running(Progress().begin("driver", 5.0), 4.0, WORDS)
    assert early.activities[0].since == ""


def test_an_outcome_may_come_again() -> None:
    once = Progress().end(Outcome("clock", (found("clock.unverified", computer_time=NOW),)))
    again = once.end(Outcome("clock", (found("clock.right", trusted_time=NOW, seconds=1),)))
    assert len(again.outcomes) == 1
    assert row(presenter.running(again, 0, WORDS).rows, "clock").mark is Mark.PASSED


def test_the_user_is_never_called_slow() -> None:
    progress = Progress().begin("pin", 0.0).ask("pin").linger("pin", 0.0)
    page = presenter.running(progress, 60.0, WORDS)
    assert (row(page.rows, "pin").mark, row(page.rows, "pin").word) == (Mark.RUNNING, "sua vez")
    assert page.activities == ()
    after = presenter.running(progress.answered(60.0), 62.0, WORDS)
    assert [a.since for a in after.activities] == ["há 2 s"]
    assert row(after.rows, "pin").word == "em andamento"


def test_a_check_that_waits_for_its_turn_at_the_portal_is_not_slow() -> None:
    progress = Progress().begin("server", 0.0).linger("server", 0.0)._replace(rests=29.5)
    page = presenter.running(progress, 8.0, WORDS)
    assert row(page.rows, "server").mark is Mark.RUNNING
    assert page.headline.aside == ""
    (activity,) = page.activities
    assert activity.doing == WORDS.title("server")
    assert activity.since == "espera 22 s para visitar o portal de novo"
    assert not activity.slow
    after = presenter.running(progress, 40.0, WORDS)
    assert row(after.rows, "server").mark is Mark.SLOW
    assert after.headline.aside
    assert after.activities[0].slow


def test_what_is_late_is_what_began_first_and_may_be_left_out() -> None:
    progress = Progress(asking="certificate")
    for since, check in enumerate(("pin", "certificate", "network", "driver", "clock")):
        progress = progress.begin(check, since)
    assert progress.late(60.0) is None
    for running in progress.running:
        progress = progress._replace(asking="").linger(running.check, running.since)
    progress = progress._replace(asking="certificate")
    late = progress.late(60.0)
    assert late is not None
    assert late.check == "network"
    other = progress.late(60.0, frozenset({"network", "driver"}))
    assert other is not None
    assert other.check == "clock"
    assert inquiry.slow_words(late, (), 60.9, WORDS).startswith("Está demorando: “")
    named = inquiry.slow_words(late, ("/usr/lib/libaet.so", "/x/y.so"), 10.0, WORDS)
    assert named == "Está demorando: o driver libaet.so, y.so não responde há 8 s."


def test_what_was_taken_over_is_said() -> None:
    ended = diagnosis(NO_CARD)
    outcomes = tuple(
        replace(o, measured=NOW) if o.check in {"card", "clock"} else o for o in ended.outcomes
    )
    page = presenter.concluded(replace(ended, outcomes=outcomes), WORDS)
    assert page.headline.aside == "Só uma parte foi testada de novo; o resto vale desde 14:31."
    assert page.details.count("medida no teste de 22/11/2026 14:31:07 +0000") == 1
    assert presenter.concluded(ended, WORDS).headline.aside == ""


def test_a_question_of_a_check_that_was_not_announced_is_borne() -> None:
    page = presenter.running(Progress().ask("pin"), 0.0, WORDS)
    assert row(page.rows, "pin").mark is Mark.WAITING
    assert Progress().ask("pin").answered(1.0).asking == ""


def test_cancelling_is_said() -> None:
    page = presenter.running(Progress()._replace(cancelling=True), 0.0, WORDS)
    assert page.headline.title == "Encerrando o teste…"


def test_a_failed_card_is_soft_until_the_tokens_lane_has_ended() -> None:
    progress = Progress().end(Outcome("card", (NO_CARD,)))
    assert row(presenter.running(progress, 0, WORDS).rows, "card").mark is Mark.WARNING
    page = presenter.concluded(diagnosis(NO_CARD), WORDS)
    assert row(page.rows, "card").mark is Mark.FAILED


def test_a_cause_has_its_words_who_and_steps() -> None:
    page = presenter.concluded(diagnosis(EXPIRED, NO_CARD), WORDS)
    assert page.stage is Stage.DONE
    assert page.headline.mark is Mark.FAILED
    assert page.headline.title.startswith("Não há cartão na leitora")
    assert page.remedy is not None
    assert page.remedy.who == "Você"
    assert page.remedy.steps
    assert [(n.mark, n.text) for n in page.notes] == [(Mark.FAILED, WORDS.advice(EXPIRED).title)]
    assert "Código: card.absent" in page.details


def test_ready_says_how_long_the_certificate_is_good() -> None:
    page = presenter.concluded(diagnosis(ACCEPTED, USABLE), WORDS)
    assert page.headline.title == "Pronto para o INSS Digital"
    assert page.headline.mark is Mark.PASSED
    assert "22/11/2026" in page.headline.aside
    assert page.remedy is None
    assert page.notes == ()
    assert "Código" not in page.details


def test_a_warning_beside_ready_says_who_and_how() -> None:
    shut = found("network.port_blocked", host="h", port=8443, how="refused").lower()
    page = presenter.concluded(diagnosis(ACCEPTED, USABLE, shut), WORDS)
    (note,) = page.notes
    assert note.advice[0] == "Quem resolve: Técnico da prefeitura"
    assert note.advice[1] == f"1. {WORDS.advice(shut).steps[0]}"
    beside_a_cause = presenter.concluded(diagnosis(NO_CARD, shut), WORDS)
    assert [n.advice for n in beside_a_cause.notes] == [()]


def test_what_the_run_overruled_asks_for_nothing() -> None:
    unasked = found("login.not_requested", hosts=("h",))
    page = presenter.concluded(diagnosis(unasked, found("login.user_entered"), USABLE), WORDS)
    assert [(n.mark, n.advice) for n in page.notes] == [(Mark.WARNING, ())]
    told = WORDS.advice(found("login.user_entered")).title
    assert (row(page.rows, "login").mark, row(page.rows, "login").sentence) == (Mark.WARNING, told)


def test_the_code_of_the_phone_is_good_news_with_steps() -> None:
    code = found("login.second_factor", host="h", page="/cas")
    page = presenter.concluded(diagnosis(ACCEPTED, code, USABLE), WORDS, portal="https://h")
    assert page.headline.mark is Mark.PASSED
    assert page.headline.title == "Certificado aceito; falta o código do celular"
    assert "22/11/2026" in page.headline.aside
    assert page.remedy is not None
    assert page.remedy.who == "Você"
    assert page.remedy.steps == WORDS.advice(code).steps
    assert page.notes == ()
    assert page.portal == ""


def test_what_the_user_saw_is_told_as_theirs() -> None:
    page = presenter.concluded(diagnosis(found("login.user_entered"), USABLE), WORDS)
    assert page.headline.title == "Pronto para o INSS Digital"
    assert page.headline.explanation.startswith("Pelo que você contou")
    assert page.remedy is None


@pytest.mark.parametrize("step", [s for s in Step if s is not Step.CODE])  # login.second_factor
def test_every_step_at_which_the_browser_stopped_has_its_words(step: Step) -> None:
    page = presenter.concluded(diagnosis(found("login.user_stopped", step=str(step))), WORDS)
    plain = WORDS.template("login.user_stopped")
    assert (page.headline.title == plain.title) is (step is Step.OTHER)
    assert page.remedy is not None
    assert page.remedy.steps


@pytest.mark.parametrize(
    ("finding", "offered"),
    [
        (found("login.not_requested", hosts=("h",)), True),
        (found("login.page_unknown", host="h", page="/", http_status=200), True),
        (found("server.program_refused", host="h", http_status=403), True),
        (found("login.other_host", host="h"), False),
        (found("login.user_stopped", step="other"), False),
        (USABLE, False),
    ],
)
def test_the_portal_is_offered_where_only_the_browser_can_tell(
    *, finding: Finding, offered: bool
) -> None:
    page = presenter.concluded(diagnosis(finding), WORDS, portal="https://h/")
    assert page.portal == ("https://h/" if offered else "")
    assert presenter.concluded(diagnosis(finding), WORDS).portal == ""


def test_nothing_found_is_unknown() -> None:
    page = presenter.concluded(diagnosis(USABLE), WORDS)
    assert page.headline.mark is Mark.UNKNOWN
    assert page.remedy is None


def test_a_skipped_pin_says_what_to_do_next_time() -> None:
    page = presenter.concluded(diagnosis(USABLE, pin="user"), WORDS)
    assert page.remedy is not None
    assert page.remedy.who == ""
    assert len(page.remedy.steps) == 1


def test_an_unknown_cause_is_told_as_unknown() -> None:
    unknown = found("clock.unverified", computer_time=NOW)
    page = presenter.concluded(diagnosis(unknown, USABLE), WORDS)
    assert page.headline.mark is Mark.UNKNOWN
    assert page.headline.title == WORDS.advice(unknown).title


def test_an_interrupted_run_says_so_once() -> None:
    page = presenter.concluded(diagnosis(USABLE, complete=False), WORDS)
    assert page.headline.title == "O diagnóstico foi interrompido antes do fim"
    assert page.headline.aside == ""
    cut = presenter.concluded(diagnosis(EXPIRED, complete=False), WORDS)
    assert cut.headline.title.startswith("O certificado venceu")
    assert cut.headline.aside


def test_our_own_defect_is_ours() -> None:
    page = presenter.concluded(diagnosis(USABLE, crash="chain"), WORDS)
    assert page.headline.mark is Mark.CRASHED
    assert page.remedy is not None
    assert row(page.rows, "chain").mark is Mark.CRASHED
    assert [n.mark for n in page.notes] == [Mark.CRASHED]
    assert "ZeroDivisionError" in page.details
    assert outset.broken(WORDS).headline.mark is Mark.CRASHED


def test_why_a_check_was_skipped() -> None:
    made = diagnosis(pin="token", login="option", store="user")
    rows = presenter.concluded(made, WORDS).rows
    said = [row(rows, name).sentence for name in ("pin", "login", "store", "cloud")]
    assert said == [
        "Não verificado, pois depende de “Token”",
        "Não fez parte deste teste",
        "Você pulou, ou o teste foi interrompido",
        "Não foi preciso verificar",
    ]


def test_what_is_found_twice_is_said_once() -> None:
    page = presenter.concluded(diagnosis(EXPIRED, EXPIRED, NO_CARD, NO_CARD), WORDS)
    assert len([n for n in page.notes if "venceu" in n.text]) == 1


def test_facts_may_be_shown_in_another_form() -> None:
    private = Finding("card.absent", (secretly("readers", ("Leitora da Joana",)),))

    def masked(finding: Finding) -> dict[str, Value]:
        return dict.fromkeys((e.name for e in finding.evidence), "***")

    page = presenter.concluded(diagnosis(private), WORDS, masked)
    assert "Joana" not in repr(page)
    assert "***" in page.headline.title
    assert "Joana" in repr(presenter.concluded(diagnosis(private), WORDS))


def test_every_code_can_be_shown() -> None:
    for code in register().codes:
        check, _, _ = code.partition(".")
        made = diagnosis()
        name = "driver" if check == "any" else check
        outcomes = tuple(
            replace(o, findings=(Finding(code),)) if o.check == name else o for o in made.outcomes
        )
        page = presenter.concluded(replace(made, outcomes=outcomes), WORDS)
        assert row(page.rows, name).sentence
        assert page.headline.title
