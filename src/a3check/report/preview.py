"""What will stand in a report of each kind of private values, exactly as it will be written?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.report import reading
from a3check.report.groups import Group, Shown

Write = Callable[[Shown], Mapping[str, JSON]]
"""Write the report of one run with these groups in clear."""


@dataclass(frozen=True, slots=True)
class Line:
    """One value of the report: where it stands, and how it is written."""

    where: str
    written: str


@dataclass(frozen=True, slots=True)
class Part:
    """The values of one group; none where this run has none of them."""

    group: Group
    shown: bool
    lines: tuple[Line, ...]


def parts(write: Write, shown: Shown, words: Catalogue) -> tuple[Part, ...]:
    """Return every group with its values.

    A value belongs to a group if showing that group or hiding it makes a difference to it: what
    is told is what is written, whatever rule wrote it.
    """
    as_wished = dict(_leaves(write(shown), words))
    return tuple(
        Part(
            group, group in shown, _lines(as_wished, dict(_leaves(write(shown ^ {group}), words)))
        )
        for group in Group
    )


_Place = tuple[str, ...]
_Leaf = tuple[_Place, tuple[str, str]]


def _lines(
    wished: Mapping[_Place, tuple[str, str]], other: Mapping[_Place, tuple[str, str]]
) -> tuple[Line, ...]:
    changed = (Line(*leaf) for place, leaf in wished.items() if other.get(place) != leaf)
    return tuple(dict.fromkeys(changed))


def _leaves(document: Mapping[str, JSON], words: Catalogue) -> Iterator[_Leaf]:
    """Yield each value that may be private with its place; sentences are made of the same ones."""
    for name in ("municipality", "state", "entity", "agreement", "contact"):
        if value := reading.text(document, "place", name):
            yield ("place", name), (words.words("page", name), value)
    for check in reading.items(reading.field(document, "checks")):
        name = reading.text(check, "name")
        title = words.title(name)
        if crash := reading.text(check, "crash"):
            yield (name, "crash"), (title, crash)
        for number, finding in enumerate(reading.items(reading.field(check, "findings"))):
            evidence = reading.field(finding, "evidence")
            for fact, found in (evidence if isinstance(evidence, Mapping) else {}).items():
                yield (name, str(number), fact), (title, reading.shown(found))
