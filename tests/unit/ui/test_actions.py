"""What is offered beside a step: only known targets, each at a step that exists."""

import re
import tomllib

import pytest

from a3check.core.catalogue import Catalogue
from a3check.core.register import register
from a3check.ui import actions as module
from a3check.ui.actions import AUTHORITIES, PRINT, SCHEMES, TICKET, actions, offered
from a3check.ui.outside import CONSOLES
from a3check.ui.state import Action

SYSTEMS = ("windows", "linux")
WORDS = {system: Catalogue(system) for system in SYSTEMS}
STEPS = {
    system: [s for code in register().codes for s in words.template(code).steps]
    for system, words in WORDS.items()
}


@pytest.mark.parametrize("row", offered(), ids=lambda row: row.key)
def test_every_action_has_its_step_its_label_and_a_known_target(row: module.Offered) -> None:
    assert WORDS["linux"].words("actions", row.key)
    for said in row.says:
        assert any(said in step for steps in STEPS.values() for step in steps), said
    for target in (*row.targets.values(), *row.named.values()):
        assert target.startswith(SCHEMES)
        scheme, _, name = target.partition(":")
        assert scheme != "console" or name in CONSOLES
        assert scheme != "here" or target in {TICKET, AUTHORITIES, PRINT}
        assert scheme != "here" or WORDS["linux"].words("actions", f"{row.key}_hint")
        assert not {"windows", "linux"} <= row.targets.keys() or "any" not in row.targets
    assert row.targets or row.named or row.copied


def test_windows_own_places_are_not_offered_on_linux() -> None:
    step = ("Abra “Configurações”, depois “Hora e idioma” e “Data e hora”.",)
    assert actions(step, WORDS["linux"]) == ()
    assert actions(step, WORDS["windows"]) == (
        Action(
            0,
            "Abrir data e hora",
            url="ms-settings:dateandtime",
            hint="ms-settings:dateandtime",
        ),
    )


def test_commands_are_copied_each_by_itself() -> None:
    step = (
        "Execute “sudo apt install libccid” no Debian, ou “sudo dnf install pcsc-lite-ccid” aqui.",
    )
    copied = [action.copied for action in actions(step, WORDS["linux"])]
    assert copied == ["sudo apt install libccid", "sudo dnf install pcsc-lite-ccid"]


def test_nothing_that_a_shell_would_understand_otherwise_is_copied() -> None:
    for odd in ("sudo x; rm y", "sudo $(x)", "sudo x | y", "sudo `x`", "sudo x > y"):
        assert actions((f"Execute “{odd}”.",), WORDS["linux"]) == ()


def test_the_issuer_only_picks_among_known_sites() -> None:
    step = ("Ligue para o suporte do fornecedor do certificado.",)
    (found,) = actions(step, WORDS["linux"], "AC Certisign RFB G5")
    assert found.url == "https://www.certisign.com.br/"
    assert actions(step, WORDS["linux"], "AC https://mau.test/ Inventada") == ()
    assert actions(step, WORDS["linux"]) == ()


def test_the_makers_site_is_that_of_the_driver_that_is_named() -> None:
    step = "Escolha o driver indicado para este token: {}."
    named = step.format("SafeNet Authentication Client (eToken 5100)")
    (found,) = actions((named,), WORDS["windows"], "AC Certisign")
    assert (found.label, found.url) == (
        "Abrir o site do fabricante",
        "https://cpl.thalesgroup.com/",
    )
    assert actions((step.format("Outro https://mau.test/"),), WORDS["windows"]) == ()


def test_each_thing_is_offered_once_at_its_first_step() -> None:
    steps = ("Espere.", "Abra services.msc.", "Abra services.msc outra vez.")
    assert [(a.step, a.url) for a in actions(steps, WORDS["windows"])] == [
        (1, "console:services.msc")
    ]


def test_another_kind_of_target_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"key": "x", "says": ["x"], "any": "file:///bin/sh"}
    monkeypatch.setattr("a3check.core.tables.load", lambda _name: {"action": [row]})
    with pytest.raises(ValueError, match="file:///bin/sh"):
        module.offered.__wrapped__()


def test_every_row_has_its_source() -> None:
    from a3check.core.resources import resource  # noqa: PLC0415 - the real one, in this test

    table = tomllib.loads(resource("actions.toml").read_text("utf-8"))
    assert all(row["source"] for row in table["action"])
    assert not [row for row in table["action"] if re.search(r"\s$", row["source"])]
