"""The tree that a screen reader walks: role, name and state of everything that a page shows.

``python -m tests.gui.tree [SCENE…]`` prints it.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QWidget

STATES = ("focusable", "focused", "disabled", "checkable", "checked", "readOnly", "passwordEdit")
PRESSED = frozenset(
    {
        QAccessible.Role.PushButton,
        QAccessible.Role.RadioButton,
        QAccessible.Role.CheckBox,
        QAccessible.Role.EditableText,
        QAccessible.Role.List,
        QAccessible.Role.ComboBox,
        QAccessible.Role.ProgressBar,
    }
)
"""Roles that a person acts on, or whose value changes."""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing in the tree."""

    depth: int
    role: QAccessible.Role
    name: str
    description: str
    value: str
    states: tuple[str, ...]

    def __str__(self) -> str:
        """Write it as a line of the printed tree."""
        said = f'{"  " * self.depth}{self.role.name} "{self.name}"'
        return said + (f" [{', '.join(self.states)}]" if self.states else "")


def tree(window: QWidget) -> tuple[Node, ...]:
    """Return what is visible, depth first."""
    return tuple(_walk(QAccessible.queryAccessibleInterface(window), 0))


def _walk(found: QAccessibleInterface, depth: int) -> Iterator[Node]:
    if found.state().invisible:
        return
    state, text = found.state(), QAccessible.Text
    yield Node(
        depth,
        found.role(),
        found.text(text.Name),
        found.text(text.Description),
        found.text(text.Value),
        tuple(name for name in STATES if getattr(state, name)),
    )
    for number in range(found.childCount()):
        child = found.child(number)
        if child.isValid():
            yield from _walk(child, depth + 1)


def main(names: list[str]) -> int:
    """Print the trees of scenes, or of all."""
    from tests.gui.shots import USUAL, windows  # noqa: PLC0415 - only here

    from a3check.ui.application import ARGUMENTS, dress, translate  # noqa: PLC0415 - only here
    from a3check.ui.style import LIGHT  # noqa: PLC0415 - only here

    application = QApplication([*ARGUMENTS])
    translate(application)
    dress(application)
    for name, window in windows(LIGHT, USUAL, frozenset(names)):
        sys.stdout.write(f"== {name}\n" + "".join(f"{node}\n" for node in tree(window)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
