"""Are the window's words all there, used, and in the voice of the rest?"""

import re
import string
import tomllib
from pathlib import Path
from typing import Any

from a3check.core.question import REASONS, Step
from a3check.core.resources import resource

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


def test_every_word_of_the_portals_questions_can_be_asked_for() -> None:
    reasons = {f"why_{reason}" for reason in (*REASONS.values(), "other")}
    assert ASSIST.keys() == reasons | {"asked", "step_entered", *(f"step_{s}" for s in Step)}


def test_placeholders_are_plain_names() -> None:
    for text in (*WORDS.values(), *ASSIST.values()):
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names)


def test_no_text_shouts_or_blames() -> None:
    texts = (*WORDS.values(), *ASSIST.values())
    assert not [text for text in texts if re.search(r"!|inválid|você errou|favor", text)]
