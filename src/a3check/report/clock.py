"""Whose time is it that stands in a picture, and how far can it be relied on?"""

from collections.abc import Mapping

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.report import reading

DIFFERS = ("clock.wrong", "clock.off")
"""The worse first: the dates of a certificate may turn a right clock into a wrong one."""
RIGHT = "clock.right"
BUILD = "build"
"""What stands for a trusted time where there was none: the day on which the program was made."""


def source(document: JSON, words: Catalogue) -> str:
    """Return in a few words what the moments of a report go by.

    They are this computer's own; what its clock was compared with is a finding of the run.
    """
    found = {reading.text(f, "code"): f for f in reading.findings(document)}
    differs = next((found[code] for code in DIFFERS if code in found), None)
    if differs is None:
        return words.words("report", "clock_right" if RIGHT in found else "clock_unverified")
    evidence = reading.field(differs, "evidence")
    if not isinstance(evidence, Mapping) or evidence.get("source") == BUILD:
        return words.words("report", "clock_wrong")
    showed, right = (
        reading.shown(evidence.get(name)) for name in ("computer_time", "trusted_time")
    )
    return words.words("report", "clock_differs", showed=showed, right=right)
