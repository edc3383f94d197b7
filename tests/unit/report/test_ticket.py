"""The ticket, the caption, and reading a report back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from tests.unit.report.samples import ABOUT, CPF, HOLDER, IDENTITY, STARTED, diagnosis, finding

from a3check.core.catalogue import catalogue
from a3check.core.check import found, secretly
from a3check.core.model import Diagnosis, Evidence, Finding
from a3check.core.ports import JSON
from a3check.core.profile import Support
from a3check.core.register import register
from a3check.report import reading
from a3check.report.caption import caption, message, print_caption
from a3check.report.document import document
from a3check.report.mask import Masker
from a3check.report.ticket import ticket

REJECTED = Finding(
    "login.rejected",
    (
        Evidence("host", "portal.exemplo.invalid"),
        Evidence("port", 8443),
        Evidence("alert", "certificate_unknown"),
        Evidence("phase", "handshake"),
    ),
)
EXPIRED = Finding(
    "certificate.expires_soon",
    (
        Evidence("not_after", STARTED),
        Evidence("days", 3),
        Evidence("judged_by", "trusted"),
        Evidence("holder", f"{HOLDER}:{CPF}", private=True),
    ),
)


def written(what: Diagnosis, *, masked: bool = True) -> dict[str, JSON]:
    return document(what, ABOUT, masked=masked, masker=Masker(IDENTITY, b"chave"))


def lines(what: Mapping[str, JSON], **options: Any) -> list[str]:  # noqa: ANN401 - keywords
    return ticket(what, catalogue(), **options).splitlines()


def starting(found: list[str], start: str) -> str:
    return next((line for line in found if line.startswith(start)), "")


def test_the_ticket_says_all_that_the_inss_asks_for() -> None:
    report = written(diagnosis(finding("token.ready"), EXPIRED, REJECTED), masked=False)
    found = lines(report)
    assert starting(found, "Onde abrir") == "Onde abrir: https://suporte.inss.gov.br/act"
    assert starting(found, "Categoria") == "Categoria: Certificado Digital ACT"
    assert starting(found, "Entidade") == (
        "Entidade: Prefeitura Inventada, Município Inventado (AM), acordo ACT 12/2025"
    )
    assert starting(found, "Contato") == "Contato: joana@inventada.test, 555"
    assert "token USB" in starting(found, "O que foi feito")
    assert starting(found, "O que acontece").endswith(".")
    assert starting(found, "Mensagem de erro").endswith("[certificate_unknown]")
    assert starting(found, "Data e hora") == "Data e hora: 22/11/2026 14:31:07 (horário UTC-04:00)"
    assert starting(found, "Servidor") == "Servidor: portal.exemplo.invalid:8443"
    assert starting(found, "Código do diag") == "Código do diagnóstico: login.rejected"
    assert starting(found, "Número do rel") == "Número do relatório: 20261122T143107-7f3a"
    assert starting(found, "Computador") == "Computador: Windows 11 23H2, x86_64, sessão local"
    assert starting(found, "Driver") == "Driver: module de exemplo"
    assert starting(found, "Modelo do token") == "Modelo do token: token_model de exemplo"
    assert starting(found, "Validade") == "Validade: até 22/11/2026 14:31"
    assert starting(found, "Também") == "Também encontrado: certificate.expires_soon"
    assert starting(found, "- Token")
    assert starting(found, "- Leitora") == ""


def test_a_masked_ticket_holds_the_contact_that_is_given_apart() -> None:
    report = written(diagnosis(EXPIRED, REJECTED))
    found = lines(report, contact="Joana (92) 5555-0100")
    assert starting(found, "Contato") == "Contato: Joana (92) 5555-0100"
    assert HOLDER not in "\n".join(found)
    assert CPF not in "\n".join(found)
    assert starting(lines(report), "Contato") == "Contato: ***"


def test_a_profile_names_another_address() -> None:
    support = Support("https://exemplo.invalid/ajuda", "Outra")
    found = lines(written(diagnosis(REJECTED)), support=support)
    assert starting(found, "Onde abrir") == "Onde abrir: https://exemplo.invalid/ajuda"
    assert starting(found, "Categoria") == "Categoria: Outra"


def test_it_says_when_another_profile_was_used() -> None:
    other = replace(ABOUT, profile="laboratorio", modified=True)
    found = lines(document(diagnosis(REJECTED), other))
    assert "laboratorio" in starting(found, "Atenção")
    assert starting(lines(written(diagnosis(REJECTED))), "Atenção") == ""


def test_the_inss_is_not_called_you() -> None:
    card, portal = finding("card.absent"), finding("server.error")
    own = "Quem resolve: o próprio usuário"
    assert starting(lines(written(diagnosis(card))), "Quem resolve") == own
    assert starting(lines(written(diagnosis(portal))), "Quem resolve") == "Quem resolve: INSS"
    stopped = lines(written(diagnosis(found("login.user_stopped", step="refused"))))
    assert starting(stopped, "Quem resolve") == "", "the user only says what the portal did"


def test_a_message_that_is_hidden_is_asked_for() -> None:
    stopped = found("login.user_stopped", secretly("words", "Erro 403: sem acesso"), step="other")
    masked, clear = (
        lines(written(diagnosis(stopped))),
        lines(written(diagnosis(stopped), masked=False)),
    )
    assert "copie aqui" in starting(masked, "Mensagem de erro")
    assert starting(masked, "Texto na página") == ""
    assert starting(clear, "Texto na página") == "Texto na página: Erro 403: sem acesso"
    assert starting(clear, "Mensagem de erro").endswith("[Erro 403: sem acesso]")


def test_who_got_in_by_the_browser_is_told_so() -> None:
    unasked, entered = found("login.not_requested", hosts=("h",)), found("login.user_entered")
    told = lines(written(diagnosis(unasked, entered)))
    (line,) = [row for row in told if row.startswith("- Entrada")]
    assert catalogue().advice(entered).title in line
    assert catalogue().advice(unasked).title not in line


def test_it_says_when_somebody_else_resolves_it() -> None:
    card, portal = finding("card.absent"), finding("server.error")
    assert card.acts == "user"
    assert portal.acts == "portal"
    assert starting(lines(written(diagnosis(card))), "Antes de abrir").count("Você") == 1
    assert starting(lines(written(diagnosis(portal))), "Antes de abrir") == ""


@pytest.mark.parametrize("code", register().codes)
def test_every_code_has_its_ticket_and_caption(code: str) -> None:
    report = written(diagnosis(finding(code), crashed="store"))
    text = ticket(report, catalogue())
    assert set("{}").isdisjoint(text)
    assert ".." not in text
    assert text.endswith("\n")
    assert "\n\n\n" not in text
    assert len(caption(report, catalogue())) == 4


@pytest.mark.parametrize("ended", [diagnosis(), diagnosis(complete=False)])
def test_no_cause_no_code(ended: Diagnosis) -> None:
    report = written(ended)
    assert starting(lines(report), "Código") == ""
    assert starting(lines(report), "Servidor") == ""
    stamped = caption(report, catalogue())
    assert stamped[2] == "Servidor: nenhum envolvido"
    assert stamped[3] == "Relatório: 20261122T143107-7f3a"


def test_the_caption_has_message_moment_host_code_and_id() -> None:
    stamped = caption(written(diagnosis(REJECTED)), catalogue())
    assert stamped[0].startswith("Mensagem: ")
    assert stamped[0].endswith("[certificate_unknown]")
    assert stamped[1:] == (
        "22/11/2026 14:31:07 (horário UTC-04:00; relógio deste computador, não conferido)",
        "Servidor: portal.exemplo.invalid:8443",
        "Código: login.rejected · Relatório: 20261122T143107-7f3a",
    )


def test_a_print_has_its_own_moment_and_the_address_that_was_opened() -> None:
    report = written(diagnosis(REJECTED))
    taken = datetime(2026, 11, 22, 14, 33, 9, 500, tzinfo=timezone(timedelta(hours=-4)))
    stamped = print_caption(report, catalogue(), taken, "https://portal.exemplo.invalid/tarefas")
    own = caption(report, catalogue())
    assert stamped[1:3] == (
        "22/11/2026 14:33:09 (horário UTC-04:00; relógio deste computador, não conferido)",
        "Endereço aberto no navegador: https://portal.exemplo.invalid/tarefas",
    )
    assert (stamped[0], stamped[3]) == (own[0], own[3])
    pasted = print_caption(report, catalogue(), taken, "", pasted=True)
    assert pasted[1] == f"Imagem colada em {stamped[1]}"
    assert pasted[2] == own[2]


def test_the_same_mask_gives_the_same_caption() -> None:
    def seen(holder: str) -> tuple[str, ...]:
        private = Evidence("holder", holder, private=True)
        return caption(written(diagnosis(Finding(REJECTED.code, (private,)))), catalogue())

    assert seen("JOANA INVENTADA") == seen("JOSÉ IMAGINADO")


def test_a_message_is_one_line_and_quotes_nothing_twice() -> None:
    said = Evidence("words", "Acesso\n  negado")
    assert message(written(diagnosis(Finding("login.rejected", (said,))))).endswith(
        "[Acesso negado]"
    )
    report = written(diagnosis(REJECTED))
    verdict = report["verdict"]
    assert isinstance(verdict, dict)
    verdict["title"] = "Alerta certificate_unknown"
    assert message(report) == "Alerta certificate_unknown"


def test_a_message_quotes_nothing_that_is_hidden_word_for_word() -> None:
    typed = Evidence("words", "Acesso negado a JOANA INVENTADA: erro 403", private=True)
    stopped = Finding("login.user_stopped", (Evidence("step", "refused"), typed))
    title = catalogue().advice(stopped).title
    assert message(written(diagnosis(stopped))) == title
    clear = written(diagnosis(stopped), masked=False)
    assert message(clear) == f"{title} [{typed.value}]"


def test_an_empty_or_foreign_report_gives_a_ticket_too() -> None:
    assert "CHAMADO" in ticket({}, catalogue())
    assert len(caption({"started": "2026-99-99T99:99:99Z", "checks": "x"}, catalogue())) == 4
    later: dict[str, JSON] = {
        "form": "outra",
        "checks": [{"name": "futuro", "status": "failed"}, {"name": "card", "status": "novo"}],
        "verdict": {"acts": "outro", "cause": "card.futuro"},
        "computer": {"session": "outra"},
    }
    found = lines(later)
    assert not any("JÁ FOI VERIFICADO" in line for line in found), "no heading over nothing"
    assert starting(found, "Quem resolve") == "Quem resolve: Ninguém"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("texto", "texto"),
        ("2026-11-22T14:31:07-04:00", "22/11/2026 14:31"),
        ("2026-99-22T14:31:07-04:00", "2026-99-22T14:31:07-04:00"),
        (1.5, "1,5"),
        (443, "443"),
        (["a", "b"], "a, b"),
        ({"a": 1}, ""),
    ],
)
def test_facts_are_shown_as_a_brazilian_reads_them(value: JSON, expected: str) -> None:
    assert reading.shown(value) == expected


def test_the_zone_of_utc() -> None:
    assert reading.started({"started": "2026-11-22T14:31:07Z"}) == (
        "22/11/2026",
        "14:31:07",
        "UTC+00:00",
    )


def test_a_host_of_another_finding_serves_where_the_cause_has_none() -> None:
    other = Finding("server.trusted", (Evidence("host", "portal.exemplo.invalid"),))
    report = written(diagnosis(finding("pin.locked"), other))
    assert reading.host(report) == "portal.exemplo.invalid"
    assert reading.texts(report, "verdict", "nothing") == ()


def test_the_age_of_the_list_of_cas_stands_by_the_program_s() -> None:
    found = lines(written(diagnosis(REJECTED)))
    at = found.index(starting(found, "Programa: "))
    assert found[at + 1] == "Autoridades certificadoras (ACs): lista de 25/06/2026"
    without = document(diagnosis(REJECTED), replace(ABOUT, ca_bundle=None))
    assert "Autoridades certificadoras (ACs): nenhuma lista neste computador" in lines(without)
