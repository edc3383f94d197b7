"""Which kinds of private values does a report hold, and to which belongs each private fact?"""

from enum import StrEnum


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


def named(names: frozenset[str]) -> Shown:
    """Return the groups of these names; what is none of ours is left out."""
    return frozenset(group for group in Group if group.value in names)
