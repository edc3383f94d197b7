"""A person at a terminal: what a run asks them, and how they answer."""

import codecs
import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

from a3check.core.catalogue import Catalogue
from a3check.core.model import Value
from a3check.core.plain import one_line
from a3check.core.question import (
    Assisted,
    AssistQuestion,
    Choice,
    FetchQuestion,
    NoPin,
    PinQuestion,
    ShowQuestion,
    Step,
)
from a3check.core.secret import Secret
from a3check.live import Live
from a3check.system.console import forget_typed, silent
from a3check.system.opener import open_page

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
            nobody = NoPin.NOBODY if question.token.in_store else NoPin.KEYPAD
            return NoPin.OPTION if self._declined else nobody
        if self._given is not None and not keypad:
            given, self._given = self._given, None
            return given
        if not self._asks:
            return NoPin.OPTION if self._declined else NoPin.NOBODY
        with self._turn():
            return self._ask(question)

    def leave(self) -> None:
        """Give the terminal its echo back: Ctrl-C at the question leaves nobody else to do it."""
        self._silence.close()

    def choose(self, choices: Sequence[Choice]) -> str | None:
        """List the certificates and read a number."""
        if not self._asks or not choices:
            return None
        with self._turn():
            return self._pick(choices)

    def cloud(self, brands: Sequence[str]) -> str | None:
        """List the providers and read a number."""
        if not self._asks:
            return None
        with self._turn():
            self._say("cloud")
            number = _number(brands)
            return None if number is None else brands[number]

    def may_show(self, question: ShowQuestion) -> bool:
        """Say who asks and what would be shown; anything but a yes is a no."""
        if not self._asks:
            return False
        host, issuer = one_line(question.host), one_line(question.issuer)
        with self._turn():
            self._say("show_host", host=host)
            self._say("show_issuer", issuer=issuer)
            self._say("show_what")
            answer = _answer(self._words.words("cli", "show_prompt", host=host))
        return answer.casefold() in self._words.words("cli", "show_yes").split()

    def may_fetch(self, question: FetchQuestion) -> bool:
        """Say what is missing and whom it would be had from; anything but a yes is a no."""
        if not self._asks:
            return False
        issuer, host = one_line(question.issuer), one_line(question.host)
        with self._turn():
            self._say("fetch_missing", issuer=issuer, host=host)
            self._say("fetch_what")
            answer = _answer(self._words.words("cli", "fetch_prompt", host=host))
        return answer.casefold() in self._words.words("cli", "show_yes").split()

    def assist(self, question: AssistQuestion) -> Assisted | None:
        """Open the portal in the browser and ask what came of it."""
        if not self._asks:
            return None
        with self._turn():
            print(self._words.words("assist", f"why_{question.reason}"), file=sys.stderr)
            opened = open_page(question.url)
            self._say("assist_opened" if opened else "assist_not_opened", url=question.url)
            self._say("assist_try")
            return self._outcome()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let nothing be drawn while the person is asked."""
        self._live.pause()
        try:
            yield
        finally:
            self._live.resume()

    def _say(self, key: str, **facts: Value) -> None:
        print(self._words.words("cli", key, **facts), file=sys.stderr)

    def _outcome(self) -> Assisted | None:
        """Ask where they stopped, and what the page said where they did not get in."""
        words = self._words
        print(words.words("assist", "asked"), words.words("cli", "assist_skip"), file=sys.stderr)
        steps = (None, *Step)
        number = _number([words.words("assist", f"step_{step or 'entered'}") for step in steps])
        if number is None:
            return None
        step = steps[number]
        if step is None:
            return Assisted(None)
        self._say("assist_words")
        return Assisted(step, one_line(_answer(">")))

    def _pick(self, choices: Sequence[Choice]) -> str | None:
        words = self._words
        self._say("choose")
        usable = [choice for choice in choices if choice.usable]
        for choice in choices:
            if not choice.usable:
                why = words.advice(choice.fault).title if choice.fault else ""
                row = _choice(choice, words)
                self._say("choice_not" if why else "choice_newer", row=row, why=why)
        number = _number([_choice(choice, words) for choice in usable])
        return None if number is None else usable[number].key

    def _ask(self, question: PinQuestion) -> Secret | NoPin:
        words = self._words
        token = question.token.label or question.token.model
        self._say("pin_token", token=token, holder=question.holder)
        if question.hosts:
            self._say("pin_hosts", hosts=question.hosts)
        if question.tried_before:
            self._say("pin_tried_before")
        if question.token.pinpad:
            prompt = "provider_prompt" if question.token.in_store else "pinpad_prompt"
            return _elsewhere(words.words("cli", prompt))
        self._say("pin_once")
        print(words.words("cli", "pin_prompt"), end=" ", file=sys.stderr, flush=True)
        try:
            with self._silence:
                self._silence.enter_context(silent(sys.stdin.fileno()))
                return read_pin(sys.stdin.fileno())
        except PinRefused:
            return NoPin.USER
        finally:
            print(file=sys.stderr)


def _choice(choice: Choice, words: Catalogue) -> str:
    kind = words.words("kind", choice.kind) if choice.kind else ""
    policy = " ".join(part for part in (kind, choice.policy) if part)
    facts = {"holder": choice.holder, "issuer": choice.issuer, "policy": policy}
    row = words.words("cli", "choice", until=choice.not_after, **facts)
    return words.words("cli", "choice_token", row=row, token=choice.token) if choice.token else row


def _elsewhere(prompt: str) -> Secret | NoPin:
    """Send the person to another's own keys: a bare Enter goes on, anything else does not."""
    print(prompt, end=" ", file=sys.stderr, flush=True)
    return Secret(bytearray()) if sys.stdin.readline() in {"\n", "\r\n"} else NoPin.USER


def _number(rows: Sequence[str]) -> int | None:
    """List the rows and read the number of one; nothing for any other answer."""
    for number, row in enumerate(rows, 1):
        print(f"  {number}. {row}", file=sys.stderr)
    answer = _answer(">")
    if answer.isascii() and answer.isdigit() and 0 < int(answer) <= len(rows):
        return int(answer) - 1
    return None


def _answer(prompt: str) -> str:
    """Read a line that is typed after the prompt was shown; empty where it cannot be read.

    What was typed before answers nothing: a second Enter after the PIN would be an answer.
    """
    forget_typed(sys.stdin)
    print(prompt, end=" ", file=sys.stderr, flush=True)
    with suppress(UnicodeDecodeError):
        return sys.stdin.readline().strip()
    return ""
