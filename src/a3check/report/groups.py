"""Which kinds of private values does a report hold, and to which belongs each private fact?"""

from collections.abc import Mapping
from enum import StrEnum

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.report import reading


class Group(StrEnum):
    """What is hidden or shown together; the values stand in the report's ``shown``."""

    PERSON = "person"
    """Names, CPF, CNPJ, e-mail, and what somebody wrote."""
    SERIALS = "serials"
    """Serial numbers of tokens and cards."""
    COMPUTER = "computer"
    """This computer's name and the account's."""
    PATHS = "paths"
    """Folders of persons."""
    NETWORK = "network"
    """This computer's own addresses."""
    PLACE = "place"
    """Whom to answer; the municipality and the entity are no secret."""


Shown = frozenset[Group]
"""The groups that the user wants in clear; none is the default."""

NOTHING: Shown = frozenset()
EVERYTHING: Shown = frozenset(Group)

FACTS: dict[str, Group] = {
    "certificates": Group.PERSON,
    "holder": Group.PERSON,
    "issuer": Group.PERSON,  # of a certificate that somebody signed himself
    "subject": Group.PERSON,
    "token_label": Group.PERSON,
    "token_serial": Group.SERIALS,
    "words": Group.PERSON,
}
"""The group of every private fact, by its name; a test holds it against the checks' sources."""


def shown(document: Mapping[str, JSON]) -> tuple[Group, ...]:
    """Return the groups that a report names as in clear, in our order."""
    named = reading.texts(document, "shown")
    return tuple(group for group in Group if group.value in named)


def names_persons(document: Mapping[str, JSON]) -> bool:
    """Tell whether persons are named in a report: it hides nothing, or not them."""
    return reading.field(document, "masked") is False or Group.PERSON in shown(document)


def notice(document: Mapping[str, JSON], words: Catalogue, section: str) -> str:
    """Say what a report shows of private values; empty where it hides them all.

    ``section`` has the words for one that hides nothing (``unmasked``).
    """
    if reading.field(document, "masked") is True:
        return ""
    kinds = [words.words("masking", f"{group}_said") for group in shown(document)]
    if not kinds:
        return words.words(section, "unmasked")
    return words.words("masking", "notice", groups=", ".join(kinds))
