"""Are the window's words all there, used, and in the voice of the rest?"""

import re
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest

from a3check.core.question import Step
from a3check.core.register import register
from a3check.core.resources import resource
from a3check.core.verdict import LEFT_TO_BROWSER
from a3check.core.wishes import Form
from a3check.ui.actions import offered

SOURCES = Path(__file__).resolve().parents[3] / "src" / "a3check" / "ui"
TABLES: dict[str, Any] = tomllib.loads(resource("pt_BR.toml").read_text("utf-8"))
WORDS, ASSIST = TABLES["window"], TABLES["assist"]
BY_NAME = re.compile(r"(running|cancelling)_(title|explanation)|skipped_(option|user)")
"""Keys that the presenter puts together."""


def test_every_text_is_used_and_every_key_has_its_text() -> None:
    source = "".join(path.read_text("utf-8") for path in SOURCES.glob("*.py"))
    literal = set(re.findall(r'words?\(\s*"window",\s*"(\w+)"', source))
    literal |= set(re.findall(r'say\("window", "(\w+)"', source))
    assert literal <= WORDS.keys()
    assert not [k for k in WORDS if f'"{k}"' not in source and not BY_NAME.fullmatch(k)]


@pytest.mark.parametrize("section", ["steps", "welcome", "place", "actions", "help_page"])
def test_the_other_sections_are_used_too(section: str) -> None:
    source = "".join(path.read_text("utf-8") for path in SOURCES.glob("*.py"))
    known = {*Form, *register().steps, *(row.key for row in offered())}
    for key in TABLES[section]:
        last = key.partition("_")[2] or key.removesuffix("s")
        assert f'"{key}"' in source or key in known or last in known or f'"{last}"' in source, key


def test_the_help_has_a_name_and_a_sentence_in_each_line() -> None:
    lines = (t for k, t in TABLES["help_page"].items() if re.match(r"(key|state|promise)_", k))
    assert all(re.fullmatch(r"[^:]+: .+\.", line) for line in lines)


def test_the_help_names_the_states_as_the_list_does() -> None:
    for state in ("passed", "warning", "failed", "skipped", "crashed"):
        said = TABLES["help_page"][f"state_{state}"]
        assert said.startswith(f"{TABLES['status'][state]}: ")
    assert TABLES["help_page"]["state_unknown"].startswith(f"{WORDS['unknown']}: ")


def test_every_word_of_the_portals_questions_can_be_asked_for() -> None:
    reasons = {f"why_{reason}" for reason in (*LEFT_TO_BROWSER.values(), "other")}
    assert ASSIST.keys() == reasons | {"asked", "step_entered", *(f"step_{s}" for s in Step)}


def test_placeholders_are_plain_names() -> None:
    for text in (*WORDS.values(), *ASSIST.values()):
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names)


def test_no_text_shouts_or_blames() -> None:
    more = (t for s in ("welcome", "place", "actions", "help_page") for t in TABLES[s].values())
    texts = (*WORDS.values(), *ASSIST.values(), *more)
    assert not [text for text in texts if re.search(r"!|inválid|você errou|favor", text)]
