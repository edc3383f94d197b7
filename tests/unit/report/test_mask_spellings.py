"""A name or a serial number that is known is found however others spell it."""

import pytest

from a3check.core.model import Evidence
from a3check.report.mask import Masker


def private(value: str, name: str = "holder") -> Evidence:
    return Evidence(name, value, private=True)


@pytest.mark.parametrize(
    "text", ["0x0123abcdef", "123ABCDEF", "000123abcdef", "0x00:01:23:ab:cd:ef"]
)
@pytest.mark.parametrize("serial", ["0123ABCDEF", "00000123abcdef", "0x123ABCDEF"])
def test_a_known_serial_number_is_found_with_other_zeros(serial: str, text: str) -> None:
    masker = Masker().knowing([Evidence("token_serial", serial, private=True)])
    assert masker.text(f"token {text}!") == "token ***!"


def test_a_serial_number_of_little_but_zeros_is_found_as_it_is() -> None:
    masker = Masker().knowing([Evidence("token_serial", "00000007", private=True)])
    assert masker.text("7, 0x7 e 0000 0007") == "7, 0x7 e ***"


@pytest.mark.parametrize(
    "value",
    [
        "ZULMIRA D'ÁVILA P. LIMA-QUARTZ",
        "ZULMIRA D'ÁVILA P. LIMA-QUARTZ:52998224725",
        "ZULMIRA D'ÁVILA P. LIMA-QUARTZ (AC Inventada, 01/02/2027)",
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "Zulmira D\u2019Avila P. Lima-Quartz",
        "zulmira davila",
        "Lima Quartz, Zulmira",
        "LIMA-QUARTZ DE ZULMIRA",
        "ZULMIRA%20LIMA-QUARTZ",
        "Zul\u00admira\u200b D'Á\u200bvila",
    ],
)
def test_a_part_of_a_known_name_is_found(value: str, text: str) -> None:
    masker = Masker().knowing([private(value), private("Token", "token_label")])
    shown = masker.text(f"Olá, {text}! AC Inventada")
    assert shown == "Olá, Z*** D*** P*** L***! AC Inventada"
    assert masker.text("Rua Zulmira, AC Lima") == "Rua Zulmira, AC Lima", "one word tells nobody"
