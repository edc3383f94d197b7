"""What the user is asked, and what comes of a login."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from a3check.core.verdict import LEFT_TO_BROWSER

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from datetime import datetime

    from a3check.core.cryptoki import Token
    from a3check.core.model import Finding


@dataclass(frozen=True, slots=True)
class PinQuestion:
    """What the user must know before giving the PIN.

    ``hosts`` are those to whom the certificate will be shown (empty where the
    login will not be tried); ``tried_before`` tells that wrong PINs were sent since the last
    right one. No token says how many tries are left before one is spent, but for the last:
    and on the last nobody is asked.
    """

    token: Token
    holder: str
    hosts: tuple[str, ...] = ()
    tried_before: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One certificate on one token to choose from; ``fingerprint`` is its SHA-256 in hex.

    ``token`` is what is told of its token, ``place`` what tells that token from the others.
    One that is not ``usable`` is shown and cannot be chosen; ``fault`` says why, where there is
    more to say than that a newer one of the same holder is there.
    """

    fingerprint: str
    holder: str
    issuer: str
    policy: str
    not_after: datetime
    token: str = ""
    place: str = ""
    kind: str = ""
    """``person``, ``company``, ``equipment`` (the words ``kind`` name it); empty where unknown."""
    usable: bool = True
    fault: Finding | None = None

    @property
    def key(self) -> str:
        """What names this very option: one certificate may lie on two tokens."""
        return f"{self.fingerprint}@{self.place}" if self.place else self.fingerprint


@dataclass(frozen=True, slots=True)
class ShowQuestion:
    """A host that the profile does not name asks for the certificate: may it see it?

    ``issuer`` is who vouches for the host: its connection was verified, or nobody is asked.
    """

    host: str
    issuer: str


@dataclass(frozen=True, slots=True)
class FetchQuestion:
    """A CA's certificate is missing: may it be asked for where the one below says it lies?

    ``issuer`` is the CA, ``host`` who would be asked; both come out of that certificate.
    """

    issuer: str
    host: str


@dataclass(frozen=True, slots=True)
class AssistQuestion:
    """The portal is to be tried in the browser, since a3check cannot tell.

    ``url`` is where the user begins; ``code`` is the finding that could not tell.
    """

    url: str
    code: str

    @property
    def reason(self) -> str:
        """Why it could not, as the words for it are called; ``other`` where none are."""
        return LEFT_TO_BROWSER.get(self.code, "other")


class Step(StrEnum):
    """Where the user stopped in the browser."""

    NOT_OPENED = "not_opened"
    """The page did not open."""
    NOT_ASKED = "not_asked"
    """The page opened, and nobody asked for the certificate."""
    NOT_LISTED = "not_listed"
    """The browser's list of certificates was empty, or without this one."""
    PIN = "pin"
    """The question for the PIN did not come, or the PIN was not accepted."""
    REFUSED = "refused"
    """The certificate was chosen, and an error page followed."""
    CODE = "code"
    """The page of the one-time code: what a3check tests has worked."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Assisted:
    """What the user saw: nothing in ``step`` means that they got in.

    ``words`` is what the page said, as typed by the user: private.
    """

    step: Step | None
    words: str = ""

    @property
    def entered(self) -> bool:
        """Whether the browser let them in."""
        return self.step is None


class NoPin(StrEnum):
    """Why no PIN was given."""

    OPTION = "option"
    NOBODY = "nobody"
    USER = "user"
    KEYPAD = "keypad"
    """The reader has keys of its own, and nobody sits before it."""


class TryEnd(StrEnum):
    """How a login that was counted ended."""

    ACCEPTED = "accepted"
    SPENT = "spent"
    """Refused: a try is gone."""
    UNANSWERED = "unanswered"
    """Sent, and never said whether it was right: a try may be gone, and counts as one."""
    UNTOUCHED = "untouched"
    """The token did not look at the PIN (its length, its absence)."""
