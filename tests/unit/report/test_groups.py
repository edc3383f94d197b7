"""Every private fact belongs to one group, and what is not shown is hidden wherever it stands."""

from __future__ import annotations

import ast
import itertools
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.report.samples import (
    ABOUT,
    CPF,
    HOLDER,
    IDENTITY,
    SERIAL,
    diagnosis,
    finding,
)

from a3check import checks
from a3check.core.catalogue import Catalogue
from a3check.core.model import Evidence, Finding
from a3check.core.settings import Place
from a3check.report.document import document, dumps
from a3check.report.groups import EVERYTHING, FACTS, NOTHING, Group, Shown, notice, shown
from a3check.report.mask import Masker
from a3check.report.preview import Line, parts
from a3check.report.received import received

if TYPE_CHECKING:
    from collections.abc import Mapping

    from a3check.core.ports import JSON

WORDS = Catalogue("linux")
PACKAGE = Path(checks.__path__[0]).parent
PRIVATE = {
    Group.PERSON: (HOLDER, CPF, "joana@inventada.test"),
    Group.SERIALS: (SERIAL,),
    Group.COMPUTER: ("PC-INVENTADO", "jinventada"),
    Group.PATHS: ("/lib/inventada.so",),
    Group.NETWORK: ("192.168.77.5", "02:aa:bb:cc:dd:ee"),
    Group.PLACE: ("contato@prefeitura.test", "555-0100"),
}
FREE = (
    "PC-INVENTADO jinventada 192.168.77.5 02:aa:bb:cc:dd:ee joana@inventada.test "
    f"/home/jinventada/lib/inventada.so {HOLDER}:{CPF} {SERIAL}"
)
PLACE = Place("Município Inventado", "AM", email="contato@prefeitura.test", phone="555-0100")
HERE = replace(ABOUT, place=PLACE)
RUN = diagnosis(
    Finding("certificate.expired", (Evidence("holder", f"{HOLDER}:{CPF}", private=True),)),
    Finding("token.ready", (Evidence("token_serial", SERIAL, private=True),)),
    Finding("driver.unsafe_location", (Evidence("module", FREE),)),
)


@cache
def secret_names() -> frozenset[str]:
    """Return the names of all evidence that a source gives as private, read from its syntax."""
    names = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text("utf-8")
        if "Evidence(" not in text and "secretly" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func).rpartition(".")[2]
            keywords = {k.arg: ast.unparse(k.value) for k in node.keywords}
            private = called == "Evidence" and keywords.get("private", "False") != "False"
            if private or called == "secretly":
                names.add(ast.unparse(node.args[0]).strip("'"))
    return frozenset(names - {"name"})  # what secretly() itself passes on


def test_every_private_fact_has_one_group() -> None:
    assert len(secret_names()) > 5
    assert secret_names() == set(FACTS)


def test_every_group_has_its_words() -> None:
    for group in Group:
        for key in (group.value, f"{group}_text", f"{group}_said"):
            assert WORDS.words("masking", key)


def written(wished: Shown) -> Mapping[str, JSON]:
    return document(RUN, HERE, masker=Masker(IDENTITY, b"x", wished), words=WORDS)


ALL = [
    frozenset(chosen)
    for size in range(len(Group) + 1)
    for chosen in itertools.combinations(Group, size)
]


@pytest.mark.parametrize("wished", ALL, ids=lambda wished: "+".join(sorted(wished)) or "nothing")
def test_what_is_shown_is_there_and_nothing_else(wished: Shown) -> None:
    text = dumps(written(wished))
    for group in set(Group) - {Group.PATHS}:
        for value in PRIVATE[group]:
            assert (value in text) is (group in wished), (group, value)
    folder = "/home/jinventada" if Group.COMPUTER in wished else "/home/***"
    kept = folder if Group.PATHS in wished else "~"
    assert f"{kept}/lib/inventada.so" in text


