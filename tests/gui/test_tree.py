"""Does a screen reader find a role, a name and a state for everything that can be acted on?"""

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from tests.gui.shots import SCRIPTS, USUAL, windows
from tests.gui.tree import PRESSED, Node, tree

from a3check.ui.style import LIGHT

SPOKEN_ONLY = frozenset({QAccessible.Role.ProgressBar})


@pytest.mark.parametrize("name", SCRIPTS)
def test_everything_that_can_be_acted_on_has_role_name_and_state(
    dressed: QApplication, name: str
) -> None:
    for _, window in windows(LIGHT, USUAL, frozenset({name})):
        nodes = tree(window)
        acted = [node for node in nodes if node.role in PRESSED]
        assert acted
        for node in acted:
            assert node.name.strip(), node
            assert not set("&<>") & set(node.name), node
            assert "focusable" in node.states or node.role in SPOKEN_ONLY, node
        assert [node for node in nodes if "focused" in node.states]
        _check_lists(nodes)


def _check_lists(nodes: tuple[Node, ...]) -> None:
    """Every line of a list, and every bar to scroll with, has its name."""
    named = {QAccessible.Role.ListItem, QAccessible.Role.ScrollBar}
    assert not [node for node in nodes if node.role in named and not node.name]


def test_the_field_of_the_pin_says_nothing_of_it(dressed: QApplication) -> None:
    for _, window in windows(LIGHT, USUAL, frozenset({"senha"})):
        (field,) = [n for n in tree(window) if n.role is QAccessible.Role.EditableText]
        assert "passwordEdit" in field.states
        assert not set("0123456789") & set(field.value)
        assert "token perde uma tentativa" in field.description


def test_a_step_is_heard_with_its_place_its_state_and_what_was_found(
    dressed: QApplication,
) -> None:
    for _, window in windows(LIGHT, USUAL, frozenset({"sem-cartao"})):
        heard = [n.name for n in tree(window) if n.role is QAccessible.Role.ListItem]
        assert heard[1].startswith("Etapa 2 de 8, Leitora e token: falhou. Não há cartão")
        assert heard[7].startswith("Etapa 8 de 8, Resultado: falhou.")
