"""May a file be loaded as a library here, as its ELF, PE or Mach-O header tells?

Sources: System V ABI (ELF, chapters 4 and 5); Microsoft, "PE Format"; Apple, ``mach-o/loader.h``
and ``mach-o/fat.h``. Pure: bytes in, fault out.
"""

import platform
import struct
import sysconfig
from dataclasses import dataclass

from a3check.core.cryptoki import HeaderFault

HEAD = 64 * 1024
"""Bytes from a file's start that are enough; tables that lie behind are not judged."""

_ELF_MACHINES = {
    3: "x86",
    62: "x86",
    40: "ARM",
    183: "ARM",
    243: "RISC-V",
    21: "PowerPC",
    8: "MIPS",
}
_PE_MACHINES = {0x014C: "x86", 0x8664: "x86", 0x01C4: "ARM", 0xAA64: "ARM"}
_MACH_MACHINES = {7: "x86", 12: "ARM"}
_MACH_64 = 0x0100_0000
_MACH_LIBRARIES = {6, 8}  # MH_DYLIB, MH_BUNDLE
_ET_DYN, _PT_LOAD = 3, 1
_PE_DLL = 0x2000
_MACH_FAT = 0xCAFEBABE
_MACH_THIN = {0xFEEDFACE, 0xFEEDFACF}
_MOST_TABLES = 4096


@dataclass(frozen=True, slots=True)
class Target:
    """What this process can load: ``elf``, ``pe`` or ``macho``, and for which machine."""

    format: str
    machine: str


def target(platform: str, machine: str, bits: int) -> Target:
    """Name this process's own: ``sys.platform``, ``platform.machine()``, bits of a pointer."""
    form = {"win32": "pe", "darwin": "macho"}.get(platform, "elf")
    known = machine.lower()
    names = {"arm": "ARM", "aarch": "ARM", "riscv": "RISC-V", "ppc": "PowerPC", "mips": "MIPS"}
    family = next((name for start, name in names.items() if known.startswith(start)), "x86")
    return Target(form, f"{family} {bits}")


def own_machine(system: str) -> str:
    """Name the processor that this process is for, which on Windows need not be the computer's.

    On one with an ARM processor x64 programs run, too, and ``platform.machine()`` may say ARM64.
    """
    built_for = sysconfig.get_platform().partition("-")[2]
    return built_for if system == "win32" else platform.machine()


def examine(head: bytes, size: int, wanted: Target) -> HeaderFault | None:
    """Tell why the file cannot be loaded, or nothing where its header is in order.

    ``head`` is its start (:data:`HEAD` bytes), ``size`` its size in bytes. Only what
    a loader maps is judged: a truncated one makes ``dlopen`` die of SIGBUS.
    """
    readers = {"elf": _elf, "pe": _pe, "macho": _macho}
    try:
        found = readers[wanted.format](head, size)
    except struct.error:
        # The header itself is cut, or it points behind what was read.
        return HeaderFault(library=False) if size <= len(head) else None
    if not found:
        return HeaderFault(library=False)
    if wanted.machine in found:
        return None
    return HeaderFault(library=True, found=", ".join(found), wanted=wanted.machine)


def _elf(head: bytes, size: int) -> tuple[str, ...]:
    if head[:4] != b"\x7fELF" or len(head) < 6 or head[4] not in {1, 2} or head[5] not in {1, 2}:  # noqa: PLR2004 - ELFCLASS, ELFDATA
        return ()
    wide, order = head[4] == 2, "<" if head[5] == 1 else ">"  # noqa: PLR2004 - ELFCLASS64
    kind, machine = struct.unpack_from(f"{order}HH", head, 16)
    (table,) = struct.unpack_from(order + ("Q" if wide else "I"), head, 32 if wide else 28)
    entry, count = struct.unpack_from(f"{order}HH", head, 54 if wide else 42)
    if kind != _ET_DYN or not count:
        return ()
    for index in range(min(count, _MOST_TABLES)):
        at = table + index * entry
        if wide:
            segment, _, start, _, _, length = struct.unpack_from(f"{order}IIQQQQ", head, at)
        else:
            segment, start, _, _, length = struct.unpack_from(f"{order}IIIII", head, at)
        if segment == _PT_LOAD and start + length > size:
            return ()
    return (_machine(_ELF_MACHINES, machine, wide=wide),)


def _pe(head: bytes, size: int) -> tuple[str, ...]:
    if head[:2] != b"MZ":
        return ()
    (at,) = struct.unpack_from("<I", head, 0x3C)
    signature, machine, sections = struct.unpack_from("<4sHH", head, at)
    optional, flags = struct.unpack_from("<HH", head, at + 20)
    (magic,) = struct.unpack_from("<H", head, at + 24)
    if signature != b"PE\0\0" or not flags & _PE_DLL or magic not in {0x10B, 0x20B}:
        return ()
    for index in range(sections):
        length, start = struct.unpack_from("<II", head, at + 24 + optional + index * 40 + 16)
        if length and start + length > size:
            return ()
    return (_machine(_PE_MACHINES, machine, wide=magic == 0x20B),)  # noqa: PLR2004 - PE32+


def _macho(head: bytes, size: int) -> tuple[str, ...]:
    magic, count = struct.unpack_from(">II", head, 0)
    if magic != _MACH_FAT:
        return _macho_thin(head)
    found = []
    for index in range(min(count, 16)):
        cpu, _, start, length = struct.unpack_from(">IIII", head, 8 + index * 20)
        if start + length > size:
            return ()
        found.append(_machine(_MACH_MACHINES, cpu & ~_MACH_64, wide=bool(cpu & _MACH_64)))
    return tuple(found)


def _macho_thin(head: bytes) -> tuple[str, ...]:
    for order in "<>":
        magic, cpu, _, kind = struct.unpack_from(f"{order}IIII", head, 0)
        if magic in _MACH_THIN and kind in _MACH_LIBRARIES:
            return (_machine(_MACH_MACHINES, cpu & ~_MACH_64, wide=bool(cpu & _MACH_64)),)
    return ()


def _machine(names: dict[int, str], number: int, *, wide: bool) -> str:
    return f"{names.get(number, f'0x{number:X}')} {64 if wide else 32}"