def test_the_report_says_what_it_shows_and_stays_valid() -> None:
    assert written(NOTHING)["masked"] is True
    assert "shown" not in written(NOTHING)
    some = written(frozenset({Group.SERIALS, Group.PERSON}))
    assert (some["masked"], some["shown"]) == (False, ["person", "serials"])
    assert received(dumps(some).encode()).document == some
    assert written(EVERYTHING)["masked"] is False


def test_a_shown_folder_does_not_show_whose_it_is() -> None:
    text = f"{FREE} C:\\Users\\outra\\x.dll /home/outra/x.so"
    paths = Masker(IDENTITY, b"x", frozenset({Group.PATHS})).text(text)
    assert "/home/***/lib/inventada.so" in paths
    assert "C:\\Users\\***\\x.dll" in paths
    assert "outra" not in paths
    assert "jinventada" not in paths
    both = Masker(IDENTITY, b"x", frozenset({Group.PATHS, Group.COMPUTER})).text(text)
    assert "/home/jinventada/lib/inventada.so" in both
    assert "/home/outra/x.so" in both


def test_a_private_fact_without_a_group_is_never_shown() -> None:
    strange = Evidence("strange", "SEGREDO INVENTADO", private=True)
    number = Evidence("strange", 7, private=True)
    masker = Masker(IDENTITY, b"x", EVERYTHING)
    assert masker.value(strange) == "S*** I***"
    assert masker.value(number) == "***"


@given(wished=st.sets(st.sampled_from(Group)), text=st.text(max_size=60))
def test_masking_twice_changes_nothing_whatever_is_shown(wished: set[Group], text: str) -> None:
    masker = Masker(IDENTITY, b"x", frozenset(wished))
    once = masker.text(f"{text} {FREE}")
    assert masker.text(once) == once


# ---- what is said of it


def test_the_notice_names_the_groups() -> None:
    assert notice(written(NOTHING), WORDS, "page") == ""
    some = notice(written(frozenset({Group.NETWORK})), WORDS, "page")
    assert "endereços deste computador" in some
    clear = document(RUN, ABOUT, masked=False, words=WORDS)
    assert notice(clear, WORDS, "page") == WORDS.words("page", "unmasked")
    assert shown({"shown": ["person", "later"]}) == (Group.PERSON,)


# ---- the preview


def test_the_preview_shows_what_is_written() -> None:
    for wished in (NOTHING, frozenset({Group.PERSON}), EVERYTHING):
        text = dumps(written(wished))
        shown_parts = parts(written, wished, WORDS)
        assert [part.group for part in shown_parts] == list(Group)
        for part in shown_parts:
            assert part.lines, part.group
            assert part.shown is (part.group in wished)
            assert all(dumps(line.written).strip() in text for line in part.lines)


def test_a_value_stands_where_it_belongs_once() -> None:
    run = diagnosis(
        Finding("certificate.expired", (Evidence("holder", HOLDER, private=True),)),
        Finding("token.ready", (Evidence("token_label", HOLDER, private=True),)),
    )

    def write(wished: Shown) -> Mapping[str, JSON]:
        return document(run, ABOUT, masker=Masker(IDENTITY, b"x", wished), words=WORDS)

    person = parts(write, NOTHING, WORDS)[0]
    assert person.lines == (
        Line(WORDS.title("token"), "J*** I*** S***"),
        Line(WORDS.title("certificate"), "J*** I*** S***"),
    )


def test_a_run_without_private_values_has_none() -> None:
    def write(wished: Shown) -> Mapping[str, JSON]:
        about = replace(ABOUT, place=Place())
        masker = Masker(IDENTITY, b"x", wished)
        return document(diagnosis(finding("card.absent")), about, masker=masker, words=WORDS)

    assert not any(part.lines for part in parts(write, NOTHING, WORDS))


def test_a_crash_is_a_free_text_too() -> None:
    def write(wished: Shown) -> Mapping[str, JSON]:
        crash = "x" if Group.PATHS in wished else "~"
        finding: JSON = {"evidence": None}
        return {"checks": [{"name": "card", "crash": crash, "findings": [finding]}]}

    paths = next(p for p in parts(write, NOTHING, WORDS) if p.group is Group.PATHS)
    assert paths.lines == (Line(WORDS.title("card"), "~"),)
