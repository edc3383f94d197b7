"""Where does an answer of the portal lead, and with what in hand?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from urllib.parse import SplitResult, urldefrag, urlencode, urljoin, urlsplit

from a3check.core.profile import Profile
from a3check.portal import page
from a3check.portal.markup import Button, Form, Markup, refresh_target
from a3check.portal.words import first_in, fold, folded
from a3check.tls.transcript import Answer

HTTP = 80
MOST_FIELDS = 64 * 1024
"""Bytes of a form's fields; no login's are as many."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NUMBER = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$", re.ASCII)
"""A last label that is a number: resolvers read 127.1 and 0x7f000001 as addresses (WHATWG URL)."""
_KEEPING = frozenset({307, 308})
"""Redirects that keep method and body (RFC 9110, 15.4.8 and 15.4.9)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a walk; a body is a form's fields, as it is sent."""

    url: str
    body: bytes | None = field(default=None, repr=False)
    fields: bool = field(default=False, compare=False)
    """Whether a form's fields stand in the address."""

    @property
    def parts(self) -> SplitResult:
        """The address, taken apart."""
        return urlsplit(self.url)

    @property
    def method(self) -> str:
        """POST where a form says so, else GET."""
        return "GET" if self.body is None else "POST"


def following(step: Step, answer: Answer, profile: Profile) -> Step | None:
    """Return the one request that a browser, or its user, would send next; else nothing.

    Redirects, a Refresh, a form that a script sends by itself, and the one link or form
    whose words are the profile's: what is not here is not pressed.
    """
    found = (
        _led(step, answer) if answer.status >= page.REDIRECT else _read_on(step, answer, profile)
    )
    return _allowed(found, profile) if found is not None else None


def leads_away(step: Step, answer: Answer, profile: Profile) -> str | None:
    """Return the host to which an answer sends its reader, where that is no place of the profile.

    What says of itself that it is the line's own page (511) leads to itself.
    """
    if answer.status == page.SIGN_IN_TO_NETWORK:
        return step.parts.hostname
    led = answer.status >= page.REDIRECT
    found = _led(step, answer) if led else _refreshed(step, answer)
    if found is None:
        return None
    parts = found.parts
    home = parts.scheme == "https" and parts.hostname in profile.portal.hosts()
    return None if home else parts.hostname


def _led(step: Step, answer: Answer) -> Step | None:
    """Follow a redirect (RFC 9110, 15.4); a POST becomes a GET where browsers make it one."""
    location = answer.header("location")
    if answer.status not in _REDIRECTS or not location:
        return None
    body = step.body if answer.status in _KEEPING else None
    return _step(step.url, location, body)


def _refreshed(step: Step, answer: Answer) -> Step | None:
    target = page.read(answer).refresh or refresh_target(answer.header("refresh") or "")
    return _step(_base(step, answer), target) if target else None


def _read_on(step: Step, answer: Answer, profile: Profile) -> Step | None:
    found = _refreshed(step, answer)
    if found is not None:
        return found
    read, base, charset = page.read(answer), _base(step, answer), page.charset(answer)
    return _sent_by_script(read, base, charset) or _pressed(read, base, charset, profile)


def _sent_by_script(read: Markup, base: str, charset: str) -> Step | None:
    """Send the form of hidden fields that the page's own script sends (CAS, SAML's POST)."""
    if len(read.forms) != 1 or not read.submits or read.asks:
        return None
    (form,) = read.forms
    return _submitted(form, None, base, charset) if form.hidden else None


def _pressed(read: Markup, base: str, charset: str, profile: Profile) -> Step | None:
    """Press the one link or button whose words are the profile's, the most exact word first.

    Where a word fits several that lead apart, or one that only a script understands, nobody can
    tell which is meant.
    """
    choices = tuple(_choices(read, base, charset))
    for word in profile.portal.follow:
        fitting = {step for words, step in choices if folded(word) in words}
        if fitting:
            return fitting.pop() if len(fitting) == 1 else None
    return None


def _choices(read: Markup, base: str, charset: str) -> Iterator[tuple[str, Step | None]]:
    """Yield the words of everything that can be pressed, and the request that follows."""
    for address, words in read.links:
        same_page = not address.strip() or address.strip().startswith("#")
        never = same_page or _leads_elsewhere(words, address) or _never(words, address)
        yield fold(words), None if never else _step(base, address)
    for words in read.loose:
        yield fold(words), None
    for form in read.forms:
        for button in form.buttons:
            alone = len(form.buttons) == 1
            words = f"{form.words} {button.words}" if alone else button.words
            yield fold(words), _submitted(form, button, base, charset)


def _submitted(form: Form, button: Button | None, base: str, charset: str) -> Step | None:
    """Return the request that sends a form; nothing where it asks the user for something."""
    if form.asks or not form.plain or form.method not in {"get", "post"}:
        return None
    named = [(button.name, button.value)] if button is not None and button.name else []
    fields = [*form.hidden, *named]
    words = button.words if button is not None else form.words
    action = form.action if button is None or button.action is None else button.action
    sent = (text for pair in fields for text in pair)
    if _leads_elsewhere(words, action) or _never(words, action, *sent):
        return None
    data = urlencode(fields, encoding=charset, errors="xmlcharrefreplace")
    if len(data) > MOST_FIELDS:
        return None
    if form.method == "post":
        return _step(base, action, data.encode("ascii"))
    found = _step(base, action)
    if found is None:
        return None
    return replace(found, url=found.parts._replace(query=data).geturl(), fields=bool(fields))


def _never(*texts: str) -> bool:
    """Tell what must not be sent, whatever the profile's words are (resources/pages.toml)."""
    return any(first_in(fold(text), page.known_words("never")) for text in texts)


def _leads_elsewhere(words: str, address: str) -> bool:
    """Tell what is another way than a login's: its words or its path say so."""
    path = address.partition("?")[0]
    return any(first_in(fold(text), page.known_words("other_way")) for text in (words, path))


def _base(step: Step, answer: Answer) -> str:
    base = page.read(answer).base
    found = _step(step.url, base) if base else None
    return found.url if found is not None else step.url


def _step(base: str, address: str, body: bytes | None = None) -> Step | None:
    """Join an address to where it stands; nothing where it is none."""
    try:
        joined = urldefrag(urljoin(base, address.strip())).url
        parts = urlsplit(joined)
        usable = parts.port != 0 and bool(parts.hostname) and parts.scheme in {"http", "https"}
    except ValueError:  # no address at all: the way ends here
        return None
    return Step(joined, body) if usable else None


def _allowed(step: Step, profile: Profile) -> Step | None:
    """Hold a request to what may leave: https alone, fields to hosts of the profile alone."""
    parts = step.parts
    named = parts.hostname in profile.portal.hosts()
    if parts.scheme == "http":
        # As browsers do that ask by https first: a portal behind a balancer says http of itself.
        if not named or parts.port not in {None, HTTP}:
            return None
        netloc = parts.netloc.removesuffix(f":{HTTP}")
        step = replace(step, url=parts._replace(scheme="https", netloc=netloc).geturl())
    secret = step.body is not None or step.fields
    private = not profile.network.allow_private and _is_private(parts.hostname or "")
    return None if not named and (secret or private) else step


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return bool(_NUMBER.search(host))
