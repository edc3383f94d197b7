"""CPF and CNPJ are found in every spelling; other digits are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a3check.report.numbers import is_cnpj, is_cpf, without_numbers


@pytest.mark.parametrize(
    "spelling",
    [
        "52998224725",
        "529.982.247-25",
        "529982247-25",
        "529 982 247 25",
        "529.982.247.25",
        "529 - 982 - 247 - 25",
        "529.982.247\u201325",
        "529\u00b7982\u00b7247\u00b725",
    ],
)
def test_a_cpf_in_any_spelling_keeps_its_middle(spelling: str) -> None:
    assert without_numbers(spelling) == "***.982.247-**"
    assert without_numbers(f"JOANA:{spelling},") == "JOANA:***.982.247-**,"
    assert without_numbers(f"a{spelling}b") == "a***.982.247-**b"


def test_the_official_punctuation_is_masked_whatever_the_check_digits() -> None:
    assert without_numbers("CPF 123.456.789-00.") == "CPF ***.456.789-**."
    assert without_numbers("11.222.333/0001-00") == "**.222.333/0001-**"
    assert without_numbers("111.111.111-11") == "***.111.111-**"


@pytest.mark.parametrize(
    "spelling", ["11.222.333/0001-81", "11222333000181", "11 222 333 0001 81"]
)
def test_a_cnpj_in_any_spelling(spelling: str) -> None:
    assert without_numbers(f"({spelling})") == "(**.222.333/0001-**)"


@pytest.mark.parametrize("spelling", ["12.ABC.345/01DE-35", "12ABC34501DE35"])
def test_a_cnpj_with_letters(spelling: str) -> None:
    assert is_cnpj(spelling)
    assert without_numbers(f"CNPJ {spelling}") == "CNPJ **.ABC.345/01DE-**"


def test_the_other_name_of_a_certificate_is_masked_whole() -> None:
    run = "01011980" + "52998224725" + "00000000000" + "000001234567"
    assert without_numbers(f"otherName={run} SSPAM") == "otherName=*** SSPAM"


def test_a_number_that_is_none_hides_no_later_one() -> None:
    assert without_numbers("111 529 982 247 25") == "111 ***.982.247-**"
    assert without_numbers("10 52998224725") == "10 ***.982.247-**"


@pytest.mark.parametrize(
    "harmless",
    [
        "",
        "12345678900",
        "11111111111",
        "00000000000",
        "00000000000000",
        "5299822472",
        "1234567890123",
        "geridinss.dataprev.gov.br:8443",
        "20261122T143107-7f3a",
        "3B9F958131FE9F00664653052300252998224725AF",
        "a529982247251b2c3d4e5f60718293a4b5c6d7e8f9",
        "#52998224725a",
        "192.168.100.200",
        "2026-11-22T14:31:07-04:00",
    ],
)
def test_what_is_no_number_stays(harmless: str) -> None:
    assert without_numbers(harmless) == harmless


@pytest.mark.parametrize("text", ["", "1", "529982247256", "52998224724", "52998224735", "x" * 11])
def test_what_is_no_cpf(text: str) -> None:
    assert not is_cpf(text)


@pytest.mark.parametrize("text", ["", "1122233300018", "11222333000182", "11222333000191"])
def test_what_is_no_cnpj(text: str) -> None:
    assert not is_cnpj(text)


@given(st.integers(0, 999_999_999))
def test_every_cpf_is_recognised(base: int) -> None:
    nine = f"{base:09}"
    candidates = [f"{nine}{check:02}" for check in range(100)]
    valid = [c for c in candidates if is_cpf(c)]
    assert len(valid) == (0 if len(set(nine)) == 1 else 1)
    for cpf in valid:
        assert cpf not in without_numbers(f"titular {cpf} fim")


@given(st.text(alphabet="0123456789.-/ ABx", max_size=60))
def test_masking_numbers_settles(text: str) -> None:
    """One pass may join what stood apart; the second pass of a masker settles it."""
    for _ in range(len(text) + 1):
        masked = without_numbers(text)
        if masked == text:
            break
        text = masked
    assert without_numbers(text) == text
