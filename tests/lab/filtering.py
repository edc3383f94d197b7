"""A PKCS#11 module in C that stands before a real one and changes some of what it says."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.lab.softhsm import MODULE

if TYPE_CHECKING:
    from collections.abc import Iterable

RSA_PKCS: Final = 0x0001
RSA_X_509: Final = 0x0003
RSA_PKCS_PSS: Final = 0x000D
SHA_RSA_PKCS: Final = (0x0006, 0x0040, 0x0041, 0x0042)
SHA_RSA_PKCS_PSS: Final = (0x000E, 0x0043, 0x0044, 0x0045)
ALL_PSS: Final = (RSA_X_509, RSA_PKCS_PSS, *SHA_RSA_PKCS_PSS)
"""Without these a token cannot make an RSA-PSS signature at all (CKM_*, PKCS#11 v2.40 A)."""
ALL_RSA: Final = (*ALL_PSS, RSA_PKCS, *SHA_RSA_PKCS)
RAW_ONLY: Final = (RSA_PKCS, RSA_PKCS_PSS, *SHA_RSA_PKCS, *SHA_RSA_PKCS_PSS)
"""Without these it has raw RSA alone: the padding is the caller's."""

PIN_FLAGS: Final = 0x000F_0000
"""CKF_USER_PIN_COUNT_LOW, FINAL_TRY, LOCKED, TO_BE_CHANGED."""

DEVICE_REMOVED: Final = 0x32
DEVICE_ERROR: Final = 0x30
PIN_EXPIRED: Final = 0xA3
PIN_LOCKED: Final = 0xA4

_SOURCE: Final = Path(__file__).with_suffix(".c")
_COMPILE_SECONDS: Final = 60.0


def hide(mechanisms: Iterable[int]) -> tuple[str, ...]:
    """Say that the token has none of these mechanisms, and refuse them."""
    return tuple(f"hide {mechanism:x}" for mechanism in mechanisms)


def answer(call: str, ckr: int, *, after: int = 0) -> str:
    """Let C_Login or C_Sign answer `ckr` once it has been carried out `after` times."""
    return f"answer {call} {ckr:x} {after}"


def flags(clear: int = 0, set_to: int = 0) -> str:
    """Change the flags of every CK_TOKEN_INFO."""
    return f"flags {clear:x} {set_to:x}"


def limits(minimum: int, maximum: int) -> str:
    """Change the PIN's limits in every CK_TOKEN_INFO."""
    return f"limits {minimum} {maximum}"


def pace(seconds: float) -> str:
    """Let each C_Sign take so many seconds longer, as a card's processor does."""
    return f"pace {round(seconds * 1000)}"


def names(label: str) -> str:
    """Give the token another label, serial number and no maker: as another maker's module may."""
    return f"names {label}"


EMPTY: Final = "empty"
"""No slot has a token."""
REFUSES: Final = "refuses"
"""C_Initialize fails: CKR_GENERAL_ERROR."""


def build(folder: Path, *rules: str, behind: Path = MODULE, name: str = "filter") -> Path:
    """Put a module that obeys `rules` before `behind` into `folder` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    module = folder.resolve() / f"{name}.so"
    strict = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]
    command = ["gcc", *strict, "-Wno-cast-function-type", "-o", str(module), str(_SOURCE), "-ldl"]
    subprocess.run(command, check=True, timeout=_COMPILE_SECONDS)
    lines = (f"behind {behind}", *rules)
    Path(f"{module}.rules").write_text("".join(f"{line}\n" for line in lines))
    return module
