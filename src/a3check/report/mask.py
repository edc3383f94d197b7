"""What does a private value become before it leaves this computer?

=====================  ====================================================
CPF                    ``***.456.789-**``
CNPJ                   ``**.345.678/0001-**``
name                   initials without particles: ``M*** S***``
e-mail                 ``***@***``
serial number          ``#`` and twelve hex digits (:func:`pseudonym`)
path below a home      ``~/lib/driver.so``
host, user, address    ``***`` (this computer's own)
anything else private  each word its initial, anything without one ``***``
=====================  ====================================================

What is masked already stays as it is, so masking twice changes nothing. A group that the user
wants in clear (:mod:`~a3check.report.groups`) is left as it is; the others are hidden in it, too.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from a3check.core.model import Evidence, Value
from a3check.report.groups import FACTS, NOTHING, Group, Shown
from a3check.report.identity import Identity, Kind, own_things
from a3check.report.numbers import MASK, is_cnpj, is_cpf, without_numbers

_EMAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]{1,64}(?:@|%40)[^\W_](?:[\w-]*[^\W_])?(?:\.[\w-]+)*")
_NAMED_NUMBER = re.compile(
    r"(?<![^\W\d_])((?:[^\W\d_a-z](?:[^\W\d_a-z]|['.-]){0,40}[ ]){1,12}"
    r"[^\W\d_a-z](?:[^\W\d_a-z]|['.-])*)"
    r" ?: ?(\d{11}|\d{14})(?!\d)"
)
"""The common name of ICP-Brasil's certificates: ``MARIA DA SILVA:12345678909``."""

_HOME = re.compile(
    r"(?<![\w.~-])(?<!:/)(?:"
    r"(?:[/\\]{1,4}[?.][/\\]{1,2})?[A-Za-z]:[/\\]{1,2}"
    r"(?:Users|Usu[áa]rios|Documents and Settings)[/\\]{1,2}[^/\\:*?\"<>|\r\n]+"
    r"|(?:/var|/export|/usr)?/home/[^/\s:;,\"'<>|]+"
    r"|/Users/[^/\s:;,\"'<>|]+"
    r")",
    re.IGNORECASE,
)
_HEAD = re.compile(r"\s*[:(]")
"""What ends the name in ``MARIA DA SILVA:12345678909`` and in ``MARIA DA SILVA (AC …)``."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_BELOW_HOME = re.compile(r"~(?:[/\\].*)?", re.DOTALL)
_PIECE = re.compile(
    r"\*{2,3}\.\w{3}\.\w{3}(?:/\w{4})?-\*\*"
    r"|\#[0-9a-f]{12}(?![^\W_])"
    r"|[^\s:;,/\\|()<>\"=@]+"
)
_MASKED_PIECE = re.compile(
    r"\*{2,3}\.\w{3}\.\w{3}(?:/\w{4})?-\*\*|\#[0-9a-f]{12}|[^\W\d_]?\*\*\*|~"
)
_PARTICLES = frozenset({"da", "de", "di", "do", "das", "dos", "du", "e", "d", "del"})
_PSEUDONYM_DIGITS = 12
_LEAST_SERIAL = 6  # characters: a shorter one would be found everywhere
_LEAST_NAME = 2  # words
_KINDS: dict[Kind, Group] = {
    "home": Group.PATHS,
    "name": Group.PERSON,
    "serial": Group.SERIALS,
    "address": Group.NETWORK,
    "host": Group.COMPUTER,
    "user": Group.COMPUTER,
}
_IN_NAMES = re.compile("['\u2019\u00b4`.-]")  # D'ÁVILA, ANA-MARIA, JOSÉ P. LIMA


@dataclass(frozen=True, slots=True)
class Masker:
    """Masks for one person at one computer; never raises, whatever it is given.

    ``key`` belongs to the installation: without it, serial numbers cannot be
    matched between reports and become ``***``. ``shown`` are the groups left in clear.
    """

    identity: Identity = field(default_factory=Identity)
    key: bytes | None = field(default=None, repr=False)
    shown: Shown = NOTHING

    def value(self, evidence: Evidence) -> Value:
        """Return what an export shows of a fact, private or not."""
        value = evidence.value
        match value:
            case str():
                return self._item(evidence, value)
            case tuple():
                return tuple(self._item(evidence, item) for item in value)
            case _:
                return MASK if self._hides(evidence) else value

    def text(self, text: str) -> str:
        """Return a free text without the persons and things that it names.

        Gone are homes, e-mails, CPF and CNPJ with the name before them, and
        whatever the identity holds.
        """
        text = readable(text)
        while (cleaner := self._once(text)) != text:
            text = cleaner
        return text

    def numbers(self, text: str) -> str:
        """Return a text that somebody wrote about themselves without CPF, CNPJ and e-mail."""
        text = readable(text)
        if Group.PERSON in self.shown:
            return text
        return without_numbers(_EMAIL.sub("***@***", text))

    def contact(self, text: str) -> str:
        """Return the person to answer: nothing of it where the place is hidden."""
        return readable(text) if Group.PLACE in self.shown else MASK

    def knowing(self, evidence: Iterable[Evidence]) -> "Masker":
        """Return a masker that also finds these private values in every other text.

        Only names of persons and serial numbers: a label such as ``token`` would
        take a word away from everything.
        """
        private = [(e.name, text) for e in evidence if e.private for text in _texts(e.value)]
        heads = ((name, _HEAD.split(text, maxsplit=1)[0]) for name, text in private)
        names = tuple(text for name, text in heads if "serial" not in name and _is_name(text))
        serials = tuple(text for name, text in private if "serial" in name and _is_serial(text))
        identity = replace(
            self.identity,
            names=(*self.identity.names, *names),
            serials=(*self.identity.serials, *serials),
        )
        return replace(self, identity=identity)

    def _item(self, evidence: Evidence, text: str) -> str:
        if not self._hides(evidence):
            return self.text(text)
        text = readable(text)
        if "serial" in evidence.name:
            return text if _is_masked(text) else self._serial(text)
        clean = self.text(text)
        return clean if _BELOW_HOME.fullmatch(clean) else masked_words(clean)

    def _serial(self, serial: str) -> str:
        return MASK if self.key is None else f"#{pseudonym(serial, self.key)}"

    def _hides(self, evidence: Evidence) -> bool:
        """Tell whether a fact is hidden; one without a group always is."""
        return evidence.private and FACTS.get(evidence.name) not in self.shown

    def _once(self, text: str) -> str:
        text = self._persons(self._homes(text))
        for thing in own_things(self.identity):
            if _KINDS[thing.kind] in self.shown or thing.kind == "home":
                continue
            match thing.kind:
                case "name":
                    mask = masked_words(thing.text)
                case "serial":
                    mask = self._serial(thing.text)
                case _:
                    mask = MASK
            text = thing.pattern.sub(mask.replace("\\", r"\\"), text)
        return text

    def _homes(self, text: str) -> str:
        """Hide homes, or in shown ones the folder that bears the account's name."""
        if Group.PATHS in self.shown and Group.COMPUTER in self.shown:
            return text
        mask = _without_account if Group.PATHS in self.shown else _tilde
        for thing in own_things(self.identity):
            if thing.kind == "home":
                text = thing.pattern.sub(mask, text)
        return _HOME.sub(mask, text)

    def _persons(self, text: str) -> str:
        if Group.PERSON in self.shown:
            return text
        text = _EMAIL.sub("***@***", text)
        return without_numbers(_NAMED_NUMBER.sub(_masked_common_name, text))


