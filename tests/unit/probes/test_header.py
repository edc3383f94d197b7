"""Headers of libraries, made by hand: what may be loaded here, and why not."""

import struct

import pytest

from a3check.core.cryptoki import HeaderFault
from a3check.probes.header import Target, examine, target

ELF, PE, MACH = Target("elf", "x86 64"), Target("pe", "x86 64"), Target("macho", "ARM 64")
NO_LIBRARY = HeaderFault(library=False)
SIZE = 4096


def elf(
    machine: int = 62, *, kind: int = 3, bits: int = 64, order: str = "<", end: int = SIZE
) -> bytes:
    identity = bytes([0x7F, *b"ELF", bits // 32, 1 if order == "<" else 2, 1]).ljust(16, b"\0")
    wide = bits == 64
    body = order + ("HHIQQQIHHHHHH" if wide else "HHIIIIIHHHHHH")
    at = 64 if wide else 52
    header = struct.pack(body, kind, machine, 1, 0, at, 0, 0, at, 56 if wide else 32, 2, 0, 0, 0)
    if wide:
        note = struct.pack(f"{order}IIQQQQQQ", 4, 0, 9**9, 0, 0, 9**9, 0, 0)
        load = struct.pack(f"{order}IIQQQQQQ", 1, 5, 0, 0, 0, end, end, 4096)
    else:
        note = struct.pack(f"{order}IIIIIIII", 4, 9**9, 0, 0, 9**9, 0, 0, 0)
        load = struct.pack(f"{order}IIIIIIII", 1, 0, 0, 0, end, end, 5, 4096)
    return identity + header + note + load


def pe(
    machine: int = 0x8664, *, flags: int = 0x2002, magic: int = 0x20B, end: int = SIZE
) -> bytes:
    dos = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40)
    file = struct.pack("<4sHHIIIHH", b"PE\0\0", machine, 2, 0, 0, 0, 16, flags)
    optional = struct.pack("<H", magic).ljust(16, b"\0")
    bss = struct.pack("<8sIIII", b".bss", 9, 9, 0, 9**9).ljust(40, b"\0")
    text = struct.pack("<8sIIII", b".text", 9, 9, end - 512, 512).ljust(40, b"\0")
    return dos + file + optional + bss + text


def macho(cpu: int = 0x0100000C, *, kind: int = 6, order: str = "<") -> bytes:
    return struct.pack(f"{order}IIIIIIII", 0xFEEDFACF, cpu, 0, kind, 0, 0, 0, 0)


def fat(*cpus: int, end: int = SIZE) -> bytes:
    entries = b"".join(struct.pack(">IIIII", cpu, 0, 100, end - 100, 0) for cpu in cpus)
    return struct.pack(">II", 0xCAFEBABE, len(cpus)) + entries


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (elf(), ELF),
        (elf(183), Target("elf", "ARM 64")),
        (elf(3, bits=32), Target("elf", "x86 32")),
        (elf(21, order=">"), Target("elf", "PowerPC 64")),
        (pe(), PE),
        (pe(0x14C, magic=0x10B), Target("pe", "x86 32")),
        (macho(), MACH),
        (macho(order=">"), MACH),
        (fat(0x01000007, 0x0100000C), MACH),
        (macho(0x01000007, kind=8), Target("macho", "x86 64")),
    ],
)
def test_a_library_for_this_machine_may_be_loaded(head: bytes, wanted: Target) -> None:
    assert examine(head, SIZE, wanted) is None


@pytest.mark.parametrize(
    ("head", "wanted", "found"),
    [
        (elf(3, bits=32), ELF, "x86 32"),
        (elf(183), ELF, "ARM 64"),
        (elf(0xABCD), ELF, "0xABCD 64"),
        (pe(0x14C, magic=0x10B), PE, "x86 32"),
        (pe(0xAA64), PE, "ARM 64"),
        (fat(7, 0x01000007), MACH, "x86 32, x86 64"),
    ],
)
def test_a_library_for_another_machine_is_named(head: bytes, wanted: Target, found: str) -> None:
    assert examine(head, SIZE, wanted) == HeaderFault(
        library=True, found=found, wanted=wanted.machine
    )


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (b"", ELF),
        (b"", PE),
        (b"", MACH),
        (b"#!/bin/sh\n".ljust(SIZE), ELF),
        (b"\x7fELF", ELF),
        (b"\x7fELF\x09\x01".ljust(SIZE), ELF),
        (b"\x7fELF\x02\x09".ljust(SIZE), ELF),
        (elf(kind=2), ELF),
        (elf(end=SIZE + 1), ELF),
        (elf(3, bits=32, end=SIZE + 1), Target("elf", "x86 32")),
        (elf()[:70], ELF),
        (pe(), ELF),
        (elf(), PE),
        (pe(flags=2), PE),
        (pe(magic=0x107), PE),
        (pe(end=SIZE + 1), PE),
        (pe().replace(b"PE\0\0", b"LE\0\0"), PE),
        (macho(kind=2), MACH),
        (fat(0x0100000C, end=SIZE + 1), MACH),
        (b"\xff" * SIZE, MACH),
    ],
)
def test_what_is_no_library_or_is_cut_is_told(head: bytes, wanted: Target) -> None:
    assert examine(head, len(head) if len(head) < 100 else SIZE, wanted) == NO_LIBRARY


def test_a_table_behind_what_was_read_is_not_judged() -> None:
    head = elf()[:70]
    assert examine(head, SIZE, ELF) is None


def test_an_elf_without_segments_is_no_library() -> None:
    head = bytearray(elf())
    struct.pack_into("<H", head, 56, 0)
    assert examine(bytes(head), SIZE, ELF) == NO_LIBRARY


@pytest.mark.parametrize(
    ("platform", "machine", "bits", "wanted"),
    [
        ("linux", "x86_64", 64, ELF),
        ("linux", "aarch64", 64, Target("elf", "ARM 64")),
        ("linux", "i686", 32, Target("elf", "x86 32")),
        ("linux", "riscv64", 64, Target("elf", "RISC-V 64")),
        ("win32", "AMD64", 64, PE),
        ("win32", "AMD64", 32, Target("pe", "x86 32")),
        ("darwin", "arm64", 64, MACH),
    ],
)
def test_this_process_is_named(platform: str, machine: str, bits: int, wanted: Target) -> None:
    assert target(platform, machine, bits) == wanted
