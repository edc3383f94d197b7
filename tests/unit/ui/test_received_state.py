"""What is shown of a received report, and what is said of a file that is none."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.gui import scenes
from tests.gui.remembered import sent

from a3check.core.catalogue import catalogue
from a3check.core.resources import resource
from a3check.report import bundle
from a3check.report.groups import NOTHING, Group, Shown
from a3check.report.received import Refused, received
from a3check.ui.past import SENTENCES
from a3check.ui.received_state import (
    MOST_NOTES,
    MOST_STEPS,
    ReceivedState,
    received_state,
    refused_line,
)
from a3check.ui.state import Mark, Stage

if TYPE_CHECKING:
    from a3check.core.model import Diagnosis

WORDS = catalogue()


def shown(run: Diagnosis, groups: Shown = NOTHING, **changed: object) -> ReceivedState:
    """Return the page of a lone JSON of this run, some fields of it replaced."""
    table: dict[str, Any] = json.loads(sent(run, groups)[bundle.REPORT])
    read = received(json.dumps({**table, **changed}).encode())
    return received_state(read, "relatorio.json", WORDS)


def test_a_bundle_says_all_that_support_asks_first() -> None:
    read = received(bundle.packed(sent(scenes.EXPIRED_RUN)))
    state = received_state(read, "a3check-1.zip", WORDS)
    page, facts = state.page, dict(state.facts)
    assert page.stage is Stage.DONE
    assert page.headline.title == "O certificado venceu em 12/10/2026 23:59"
    assert page.remedy is not None
    assert page.remedy.who.startswith("Fornecedor")
    assert page.remedy.steps
    assert {row.mark for row in page.rows} >= {Mark.PASSED, Mark.FAILED, Mark.SKIPPED}
    assert [note.mark for note in page.notes]
    assert "certificate.expired" in page.details
    assert facts["Data e hora"] == "22/11/2026 14:31:07 (horário UTC-04:00)"
    assert facts["Programa"] == "a3check 0.1.0"
    assert facts["Município"] == "Manacapuru Inventada"
    assert [said.mark for said in state.said] == [Mark.PASSED, Mark.PASSED]
    assert "somas SHA-256 conferem (relatorio.json, relatorio.pdf, LEIA-ME.txt)" in (
        state.said[0].text
    )
    assert "escondido" in state.said[1].text
    assert state.note == (
        "Relatório recebido, só para leitura: a3check-1.zip. Pacote inteiro; o que é pessoal está "
        "escondido."
    )
    assert "JOANA" not in repr(state)


def test_a_lone_json_has_no_sums_and_says_so() -> None:
    state = shown(scenes.HEALTHY_RUN)
    said = state.said
    assert "Sem somas para conferir" in state.note
    assert said[0].mark is Mark.UNKNOWN
    assert "não tem somas" in said[0].text


@pytest.mark.parametrize(
    ("groups", "changed", "told"),
    [
        (frozenset({Group.PERSON}), {}, "mostra nomes, CPF e CNPJ"),
        (NOTHING, {"masked": False}, "mostra dados pessoais"),
        (NOTHING, {"complete": False}, "interrompido"),
        (NOTHING, {"profile": {"name": "cidade", "modified": True}}, "cidade"),
    ],
)
def test_what_a_reader_must_know_before_relying_on_it_is_a_warning(
    groups: Shown, changed: dict[str, object], told: str
) -> None:
    state = shown(scenes.EXPIRED_RUN, groups, **changed)
    said = state.said
    warned = [each.text for each in said if each.mark is Mark.WARNING]
    assert any(told in text for text in warned)
    hides = any("está escondido:" in each.text for each in said)
    assert hides == (changed.get("masked", True) is True and not groups)
    assert ("mostra dados pessoais" in state.note) == (not hides)


def test_who_reads_it_is_not_who_made_the_test() -> None:
    state = shown(scenes.NO_CARD_RUN).page
    assert state.remedy is not None
    assert state.remedy.who.startswith("Quem fez o teste")
    skipped = shown(scenes.SKIPPED_RUN).page
    sentences = {row.check: row.sentence for row in skipped.rows}
    assert sentences["login"] == "Quem fez o teste pulou, ou o interrompeu"


def test_nothing_of_a_file_leads_anywhere_and_all_of_it_has_an_end() -> None:
    report: dict[str, Any] = json.loads(sent(scenes.EXPIRED_RUN)[bundle.REPORT])
    checks = report["checks"]
    checks[0]["findings"] = [
        {**checks[0]["findings"][0], "code": f"computer.odd{n}", "title": f"{n} {'x' * 90}"}
        for n in range(60)
    ]
    verdict = {
        **report["verdict"],
        "title": "\x1b[31m\u202e" + "y" * 900,
        "explanation": "w" * 9000,
        "steps": [f"file:///etc/passwd {'z' * 9000}"] * 30,
        "also": [f"computer.odd{n}" for n in range(60)],
    }
    state = shown(scenes.EXPIRED_RUN, checks=checks, verdict=verdict).page
    assert state.remedy is not None
    assert len(state.remedy.steps) == MOST_STEPS
    assert state.remedy.actions == ()
    assert state.portal == ""
    assert len(state.notes) == MOST_NOTES + 1
    assert state.notes[-1].text.startswith(f"E mais {60 - MOST_NOTES}")
    texts = (state.headline.title, state.headline.explanation, *state.remedy.steps)
    for text in (*texts, *(note.text for note in state.notes)):
        assert not set("\x1b\u202e") & set(text)
        assert max(map(len, re.split(r"[\s\u200b]", text))) <= 33
        assert len(text.replace("\u200b", "")) <= SENTENCES + 1


def test_every_fault_has_its_words() -> None:
    for table, but in (("received", {"whole", "valid"}), ("given", {"no_certificate"})):
        for fault in _keys(table) - but - {"no_crl", "no_ocsp"}:
            line = refused_line(Refused(table, fault, "x\ny"), "a\n3.zip", WORDS)
            assert line.startswith("“a 3.zip” não pôde ser aberto: ")
            assert line.endswith(".")
            assert "\n" not in line
    broke = refused_line(Refused("opening", "broke"), "a.zip", WORDS)
    assert broke.endswith("Tente de novo.")


def test_the_line_names_what_and_what_to_do() -> None:
    line = refused_line(Refused("received", "file_changed", "relatorio.json"), "r.zip", WORDS)
    assert line == (
        "“r.zip” não pôde ser aberto: relatorio.json mudou depois de gravado: a soma SHA-256 não "
        "confere. Não conte com o que ele diz: peça que mandem de novo o pacote."
    )


def _keys(table: str) -> set[str]:
    text = resource("pt_BR.toml").read_text("utf-8")
    section = text.partition(f"\n[{table}]\n")[2].partition("\n[")[0]
    return set(re.findall(r"^([a-z_0-9]+) =", section, re.MULTILINE))