def pseudonym(value: str, key: bytes) -> str:
    """Return twelve hex digits that stand for a value: the same value, the same digits.

    HMAC-SHA-256 under the installation's key, over the value without case and
    outer blanks: nobody without the key can test a guess.
    """
    plain = readable(value).strip().casefold()
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:_PSEUDONYM_DIGITS]


def masked_words(text: str) -> str:
    """Return each word as its initial (``MARIA DA SILVA`` → ``M*** S***``).

    A word of one letter or without one is ``***``; particles go.
    """
    without_particles = " ".join(
        word for word in text.split() if word.casefold() not in _PARTICLES
    )
    hidden = _PIECE.sub(_masked_piece, without_particles)
    return hidden if not text.strip() or MASK[:2] in hidden else MASK


def readable(text: str) -> str:
    """Return a text in one spelling that UTF-8 can hold (lone surrogates become ``?``).

    What nobody sees (zero-width blanks, soft hyphens) goes: it would part a name in two.
    """
    whole = _UNSEEN.sub("", text.encode("utf-8", "replace").decode())
    return unicodedata.normalize("NFC", whole)


def _tilde(_match: re.Match[str]) -> str:
    return "~"


def _without_account(match: re.Match[str]) -> str:
    at = max(match[0].rfind("/"), match[0].rfind("\\")) + 1
    return match[0][:at] + MASK


def _masked_piece(match: re.Match[str]) -> str:
    piece = match[0]
    if _MASKED_PIECE.fullmatch(piece):
        return piece
    return piece[0] + MASK if len(piece) > 1 and piece[0].isalpha() else MASK


def _masked_common_name(match: re.Match[str]) -> str:
    if not (is_cpf(match[2]) or is_cnpj(match[2])):
        return match[0]
    return f"{masked_words(match[1])}:{without_numbers(match[2])}"


def _is_masked(text: str) -> bool:
    return bool(_MASKED_PIECE.fullmatch(text)) or not text.strip()


def _is_name(text: str) -> bool:
    words = text.split()
    return len(words) >= _LEAST_NAME and all(_IN_NAMES.sub("", w).isalpha() for w in words)


def _is_serial(text: str) -> bool:
    return len(text.strip()) >= _LEAST_SERIAL and not _is_masked(text)


def _texts(value: Value) -> tuple[str, ...]:
    match value:
        case str():
            return (value,)
        case tuple():
            return value
        case _:
            return ()
