"""What can be opened, or copied, beside a step of what to do?"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from a3check.core import tables
from a3check.core.catalogue import Catalogue
from a3check.ui.state import Action

SCHEMES = ("https://", "ms-settings:", "console:", "here:")
"""What a target may begin with: see ``ui.outside``; ``here`` is something the window does."""
HERE = "here:"
TICKET, AUTHORITIES, PRINT = "here:ticket", "here:authorities", "here:print"


class Offered(NamedTuple):
    """One row of ``resources/actions.toml``."""

    key: str
    says: tuple[str, ...]
    targets: dict[str, str]
    named: dict[str, str]
    within: str = "step"
    copied: str = ""

    def target(self, system: str, step: str, issuer: str) -> str:
        """Return what it opens on a system, for a step and a certificate's issuer, if anything."""
        text = (issuer if self.within == "issuer" else step).casefold()
        sites = (site for word, site in self.named.items() if word in text)
        return next(sites, "") or self.targets.get(system, self.targets.get("any", ""))


@cache
def offered() -> tuple[Offered, ...]:
    """Load the actions; a target of another kind than :data:`SCHEMES` is a defect and raises."""
    table = tables.load("actions.toml")
    return tuple(_offered(row) for row in table["action"])


def actions(steps: tuple[str, ...], words: Catalogue, issuer: str = "") -> tuple[Action, ...]:
    """Return the buttons for these steps in their order; each thing is offered once.

    ``issuer`` is the certificate's: it only picks among the targets that we know.
    """
    found: dict[str, Action] = {}
    for number, step in enumerate(steps):
        for action in _of_step(number, step, words, issuer):
            found.setdefault(action.url or action.copied, action)
    return tuple(found.values())


def _of_step(number: int, step: str, words: Catalogue, issuer: str) -> Iterator[Action]:
    for row in offered():
        if not any(text in step for text in row.says):
            continue
        label = words.words("actions", row.key)
        if row.copied:
            for copied in re.findall(row.copied, step):
                yield Action(number, label, copied=copied, hint=copied)
        elif target := row.target(words.system, step, issuer):
            yield Action(number, label, url=target, hint=_hint(row.key, target, words))


def _hint(key: str, target: str, words: Catalogue) -> str:
    return words.words("actions", f"{key}_hint") if target.startswith(HERE) else target


def _offered(row: dict[str, Any]) -> Offered:
    targets = {str(name): str(row[name]) for name in ("any", "windows", "linux") if name in row}
    named = row.get("named", {})
    for target in (*targets.values(), *named.values()):
        if not target.startswith(SCHEMES):
            raise ValueError(target)
    says, within = tuple(row["says"]), row.get("within", "step")
    return Offered(row["key"], says, targets, named, within, row.get("copy", ""))
