"""What does a page of the portal say?"""

import codecs
import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache

from a3check.core import tables
from a3check.core.profile import Portal
from a3check.portal import markup
from a3check.portal.words import first_in, fold
from a3check.tls.transcript import Answer

FORBIDDEN = frozenset({400, 401, 403, 429})
"""What a firewall before the portal answers to programs that it does not like."""
SIGN_IN_TO_NETWORK = 511
"""Network Authentication Required (RFC 6585, 6): the line's own page, never the portal's."""
REDIRECT, ERROR, SERVER_ERROR = 300, 400, 500
"""The first HTTP statuses that lead elsewhere, that are an error, that are the server's own."""
SHORT = 1500
"""Characters: a page that says nothing but that the portal rests is no longer than this."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.ASCII | re.IGNORECASE)
_WESTERN = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252"})
"""Charsets that browsers read as Windows does (Encoding standard); the others are UTF-8's."""
_LOOKED_THROUGH = 1024
"""Bytes in which a page names its own charset (HTML, 4.2.5.4)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Words by which a server's page says that it refused the certificate.

    ``code`` is the finding that they mean; ``status`` the HTTP status that
    goes with them (0: any). The table is ``resources/refusals.toml``.
    """

    words: str
    code: str
    status: int = 0


class Kind(Enum):
    """What a page that followed a completed client authentication is."""

    PROGRAM_REFUSED = auto()
    REFUSED = auto()
    NOT_AUTHORISED = auto()
    RESTING = auto()
    """The portal's maintenance page."""
    ERROR = auto()
    SECOND_FACTOR = auto()
    INSIDE = auto()
    UNKNOWN = auto()


@cache
def refusals() -> tuple[Refusal, ...]:
    """Load the table of refusals, the most exact first."""
    table = tables.load("refusals.toml")
    return tuple(
        Refusal(fold(row["words"]), row["code"], row.get("status", 0)) for row in table["refusal"]
    )


@cache
def known_words(kind: str) -> tuple[str, ...]:
    """Load the words of ``resources/pages.toml`` that mark a kind of page or a button."""
    table = tables.load("pages.toml")
    return tuple(row["words"] for row in table[kind])


@lru_cache(maxsize=16)
def read(answer: Answer) -> markup.Markup:
    """Read the body as HTML; it never leaves this process."""
    return markup.read(decoded(answer))


def charset(answer: Answer) -> str:
    """Return the charset that an answer or its page names: UTF-8, or what Windows writes."""
    head = answer.body[:_LOOKED_THROUGH].decode("latin-1")
    for text in (answer.header("content-type") or "", head):
        named = _CHARSET.search(text)
        if named is not None:
            return "cp1252" if _codec(named[1]) in _WESTERN else "utf-8"
    return "utf-8"


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def decoded(answer: Answer) -> str:
    """Return the body as text: by its charset, or as Windows writes it where that is wrong."""
    for name in (charset(answer), "cp1252"):
        try:
            return answer.body.decode(name)
        except UnicodeDecodeError:
            continue
    return answer.body.decode("latin-1")


@lru_cache(maxsize=16)
def text(answer: Answer) -> str:
    """Return the page's visible words, folded."""
    return fold(read(answer).words)


@lru_cache(maxsize=16)
def _written(answer: Answer) -> str:
    return fold(decoded(answer))


def refusal(answer: Answer) -> Refusal | None:
    """Return the entry whose words stand in the page."""
    body = text(answer)
    return next(
        (r for r in refusals() if r.status in {0, answer.status} and r.words in body), None
    )


def matched(answer: Answer, words: tuple[str, ...]) -> str:
    """Return the first of the profile's words that stands in the page, else nothing."""
    return first_in(text(answer), words)


def asks_second_factor(answer: Answer, portal: Portal) -> bool:
    """Tell the page of the one-time code: its words and an input field."""
    return read(answer).asks and bool(matched(answer, portal.second_factor))


def refuses_program(answer: Answer, portal: Portal) -> bool:
    """Tell a page that may be meant for this program alone: a browser must be tried.

    A page that tells of the certificate is none, whatever its status.
    """
    forbidden = answer.status in FORBIDDEN and refusal(answer) is None
    return is_anti_abuse(answer, portal) or forbidden


def is_anti_abuse(answer: Answer, portal: Portal) -> bool:
    """Tell an anti-abuse page, which may come with status 200 (``facts``: GERID, F5)."""
    # A script may write the profile's words.
    own = first_in(_written(answer), portal.refusal) or matched(answer, portal.refusal)
    return bool(own or matched(answer, known_words("program")))


def is_resting(answer: Answer, portal: Portal) -> bool:
    """Tell a maintenance page: its words, few others, nothing to fill in, no way in or out."""
    short = len(text(answer)) <= SHORT and not read(answer).asks
    right = answer.status < REDIRECT or answer.status >= SERVER_ERROR
    leads_on = bool(matched(answer, portal.follow)) or _lets_out(answer)
    return right and short and not leads_on and bool(matched(answer, known_words("maintenance")))


def _lets_out(answer: Answer) -> bool:
    """Tell whether a link or button ends a session: who is offered that is inside."""
    found = read(answer)
    buttons = (button.words for form in found.forms for button in form.buttons)
    pressed = (*(words for _, words in found.links), *buttons, *found.loose)
    return any(fold(words) in known_words("way_out") for words in pressed)


def is_broken(answer: Answer, portal: Portal) -> bool:
    """Tell the portal's own error, or its maintenance page."""
    return answer.status >= SERVER_ERROR or is_resting(answer, portal)


def is_below(place: str, path: str) -> bool:
    """Compare whole segments of a path: ``/tarefas`` is not ``/tarefas-antigas``."""
    return f"{place.rstrip('/')}/".startswith(f"{path.rstrip('/')}/")


def arrived(answer: Answer, place: str, portal: Portal, *, named: bool) -> Kind:
    """Tell what the page at a path (``place``) means to someone who was just authenticated.

    ``named`` is whether the profile names its host: a stranger's ``/tarefas`` proves nothing.
    """
    if is_anti_abuse(answer, portal):
        return Kind.PROGRAM_REFUSED
    if answer.status >= ERROR and refusal(answer) is not None:
        return Kind.REFUSED
    if not REDIRECT <= answer.status < ERROR and matched(answer, portal.not_authorised):
        return Kind.NOT_AUTHORISED
    if is_resting(answer, portal):
        return Kind.RESTING
    if answer.status >= ERROR:
        return Kind.ERROR
    if answer.status < REDIRECT and named:
        if asks_second_factor(answer, portal):
            return Kind.SECOND_FACTOR
        if any(is_below(place, path) for path in portal.reached):
            return Kind.INSIDE
    return Kind.UNKNOWN
