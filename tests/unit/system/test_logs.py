"""What a line of the log holds of an error."""

import logging
import sys

from a3check.system.logs import Discreet


def refuse(holder: str) -> None:
    raise ValueError(f"no certificate of {holder}")


def written(holder: str) -> str:
    try:
        try:
            refuse(holder)
        except ValueError as error:
            raise OSError(f"/home/{holder}/x") from error
    except OSError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "broke", (), sys.exc_info())
        return Discreet("%(message)s").format(record)
    raise AssertionError


def test_types_and_frames_but_no_words() -> None:
    text = written("MARIA DE TESTE")
    assert "MARIA" not in text
    lines = text.splitlines()
    assert lines[0] == "broke"
    assert lines[1] == "builtins.ValueError, by frames:"
    assert "system/test_logs.py:" in lines[2]
    assert any("in refuse: raise ValueError" in line for line in lines)
    assert "builtins.OSError, by frames:" in lines


def test_a_context_that_is_hidden_stays_so() -> None:
    try:
        try:
            refuse("A")
        except ValueError:
            raise KeyError("B") from None
    except KeyError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "broke", (), sys.exc_info())
    assert "ValueError" not in Discreet().format(record)
