"""A person at a terminal: the live lines, the question for the PIN, the choice."""

import codecs
import os
import sys
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Self, TextIO

from a3check.core.catalogue import Catalogue
from a3check.core.model import Diagnosis, Outcome
from a3check.core.ports import Choice, NoPin, PinQuestion
from a3check.core.register import Status, register
from a3check.core.secret import Secret
from a3check.core.verdict import conclude, live

LONGEST_PIN = 255
"""Bytes that are read of a line before it is refused; CK_TOKEN_INFO's limits are far lower."""
FRAME = 0.1
"""Seconds between two pictures of the spinner."""
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_SIGNS = {
    Status.PASSED: ("✓", "32"),
    Status.WARNING: ("!", "33"),
    Status.UNKNOWN: ("?", "36"),
    Status.FAILED: ("✗", "31"),
    Status.SKIPPED: ("·", "2"),
    Status.CRASHED: ("✗", "35"),
}


class PinRefused(Exception):  # noqa: N818 - it is a refusal
    """A line that cannot be a PIN; ``why`` is a key of ``[cli]`` after ``pin_``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read_pin(descriptor: int) -> Secret:
    """Read the first line as the PIN; raises :class:`PinRefused`, and then nothing is sent.

    Exactly one LF or CRLF is removed. Read byte by byte: what follows the
    line stays unread, and no buffer of the interpreter ever holds it.
    """
    line = bytearray()
    one = bytearray(1)
    while len(line) <= LONGEST_PIN + 2 and _read_one(descriptor, one):
        line += one
        if one == b"\n":
            break
    one[0] = 0
    if line.endswith(b"\r\n"):
        del line[-2:]
    elif line.endswith(b"\n"):
        del line[-1:]
    pin = Secret(line)
    why = _fault(line)
    if why is not None:
        pin.empty()
        raise PinRefused(why)
    return pin


def _read_one(descriptor: int, one: bytearray) -> bool:
    """Read one byte into the buffer; false at the end, and where the input is closed."""
    try:
        if hasattr(os, "readv"):
            return bool(os.readv(descriptor, [one]))
        byte = os.read(descriptor, 1)  # Windows has no readv; a single byte is interned anyway
    except OSError:
        return False
    one[:] = byte or b"\0"
    return bool(byte)


def _fault(line: bytearray) -> str | None:
    if not line:
        return "empty"
    if len(line) > LONGEST_PIN:
        return "too_long"
    if line.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "bom"
    faults = set()
    try:
        for place, character in _characters(line):
            if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"}:
                faults.add("control")
            elif character.isspace() and place != "within":
                faults.add("blank")
    except UnicodeDecodeError:
        return "not_utf8"
    return min(faults, key=("control", "blank").index, default=None)


def _characters(line: bytearray) -> Iterator[tuple[str, str]]:
    """Give each character and whether it stands at an edge; no text ever holds the whole PIN."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = True
    for at in range(len(line)):
        last = at == len(line) - 1
        character = decoder.decode(line[at : at + 1], final=last)
        if character:
            yield "edge" if first or last else "within", character
            first = False


class Live:
    """One line a check as it ends; on a terminal with colour and a spinner for what runs."""

    def __init__(self, stream: TextIO, words: Catalogue) -> None:
        self._stream, self._words = stream, words
        self._fancy = stream.isatty()
        self._colour = self._fancy and not os.environ.get("NO_COLOR")
        self._running: dict[str, bool] = {}
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

    def slow(self, check: str, seconds: float) -> None:
        """Say that it takes long; it goes on."""
        with self._lock:
            self._running[check] = True
            if not self._fancy:
                title = self._words.title(check)
                self._line(self._words.words("cli", "slow", check=title, seconds=int(seconds)))

    def finished(self, outcome: Outcome) -> None:
        """Print how a check ended; again where its afterword changed it."""
        with self._lock:
            self._running.pop(outcome.check, None)
            self._outcomes[outcome.check] = outcome
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
        sign, colour = _SIGNS[outcome.status]
        word = self._words.words("status", str(outcome.status))
        title = self._words.title(outcome.check)
        worst = max(outcome.findings, key=lambda f: f.status.gravity, default=None)
        said = self._words.advice(worst).title if worst else word
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
                key = "passed" if verdict.status is Status.PASSED else "nothing_found"
                self._line(self._paint(words.words("cli", key), f"1;{colour}"))
            return
        advice = words.advice(verdict.cause)
        self._line(self._paint(advice.title, f"1;{colour}"))
        if advice.explanation:
            self._line(advice.explanation)
        acts = words.words("acts", str(verdict.cause.acts))
        self._line(words.words("cli", "acts", acts=acts))
        for number, step in enumerate(advice.steps, 1):
            self._line(f"  {number}. {step}")
        also = [words.advice(f).title for f in verdict.also if f.status is Status.FAILED]
        if also:
            self._line(words.words("cli", "also"))
            for title in also:
                self._line(f"  - {title}")
        self._line(words.words("cli", "code", code=verdict.cause.code))

    def pause(self) -> None:
        """Stop drawing while the user is asked."""
        with self._lock:
            self._quiet.set()
            if self._fancy:
                self._write("\r\x1b[K")

    def resume(self) -> None:
        """Draw again."""
        self._quiet.clear()

    def _spin(self) -> None:
        at = 0
        while not self._done.wait(FRAME):
            with self._lock:
                names = list(self._running)
                if self._quiet.is_set() or not names:
                    continue
                at = (at + 1) % len(_SPINNER)
                late = next((n for n in names if self._running[n]), names[0])
                text = self._words.running(late)
                if self._running[late]:
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


