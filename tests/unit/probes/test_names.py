"""The names of a module's codes, and texts that no one padded as they should."""

import pytest

from a3check.probes.names import code_name, legible, mechanism_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0, "CKR_OK"),
        (0xA0, "CKR_PIN_INCORRECT"),
        (0x80000001, "CKR_VENDOR_0x80000001"),
        (-0x7FFFFFFF, "CKR_VENDOR_0x80000001"),  # Windows: a signed long
        (0xFFF, "CKR_0x00000FFF"),
    ],
)
def test_codes(code: int, name: str) -> None:
    assert code_name(code) == name


def test_mechanisms() -> None:
    assert mechanism_name(1) == "CKM_RSA_PKCS"
    assert mechanism_name(0x7FFFFFFF) == "CKM_0x7FFFFFFF"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Token A3            ", "Token A3"),
        (b"Jos\xc3\xa9", "José"),
        (b"Jos\xe9", "José"),
        ("Jos\udce9", "José"),
        (b"label\0\xff\xferest of what was there", "label"),
        (b"\xff" * 32, ""),
        (b"\0" * 32, ""),
        (b"\x1b[31mred\r\n", "[31mred"),
        ("", ""),
    ],
)
def test_texts(raw: str | bytes, text: str) -> None:
    assert legible(raw) == text
