"""PySide6's Python part: compiled once, the same as ever, and never without an answer."""

import builtins
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

import pytest

from a3check.ui import precompiled

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = b"number = 6 * 7\n"
NAME = "support/number.py"
ROOT = Path(precompiled.__file__).parents[2]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let it be kept beside another file; return where the text above is."""
    monkeypatch.setattr(precompiled, "__file__", str(tmp_path / "precompiled.py"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return Path(cache_from_source(str(tmp_path / "support.number.py")))


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return what is really compiled."""
    told: list[object] = []

    def compiling(text: object, *rest: object, **options: object) -> object:
        told.append(text)
        return really(text, *rest, **options)

    really: Callable[..., object] = compile
    monkeypatch.setattr(precompiled, "_compile", compiling)
    return told


def number(text: bytes | str = TEXT) -> object:
    with precompiled.precompiled():
        code = compile(text, NAME, "exec")
    found: dict[str, object] = {}
    exec(code, found)  # noqa: S102 - the text above
    return found["number"]


def test_it_is_compiled_once(kept: Path, compiled: list[object]) -> None:
    assert (number(), number()) == (42, 42)
    assert compiled == [TEXT]
    assert str(kept.parent.parent).encode() not in kept.read_bytes()


@pytest.mark.usefixtures("kept")
def test_another_text_is_compiled_anew_be_it_as_long(compiled: list[object]) -> None:
    assert number() == 42
    assert number(b"number = 6 * 8\n") == 48
    assert number(b"number = 6 * 8\n") == 48
    assert len(compiled) == 2


def test_a_damaged_copy_is_no_answer(kept: Path, compiled: list[object]) -> None:
    assert number() == 42
    kept.write_bytes(kept.read_bytes()[:16] + b"no code")
    assert number() == 42
    assert compiled == [TEXT, TEXT]
    assert (number(), number()) == (42, 42)
    assert compiled == [TEXT, TEXT, TEXT]  # once more, and kept whole


def test_where_nothing_can_be_kept_it_is_compiled_each_time(
    kept: Path, compiled: list[object]
) -> None:
    kept.parent.write_text("no folder", "utf-8")
    assert (number(), number()) == (42, 42)
    assert compiled == [TEXT, TEXT]


@pytest.mark.usefixtures("kept")
def test_what_is_wrong_is_said_as_ever() -> None:
    with pytest.raises(SyntaxError) as wrong:
        number("number = = 1\n")
    assert wrong.value.filename == NAME


@pytest.mark.usefixtures("kept")
def test_whatever_else_is_compiled_is_python_s_own_affair(compiled: list[object]) -> None:
    with precompiled.precompiled():
        assert isinstance(compile("6 * 7", "sum", "eval"), CodeType)
        assert isinstance(compile("6 * 7", "sum", "eval"), CodeType)
        found = compile(TEXT, NAME, "exec", dont_inherit=True)
    assert isinstance(found, CodeType)
    assert len(compiled) == 3


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("turn", range(2))
def test_a_text_has_the_features_of_whoever_compiles_it(turn: int) -> None:
    """Annotations that are texts for one caller are values for the other, kept or not."""
    made = [_annotation(own) for own in ("", "from __future__ import annotations\n") * (turn + 1)]
    assert made == [42, "6 * 7"] * (turn + 1)


def _annotation(own: str) -> object:
    caller: dict[str, CodeType] = {}
    with precompiled.precompiled():
        exec(f"{own}code = compile('def f(a: 6 * 7): pass', 'f.py', 'exec')", caller)  # noqa: S102
    found: dict[str, FunctionType] = {}
    exec(caller["code"], found)  # noqa: S102
    return found["f"].__annotations__["a"]


def test_python_s_own_is_back_whatever_happens() -> None:
    before = builtins.compile
    seen = []

    def fail() -> None:
        with precompiled.precompiled():
            seen.append(builtins.compile)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert builtins.compile is before
    assert before not in seen


_START = """
import sys
sys.dont_write_bytecode = False
from a3check.ui import precompiled
precompiled.__file__, told = sys.argv[1], []
really = precompiled._compile
precompiled._compile = lambda text, name, *rest, **options: (
    told.append(name), really(text, name, *rest, **options))[1]
if sys.argv[2:]:
    precompiled.keep()
    told.clear()
from a3check.ui.ignition import ignite
ignite()
from PySide6.QtCore import QPoint
try:
    QPoint("x", "y")  # its answer is made by PySide6's Python part
except TypeError as error:
    print("supported signatures" in str(error).lower(), len(told))
"""


def start(folder: Path, *options: str) -> int:
    """Start PySide6 with what is kept in a folder; return how many texts it compiled."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _START, str(folder / "precompiled.py"), *options],
        env={"PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert not done.stderr
    whole, compiled = done.stdout.split()
    assert whole == "True"
    return int(compiled)


def test_pyside_s_own_start_compiles_nothing_the_second_time(tmp_path: Path) -> None:
    assert start(tmp_path) > 5
    assert start(tmp_path) == 0


def test_what_is_kept_as_it_is_installed_is_all(tmp_path: Path) -> None:
    assert start(tmp_path, "keep") == 0
