"""What is remembered, read back from whatever stands in the file."""

import json

import pytest

from a3check.core.ports import JSON
from a3check.core.settings import Place, Settings, document_of, settings_of
from a3check.core.wishes import Form

PLACE = Place(
    "Cidade Inventada", "AM", "Prefeitura Inventada", "ACT 12/2024", "a@inventada.test", "92 1234"
)
FILLED = Settings(PLACE, Form.TOKEN, "/etc/a3check/outro  perfil.toml")


@pytest.mark.parametrize("settings", [FILLED, Settings()])
def test_what_was_written_is_read_back(settings: Settings) -> None:
    assert settings_of(json.loads(json.dumps(document_of(settings)))) == settings


@pytest.mark.parametrize("document", [None, [], "place", 3, {}, {"place": [], "form": {}}])
def test_whatever_else_stands_there_is_nothing(document: JSON) -> None:
    assert settings_of(document) == Settings()


def test_one_value_that_does_not_serve_takes_no_other_with_it() -> None:
    document: JSON = {
        "place": {"municipality": 3, "state": "AM", "mayor": "Inventado"},
        "form": "boat",
        "profile": "a\nb",
        "later": True,
    }
    assert settings_of(document) == Settings(Place(state="AM"))


def test_a_text_is_one_line_of_plain_characters() -> None:
    place = Place(entity="  Prefeitura\n\x1b[31mInventada\ud800 ")
    written = document_of(Settings(place))["place"]
    assert isinstance(written, dict)
    assert written["entity"] == "Prefeitura [31mInventada"
    assert settings_of({"place": {"entity": place.entity}}).place.entity == written["entity"]


@pytest.mark.parametrize(
    ("place", "contact"),
    [
        (Place(), ""),
        (Place(email="a@b.test"), "a@b.test"),
        (Place(phone="92 1234"), "92 1234"),
        (Place(email="a@b.test", phone="92 1234"), "a@b.test, 92 1234"),
    ],
)
def test_the_contact_is_what_was_filled_in(place: Place, contact: str) -> None:
    assert place.contact == contact
