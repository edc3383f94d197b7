"""What changed on this computer between two runs, in one plain sentence?"""

from collections.abc import Sequence
from dataclasses import dataclass

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.report import reading
from a3check.report.facts import NAMES, facts

MOST_SAID = 4
"""Differences that one sentence names; the rest is counted."""
_HOUR, _DAY = 60, 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that both runs learned, and that differs; ``name`` is one of ``facts.NAMES``."""

    name: str
    before: str
    after: str


def changes(before: JSON, after: JSON) -> tuple[Change, ...]:
    """Compare two reports; what only one of them knows is no difference."""
    old, new = facts(before), facts(after)
    found = {
        name: Change(name, old[name], new[name])
        for name in NAMES
        if name in old and name in new and old[name].casefold() != new[name].casefold()
    }
    if "driver" in found and "driver_version" in found:
        version = found.pop("driver_version")
        driver = found["driver"]
        before, after = f"{driver.before} {version.before}", f"{driver.after} {version.after}"
        found["driver"] = Change("driver", before, after)
    if "token_model" in found:
        found.pop("token", None)
    return tuple(found.values())


def since(before: JSON, after: JSON, words: Catalogue) -> str:
    """Say in a sentence what changed since the first of two runs."""
    date = reading.started(before)[0]
    found = changes(before, after)
    if not found:
        return words.words("history", "same", date=date)
    return words.words("history", "since", date=date, changes=_listed(found, words))


def told(change: Change, words: Catalogue) -> str:
    """Say one difference in a few words, as part of a sentence."""
    if change.name == "clock":
        return _drift(int(change.after) - int(change.before), words)
    before = _value(change.name, change.before, words)
    after = _value(change.name, change.after, words)
    return words.words("history", change.name, before=before, after=after)


def _listed(found: Sequence[Change], words: Catalogue) -> str:
    said = [told(change, words) for change in found[:MOST_SAID]]
    more = len(found) - MOST_SAID
    if more > 0:
        said.append(words.words("history", "more" if more > 1 else "one_more", count=more))
    return ", ".join(said)


def _drift(minutes: int, words: Catalogue) -> str:
    """Say how far the clock went, in minutes, hours or days, with its sign."""
    sign = words.words("history", "behind" if minutes < 0 else "ahead")
    units = (("days", _DAY), ("hours", _HOUR), ("minutes", 1))
    unit, length = next(u for u in units if abs(minutes) >= 2 * u[1] or u[1] == 1)
    drift = words.words("history", f"clock_{unit}", count=round(abs(minutes) / length))
    return words.words("history", "clock", drift=f"{sign}{drift}")


def _value(name: str, value: str, words: Catalogue) -> str:
    match name:
        case "session":
            return words.words("ticket", f"session_{value}")
        case "proxy" if value == "direct":
            return words.words("history", "no_proxy")
        case "ca_bundle":
            return "/".join(reversed(value.split("-")))
        case "not_after":
            return value.partition(" ")[0]
        case _:
            return value
