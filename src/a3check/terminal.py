"""A person at a terminal: the question for the PIN, the choice of a certificate."""

import codecs
import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from a3check.core.catalogue import Catalogue
from a3check.core.question import (
    Assisted,
    AssistQuestion,
    Choice,
    NoPin,
    PinQuestion,
    ShowQuestion,
)
from a3check.core.secret import Secret
from a3check.live import Live

LONGEST_PIN = 255
"""Bytes that are read of a line before it is refused; CK_TOKEN_INFO's limits are far lower."""


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

    def may_show(self, question: ShowQuestion) -> bool:
        """Answer no: nobody is asked yet."""
        del question
        return False

    def assist(self, question: AssistQuestion) -> Assisted | None:
        """Answer nothing: nobody is asked yet."""
        del question
        return None

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