class Terminal:
    """Answers the run's questions: with the PIN from standard input, at the keyboard, or not."""

    def __init__(
        self, live: Live, words: Catalogue, given: Secret | None, *, asks: bool, declined: bool
    ) -> None:
        self._live, self._words, self._given = live, words, given
        self._asks, self._declined = asks, declined
        self._silence = ExitStack()

    def pin(self, question: PinQuestion) -> Secret | NoPin:
        """Return the PIN that was given, or ask for it without echo, once.

        A reader with keys of its own takes the PIN there, and only from somebody who sits here.
        """
        keypad = question.token.pinpad
        if keypad and not self._asks:
            return NoPin.OPTION if self._declined else NoPin.KEYPAD
        if self._given is not None and not keypad:
            given, self._given = self._given, None
            return given
        if not self._asks:
            return NoPin.OPTION if self._declined else NoPin.NOBODY
        self._live.pause()
        try:
            return self._ask(question)
        finally:
            self._live.resume()

    def leave(self) -> None:
        """Give the terminal its echo back: Ctrl-C at the question leaves nobody else to do it."""
        self._silence.close()

    def choose(self, choices: Sequence[Choice]) -> str | None:
        """List the certificates and read a number."""
        if not self._asks or not choices:
            return None
        self._live.pause()
        try:
            return self._pick(choices)
        finally:
            self._live.resume()

    def _pick(self, choices: Sequence[Choice]) -> str | None:
        words = self._words
        print(words.words("cli", "choose"), file=sys.stderr)
        for number, choice in enumerate(choices, 1):
            facts = {"holder": choice.holder, "issuer": choice.issuer, "policy": choice.policy}
            row = words.words("cli", "choice", until=choice.not_after, **facts)
            if choice.token:
                row = words.words("cli", "choice_token", row=row, token=choice.token)
            print(f"  {number}. {row}", file=sys.stderr)
        print("> ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip()
        if answer.isascii() and answer.isdigit() and 0 < int(answer) <= len(choices):
            return choices[int(answer) - 1].key
        return None

    def _ask(self, question: PinQuestion) -> Secret | NoPin:
        words = self._words
        token = question.token.label or question.token.model
        print(
            words.words("cli", "pin_token", token=token, holder=question.holder), file=sys.stderr
        )
        if question.hosts:
            print(words.words("cli", "pin_hosts", hosts=question.hosts), file=sys.stderr)
        if question.tried_before:
            print(words.words("cli", "pin_tried_before"), file=sys.stderr)
        if question.token.pinpad:
            return _at_the_reader(words)
        print(words.words("cli", "pin_once"), file=sys.stderr)
        print(words.words("cli", "pin_prompt"), end=" ", file=sys.stderr, flush=True)
        try:
            with self._silence:
                self._silence.enter_context(silent(sys.stdin.fileno()))
                return read_pin(sys.stdin.fileno())
        except PinRefused:
            return NoPin.USER
        finally:
            print(file=sys.stderr)


def _at_the_reader(words: Catalogue) -> Secret | NoPin:
    """Send the person to the reader's own keys: a bare Enter goes on, anything else does not."""
    print(words.words("cli", "pinpad_prompt"), end=" ", file=sys.stderr, flush=True)
    return Secret(bytearray()) if sys.stdin.readline() in {"\n", "\r\n"} else NoPin.USER


if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def silent(descriptor: int) -> Iterator[None]:
        """Turn the console's echo off (SetConsoleMode, ENABLE_ECHO_INPUT)."""
        import ctypes  # noqa: PLC0415 - Windows only

        echo = 0x0004
        kernel, mode = ctypes.windll.kernel32, ctypes.c_ulong()
        handle = msvcrt.get_osfhandle(descriptor)
        kernel.GetConsoleMode(handle, ctypes.byref(mode))
        kernel.SetConsoleMode(handle, mode.value & ~echo)
        try:
            yield
        finally:
            kernel.SetConsoleMode(handle, mode)

else:
    import termios

    @contextmanager
    def silent(descriptor: int) -> Iterator[None]:
        """Turn the terminal's echo off; what was typed before is thrown away."""
        before = termios.tcgetattr(descriptor)
        quiet = termios.tcgetattr(descriptor)
        quiet[3] &= ~termios.ECHO
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, quiet)
        try:
            yield
        finally:
            termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)
