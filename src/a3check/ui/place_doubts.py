"""Does what was typed about the place look like a slip of the fingers?"""

import re

from a3check.core.settings import Place

STATES = frozenset(
    {
        *("AC", "AM", "AP", "PA", "RO", "RR", "TO"),
        *("BA", "CE", "MA", "PB", "PE", "PI", "RN", "SE", "AL"),
        *("DF", "GO", "MS", "MT"),
        *("ES", "MG", "RJ", "SP"),
        *("PR", "RS", "SC"),
    }
)
"""The 26 states and the Federal District (IBGE's two letters)."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_DIGITS = frozenset({10, 11})
"""Of a telephone number with its area code; 0800 numbers have 11, too."""


def doubts(place: Place) -> dict[str, str]:
    """Return for each doubtful field the key of the sentence to show (``[place]`` in the words).

    What is empty is never doubtful, and a doubt hinders nothing: it may be the user who is right.
    """
    found = {}
    if place.state and place.state.upper() not in STATES:
        found["state"] = "state_doubt"
    if place.email and not _EMAIL.fullmatch(place.email):
        found["email"] = "email_doubt"
    if place.phone and sum(c.isdigit() for c in place.phone) not in _DIGITS:
        found["phone"] = "phone_doubt"
    if place.agreement and not any(c.isdigit() for c in place.agreement):
        found["agreement"] = "agreement_doubt"
    return found
