"""What a run shows on a terminal: a line per check as it ends, and the cause at the end."""

import os
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self, TextIO

from a3check.core.catalogue import Catalogue
from a3check.core.model import Diagnosis, Finding, Outcome, findings
from a3check.core.register import Status, register
from a3check.core.repair import wanted
from a3check.core.verdict import SECOND_FACTOR, conclude, live, telling

FRAME = 0.1
"""Seconds between two pictures of the spinner."""
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_COLOURS = {
    Status.PASSED: "32",
    Status.WARNING: "33",
    Status.UNKNOWN: "36",
    Status.FAILED: "31",
    Status.SKIPPED: "2",
    Status.CRASHED: "35",
}


def colourful(stream: TextIO) -> bool:
    """Tell whether a stream is a terminal whose user has nothing against colour."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def painted(text: str, status: Status, stream: TextIO, *, bold: bool = False) -> str:
    """Return a text in its status's colour where the stream has any."""
    colour = f"1;{_COLOURS[status]}" if bold else _COLOURS[status]
    return f"\x1b[{colour}m{text}\x1b[0m" if colourful(stream) else text


class Live:
    """One line a check as it ends; on a terminal with colour and a spinner for what runs."""

    def __init__(self, stream: TextIO, words: Catalogue) -> None:
        self._stream, self._words = stream, words
        self._fancy = stream.isatty()
        self._colour = colourful(stream)
        self._running: dict[str, bool] = {}
        self._doing = ""
        self._outcomes: dict[str, Outcome] = {}
        self._shown: dict[str, str] = {}
        self._lock = threading.RLock()
        self._width = max(len(words.title(name)) for name in register().checks)
        self._quiet = threading.Event()
        self._done = threading.Event()
        self._spinner = threading.Thread(target=self._spin, daemon=True)

    def __enter__(self) -> Self:
        if self._fancy:
            self._spinner.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        if self._fancy:
            self._spinner.join()
            self._write("\r\x1b[K")

    def started(self, check: str) -> None:
        """Show that a check runs."""
        with self._lock:
            self._running[check] = False

    def doing(self, text: str) -> None:
        """Show what is being done where no check runs."""
        with self._lock:
            self._doing = text

    def slow(self, check: str, seconds: float) -> None:
        """Say that it takes long; it goes on."""
        with self._lock:
            self._running[check] = True
            if not self._fancy and not self._quiet.is_set():
                title = self._words.title(check)
                self._line(self._words.words("cli", "slow", check=title, seconds=int(seconds)))

    def finished(self, outcome: Outcome) -> None:
        """Print how a check ended; again where its afterword changed it."""
        with self._lock:
            self._running.pop(outcome.check, None)
            self._outcomes[outcome.check] = outcome
            if not self._quiet.is_set():  # else the question that stands open would be wiped
                self._print()

    def _print(self) -> None:
        """Print what is new: the check that ended, and those that look otherwise because of it.

        What was left out at the user's own wish is in the report; here it would stand first.
        """
        for outcome in live(tuple(self._outcomes.values())):
            if outcome.status is Status.SKIPPED and outcome.because == "option":
                continue
            line = self._row(outcome)
            if self._shown.get(outcome.check) != line:
                self._shown[outcome.check] = line
                self._line(line)

    def _row(self, outcome: Outcome) -> str:
        sign, colour = outcome.status.sign, _COLOURS[outcome.status]
        word = self._words.words("status", str(outcome.status))
        title = self._words.title(outcome.check)
        told = telling(outcome)
        said = self._words.advice(told).title if told else word
        if outcome.status is Status.SKIPPED:
            said = self._because(outcome)
        return f"{self._paint(sign, colour)} {title:<{self._width}} {said}"

    def _because(self, outcome: Outcome) -> str:
        because = outcome.because or "option"
        if because in {"option", "user"}:
            return self._words.words("cli", f"skipped_{because}")
        return self._words.words("cli", "skipped_because", check=self._words.title(because))

    def conclude(self, diagnosis: Diagnosis) -> None:
        """Print the cause, who resolves it, and what to do; the last words of a run."""
        verdict = conclude(diagnosis)
        words = self._words
        colour = {"passed": "32", "failed": "31"}.get(str(verdict.status), "36")
        self._line("")
        if not diagnosis.complete:
            self._line(self._paint(words.words("report", "incomplete_title"), "1;36"))
        if verdict.cause is None:
            if diagnosis.complete:
                self._next_step(verdict.arrival)
                key = "passed" if verdict.status is Status.PASSED else "nothing_found"
                self._line(self._paint(words.words("cli", key), f"1;{colour}"))
                self._warn(diagnosis)
                self._point_to_the_window(diagnosis)
            return
        self._advise(verdict.cause, f"1;{colour}")
        titles = [words.advice(f).title for f in verdict.also if f.status is Status.FAILED]
        told = words.advice(verdict.cause).title
        also = [title for title in dict.fromkeys(titles) if title != told]
        if also:
            self._line(words.words("cli", "also"))
            for title in also:
                self._line(f"  - {title}")
        self._line(words.words("cli", "code", code=verdict.cause.code))
        self._point_to_the_window(diagnosis)

    def _point_to_the_window(self, diagnosis: Diagnosis) -> None:
        """Say what the window can put right by itself: here nothing is done."""
        if self._words.system == "windows" and wanted(diagnosis):
            self._line(self._words.words("cli", "repair"))

    def _next_step(self, arrival: Finding | None) -> None:
        """Say what is left to the user where the portal asks for the one-time code."""
        if arrival is not None and arrival.code == SECOND_FACTOR:
            self._advise(arrival, "1")
            self._line("")

    def _warn(self, diagnosis: Diagnosis) -> None:
        """Say what to do about the warnings beside a run that found no cause.

        Not about what the run itself overruled: that was shown not to matter.
        """
        warned = [f for f in findings(diagnosis.outcomes) if f.status is Status.WARNING]
        if warned:
            self._line("")
            self._line(self._words.words("cli", "warned"))
        for finding in warned:
            self._line("")
            self._advise(finding, "1;33")

    def _advise(self, finding: Finding, colour: str) -> None:
        advice = self._words.advice(finding)
        self._line(self._paint(advice.title, colour))
        if advice.explanation:
            self._line(advice.explanation)
        acts = self._words.words("acts", str(finding.acts))
        self._line(self._words.words("cli", "acts", acts=acts))
        for number, step in enumerate(advice.steps, 1):
            self._line(f"  {number}. {step}")

    def pause(self) -> None:
        """Stop drawing while the user is asked."""
        with self._lock:
            self._quiet.set()
            if self._fancy:
                self._write("\r\x1b[K")

    def resume(self) -> None:
        """Draw again, beginning with what ended meanwhile."""
        with self._lock:
            self._quiet.clear()
            self._print()

    def _spin(self) -> None:
        at = 0
        while not self._done.wait(FRAME):
            with self._lock:
                names = list(self._running)
                if self._quiet.is_set() or not (names or self._doing):
                    continue
                at = (at + 1) % len(_SPINNER)
                late = next((n for n in names if self._running[n]), names[0] if names else "")
                text = self._words.running(late) if late else self._doing
                if self._running.get(late):
                    text = self._words.words("cli", "taking_long", what=text)
                self._write(f"\r\x1b[K{_SPINNER[at]} {text}…")

    def _line(self, text: str) -> None:
        clear = "\r\x1b[K" if self._fancy else ""
        self._write(f"{clear}{text}\n")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            encoding = self._stream.encoding or "utf-8"
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
            self._stream.flush()

    def _paint(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colour else text
