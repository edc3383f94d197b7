"""What is doubted in the place's form, and what is not: pure."""

import pytest

from a3check.core.settings import Place
from a3check.ui.place_doubts import STATES, doubts

GOOD = Place(
    "Manaus", "am", "Prefeitura", "ACT 12/2024", "ana@prefeitura.gov.br", "(92) 3234-5678"
)


def test_nothing_that_is_empty_or_usual_is_doubted() -> None:
    assert doubts(Place()) == {}
    assert doubts(GOOD) == {}
    assert len(STATES) == 27


@pytest.mark.parametrize(
    ("place", "field"),
    [
        (Place(state="XX"), "state"),
        (Place(email="ana.prefeitura.gov.br"), "email"),
        (Place(email="ana@prefeitura"), "email"),
        (Place(email="ana@prefeitura..br"), "email"),
        (Place(phone="3234-5678"), "phone"),
        (Place(phone="+55 92 99234-5678 1"), "phone"),
        (Place(agreement="sem"), "agreement"),
    ],
)
def test_a_slip_is_doubted_by_its_own_sentence(place: Place, field: str) -> None:
    assert doubts(place) == {field: f"{field}_doubt"}


@pytest.mark.parametrize("phone", ["9299234-5678", "0800 135 1350"])
def test_mobile_and_free_numbers_are_not_doubted(phone: str) -> None:
    assert doubts(Place(phone=phone)) == {}
