"""Invented CPF and CNPJ numbers with right check digits."""

from __future__ import annotations

from typing import Final

_CPF_WEIGHTS: Final = (range(10, 1, -1), range(11, 1, -1))
_CNPJ_WEIGHTS: Final = (
    (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2),
    (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2),
)


def cpf(stem: str) -> str:
    """Complete the nine digits of `stem` with the two check digits of a CPF."""
    return _with_check_digits(stem, _CPF_WEIGHTS)


def cnpj(stem: str) -> str:
    """Complete the twelve digits of `stem` with the two check digits of a CNPJ."""
    return _with_check_digits(stem, _CNPJ_WEIGHTS)


def _with_check_digits(
    stem: str, weights: tuple[range, range] | tuple[tuple[int, ...], tuple[int, ...]]
) -> str:
    digits = stem
    for row in weights:
        rest = sum(int(digit) * weight for digit, weight in zip(digits, row, strict=True)) % 11
        digits += str(0 if rest < 2 else 11 - rest)
    return digits
