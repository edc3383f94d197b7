"""What a library's own tables say, of libraries made by hand, whole and damaged."""

import struct

import pytest
from tests.unit.probes import pe

from a3check.core.cryptoki import FileVersion
from a3check.probes import image

TEXTS = {
    "CompanyName": "Fabricante Inventado Ltda.",
    "FileVersion": "4, 7, 0, 3",
    "ProductName": "Cartão Inventado",
}
MADE = FileVersion("4, 7, 0, 3", "Fabricante Inventado Ltda.", "Cartão Inventado")


@pytest.mark.parametrize("machine", [pe.AMD64, pe.I386])
def test_what_it_needs_in_its_own_order(machine: int) -> None:
    made = pe.library("KERNEL32.dll", "b.dll", "KERNEL32.dll", texts=TEXTS, machine=machine)
    assert image.needed(made) == ("KERNEL32.dll", "b.dll")
    assert image.version(made) == MADE


def test_a_library_that_needs_and_says_nothing() -> None:
    assert image.needed(pe.library()) == ()
    assert image.version(pe.library("a.dll")) == FileVersion()
    assert image.version(pe.library(texts={})) == FileVersion()
    assert not image.hybrid(pe.library())


def test_a_number_stands_where_no_text_does() -> None:
    assert image.version(pe.library(number=(10, 8, 2500, 0))) == FileVersion("10.8.2500.0")
    both = pe.library(texts={"FileVersion": "10.8 R6"}, number=(10, 8, 2500, 0))
    assert image.version(both).version == "10.8 R6"
    no_signature = pe.library(number=(1, 2, 3, 4)).replace(b"\xbd\x04\xef\xfe", b"\0\0\0\0")
    assert image.version(no_signature) == FileVersion()


def test_texts_are_bounded_and_legible() -> None:
    made = image.version(pe.library(texts={"CompanyName": "A\x1b\n\u202eB" + "x" * 300}))
    assert made.company.startswith("ABx")
    assert len(made.company) == 128


def test_an_open_end_and_a_child_of_no_length_end_the_reading() -> None:
    whole = pe.library(texts=TEXTS)
    at = whole.index("FileVersion".encode("utf-16-le")) - 6
    cut = whole[:at] + struct.pack("<H", 0) + whole[at + 2 :]
    assert image.version(cut) == FileVersion("", "Fabricante Inventado Ltda.")


def test_another_resource_alone_is_no_version() -> None:
    whole = bytearray(pe.library(texts=TEXTS))
    place = pe.PLACE + 24
    assert whole[place] == 16
    whole[place] = 14
    assert image.version(bytes(whole)) == FileVersion()


@pytest.mark.parametrize("size", [0, 2, 0x41, 0x60, 0x120, pe.PLACE, pe.PLACE + 30])
def test_what_is_cut_says_nothing(size: int) -> None:
    whole = pe.library("a.dll", texts=TEXTS)
    assert image.needed(whole[:size]) == ()
    assert image.version(whole[:size]) == FileVersion()
    assert not image.hybrid(whole[:size])


def test_damage_anywhere_ends_as_a_value() -> None:
    whole = pe.library("a.dll", "b.dll", texts=TEXTS, number=(1, 2, 3, 4), hybrid=7)
    for place in range(0, len(whole), 5):
        for value in (0, 0x7F, 0xFF):
            spoilt = whole[:place] + bytes([value]) + whole[place + 1 :]
            assert len(image.needed(spoilt)) <= 1024
            assert isinstance(image.version(spoilt), FileVersion)
            assert image.hybrid(spoilt) in {True, False}


def test_no_pe_and_fewer_tables() -> None:
    whole = bytearray(pe.library("a.dll"))
    assert image.needed(bytes(whole).replace(b"PE\0\0", b"NE\0\0")) == ()
    struct.pack_into("<I", whole, 0x40 + 24 + 108, 1)
    assert image.needed(bytes(whole)) == ()


def test_code_for_two_processors() -> None:
    assert image.hybrid(pe.library(machine=pe.ARM64, hybrid=0x180001000))
    small = bytearray(pe.library(machine=pe.ARM64, hybrid=5))
    struct.pack_into("<I", small, pe.PLACE, 192)
    assert not image.hybrid(bytes(small))
