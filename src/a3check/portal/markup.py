"""Which words, links and forms does a page of HTML hold?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

MOST = 128 * 1024
"""Characters of a page that are read; what leads on stands near its beginning."""
_TALKING = ("title", "aria-label", "alt")
"""Attributes that a person hears or sees of an element."""
_UNSEEN = frozenset({"script", "style", "template", "noscript"})
"""What a browser with scripts does not show."""
_PUSHED = frozenset({"submit", "image"})
_IDLE = frozenset({"hidden", "submit", "image", "button", "reset"})
"""Kinds of input that ask the user for nothing."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NO_TAG = re.compile(r"<(?![/a-zA-Z][^<>]*>)")
_ON_A_PRESS = re.compile(r"""\son(?!load\b)[a-z]+\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE)
"""What a script does when somebody presses, types or moves: nothing by itself."""
_SUBMIT = re.compile(r"\bsubmit\s*\(")
_REFRESH = re.compile(
    r"\s*(\d{1,6})(?:\.\d*)?\s*(?:[;,]\s*(?:url\s*=)?\s*(.*))?", re.IGNORECASE | re.DOTALL
)
LONGEST_REFRESH = 10
"""Seconds; a page that lasts longer is a session that will end, and leads nowhere."""


@dataclass(frozen=True, slots=True)
class Button:
    """What sends a form: its words, and the field that it adds where it has a name."""

    words: str
    name: str = ""
    value: str = ""
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form: hidden fields, buttons, and whether it asks the user for anything."""

    action: str
    method: str
    hidden: tuple[tuple[str, str], ...]
    buttons: tuple[Button, ...]
    asks: bool
    words: str
    plain: bool
    """Whether its fields travel as application/x-www-form-urlencoded."""


@dataclass(frozen=True, slots=True)
class Markup:
    """A page: its visible words and everything that leads on from it."""

    words: str = ""
    links: tuple[tuple[str, str], ...] = ()
    """Address and words of each."""
    forms: tuple[Form, ...] = ()
    loose: tuple[str, ...] = ()
    """Words of the buttons that no form has: only a script knows what they do."""
    refresh: str | None = None
    base: str = ""
    asks: bool = False
    """Whether it has a field for the user, in a form or without one."""
    submits: bool = False
    """Whether a script of its own sends a form, without being pressed."""


def read(text: str) -> Markup:
    """Read a page; never raises, and takes time in proportion to its length.

    ``html.parser`` needs time with the square of what is no tag: that is taken out before.
    """
    reader = _Reader()
    tidy = _NO_TAG.sub("&lt;", _COMMENT.sub(" ", _without_declarations(text[:MOST])))
    reader.feed(tidy)
    reader.close()
    return reader.markup(submits=bool(_SUBMIT.search(_ON_A_PRESS.sub(" ", text[:MOST]))))


def refresh_target(content: str) -> str | None:
    """Return where a Refresh leads; nothing where it reloads the page or waits too long."""
    match = _REFRESH.fullmatch(content)
    if match is None or int(match[1]) > LONGEST_REFRESH:
        return None
    return (match[2] or "").strip().strip("'\"").strip() or None


def _without_declarations(text: str) -> str:
    """Take out <!DOCTYPE …>, <![CDATA[ and <? …>, but no comment."""
    return re.sub(r"<(?:!(?!--)|\?)[^<>]*>?", " ", text)


@dataclass(slots=True)
class _Open:
    """An element that is being read."""

    tag: str
    given: dict[str, str]
    words: list[str] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    asks: bool = False


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._unseen: list[str] = []
        self._words: list[str] = []
        self._links: list[tuple[str, str]] = []
        self._forms: list[Form] = []
        self._loose: list[str] = []
        self._refresh: str | None = None
        self._base = ""
        self._asks = False
        self._form: _Open | None = None
        self._spot: _Open | None = None
        """The link or button that is open."""

    def markup(self, *, submits: bool) -> Markup:
        self._end_spot()
        self._end_form()
        return Markup(
            " ".join(self._words),
            tuple(self._links),
            tuple(self._forms),
            tuple(self._loose),
            self._refresh,
            self._base,
            self._asks,
            submits,
        )

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        if self._unseen:
            return
        given: dict[str, str] = {}
        for name, value in attrs:
            given.setdefault(name, value or "")  # the first of a name counts
        self._say(*(given[name] for name in _TALKING if name in given))
        match tag:
            case "meta":
                self._meta(given)
            case "base":
                self._base = self._base or given.get("href", "")
            case "form":
                self._end_form()
                self._form = _Open(tag, given, _talk(given))
            case "a" | "area" | "button":
                self._end_spot()
                self._spot = _Open(tag, given, _talk(given))
            case "input":
                self._input(given)
            case "select" | "textarea":
                self._ask()

    def _meta(self, given: dict[str, str]) -> None:
        if given.get("http-equiv", "").strip().casefold() == "refresh":
            self._refresh = self._refresh or refresh_target(given.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.pop()
        elif self._spot is not None and tag == self._spot.tag:
            self._end_spot()
        elif tag == "form":
            self._end_form()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._say(data)

    def _say(self, *texts: str) -> None:
        """Hear words: they belong to the page and to all that is open."""
        self._words += texts
        for opened in (self._form, self._spot):
            if opened is not None:
                opened.words += texts

    def _ask(self) -> None:
        self._asks = True
        if self._form is not None:
            self._form.asks = True

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "").strip().casefold() or "text"
        if kind in _IDLE - {"hidden"}:
            self._say(given.get("value", ""))
        if kind == "hidden":
            if self._form is not None and given.get("name") and "disabled" not in given:
                self._form.hidden.append((given["name"], given.get("value", "")))
        elif kind in _PUSHED or kind == "button":
            words = " ".join([*_talk(given), given.get("value", "")])
            self._button(words, given, sends=kind in _PUSHED, image=kind == "image")
        elif kind != "reset":
            self._say(given.get("placeholder", ""))
            self._ask()

    def _button(
        self, words: str, given: dict[str, str], *, sends: bool, image: bool = False
    ) -> None:
        if "disabled" in given:
            return
        if self._form is None or not sends:
            self._loose.append(words)
            return
        name, value = given.get("name", ""), given.get("value", "")
        if image:  # browsers send where it was pressed, and no value
            name, value = f"{name}.x" if name else "", "0"
        self._form.buttons.append(Button(words, name, value, given.get("formaction")))

    def _end_spot(self) -> None:
        spot, self._spot = self._spot, None
        if spot is None:
            return
        words = " ".join(spot.words)
        kind = spot.given.get("type", "").strip().casefold() or "submit"
        if spot.tag != "button":
            self._links.append((spot.given.get("href", ""), words))
        elif kind != "reset":
            words = f"{words} {spot.given.get('value', '')}"
            self._button(words, spot.given, sends=kind != "button")

    def _end_form(self) -> None:
        if self._spot is not None and self._spot.tag == "button":
            self._end_spot()
        form, self._form = self._form, None
        if form is None:
            return
        kind = form.given.get("enctype", "").strip().casefold()
        self._forms.append(
            Form(
                form.given.get("action", ""),
                form.given.get("method", "").strip().casefold() or "get",
                tuple(form.hidden),
                tuple(form.buttons),
                form.asks,
                " ".join(form.words),
                kind in {"", "application/x-www-form-urlencoded"},
            )
        )


def _talk(given: dict[str, str]) -> list[str]:
    return [given[name] for name in _TALKING if name in given]
