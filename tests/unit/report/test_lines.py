"""The report in a terminal: as narrow as it may be, with colour where there is any."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.report.samples import ABOUT, diagnosis, finding

from a3check.core.catalogue import Catalogue
from a3check.report.document import document, dumps
from a3check.report.lines import WIDEST, lines, wide, wrapped
from a3check.report.summary import Summary

if TYPE_CHECKING:
    from a3check.core.register import Status

WORDS = Catalogue("linux")


def report(*codes: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(dumps(document(diagnosis(*map(finding, codes)), ABOUT)))
    return value


def plain(text: str, status: Status, *, bold: bool = False) -> str:
    return text


def marked(text: str, status: Status, *, bold: bool = False) -> str:
    return f"<{status}{'!' if bold else ''}>{text}</>"


def shown(told: dict[str, Any], width: int | None = None) -> list[str]:
    return [*lines(Summary(told, WORDS), plain, width)]


def test_names_stand_beside_what_they_say() -> None:
    said = shown(report("card.absent"), 80)
    assert "  Município             Município Inventado" in said
    assert "  · Computador                  não verificado" in said


def test_where_there_is_no_room_it_stands_below() -> None:
    said = shown(report("card.absent"), 30)
    at = said.index("  Município")
    assert said[at + 1] == "    Município Inventado"
    at = said.index("  · Computador")
    assert said[at + 1] == "      não verificado"


def test_a_word_is_moved_below_before_it_is_broken() -> None:
    said = shown(report("login.issuer_not_listed"), 38)
    assert "    login.issuer_not_listed" in said


def test_steps_hang_below_their_numbers() -> None:
    told = report("card.absent")
    told["verdict"]["steps"] = ["um dois três quatro cinco", "seis"]
    said = shown(told, 22)
    at = said.index("  1. um dois três")
    assert said[at + 1 : at + 3] == ["     quatro cinco", "  2. seis"]


def test_without_a_width_no_line_is_broken() -> None:
    told = report("card.absent")
    told["verdict"]["title"] = "palavra " * 50 + "fim"
    assert f"  {told['verdict']['title']}" in shown(told)
    assert max(map(wide, shown(told, 1000))) <= WIDEST


def test_colour_says_what_the_signs_say() -> None:
    told = {**report("card.absent", "certificate.expires_soon"), "complete": False}
    said = [*lines(Summary(told, WORDS), marked, 80)]
    assert said[0] == "<failed!>✗ Uma causa foi encontrada</>"
    assert said[1].startswith("  <failed!>")
    assert any(line.startswith("<warning!>! ") for line in said)
    assert any(line.startswith("  <warning>!</> Certificado") for line in said)
    assert "  <skipped>Município</>             Município Inventado" in said
    narrow = [*lines(Summary(told, WORDS), marked, 30)]
    assert "  <skipped>Município</>" in narrow


def test_what_passed_says_so_by_its_sign_alone() -> None:
    said = shown(report("login.accepted"))
    assert said[0] == "✓ Funcionou"
    (line,) = (each for each in said if "Entrada no portal" in each)
    assert line.startswith("  ✓ ")
    assert "OK" not in line


@pytest.mark.parametrize(
    ("text", "room", "made"),
    [
        ("um dois", None, ["um dois"]),
        ("um dois", 7, ["um dois"]),
        ("um dois", 6, ["um", "dois"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("a bcdefg", 3, ["a", "bcd", "efg"]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
        ("", 5, [""]),
    ],
)
def test_words_are_wrapped_by_the_columns_they_take(
    text: str, room: int | None, made: list[str]
) -> None:
    assert [*wrapped(text, room)] == made
