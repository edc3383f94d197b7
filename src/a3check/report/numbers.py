"""Which characters of a text are somebody's CPF or CNPJ, and how are they masked?

A CPF keeps its six middle digits, as the federal transparency portal shows it;
a CNPJ loses its first two characters and its check digits. Found are: the
official punctuation whatever the digits, and any other spelling (bare, spaced,
other dashes) whose check digits are right. The CNPJ may hold letters since
July 2026 (Instrução Normativa RFB nº 2.229/2024).
"""

import re
from collections.abc import Callable, Iterator

MASK = "***"
"""What stands for anything of which nothing is shown."""

_GAP = r"[\s.,·/_\-\u2010-\u2015\u2212]{0,3}"
_CPF = re.compile(rf"(?<!\d)(\d{{3}}){_GAP}(\d{{3}}){_GAP}(\d{{3}}){_GAP}(\d{{2}})(?!\d)")
_CNPJ = re.compile(
    rf"(?<!\d)(\d{{2}}){_GAP}(\d{{3}}){_GAP}(\d{{3}}){_GAP}(\d{{4}}){_GAP}(\d{{2}})(?!\d)"
)
_CNPJ_LETTERS = re.compile(
    r"(?<![^\W_])([0-9A-Z]{2})\.?([0-9A-Z]{3})\.?([0-9A-Z]{3})/?([0-9A-Z]{4})-?(\d{2})(?![^\W_])"
)
_CPF_PRINTED = re.compile(r"\d{3}\.\d{3}\.\d{3}-\d{2}")
_CNPJ_PRINTED = re.compile(r"[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}")
_LONG_RUN = re.compile(r"(?<!\d)\d{12,}(?!\d)")
_FINGERPRINT = re.compile(
    r"(?<![^\W_])(?=[A-Fa-f]*[0-9]+[A-Fa-f]+[0-9])[0-9A-Fa-f]{16,}(?![^\W_])"
    r"|\#[0-9a-f]{12}(?![^\W_])"
)
"""Digits among hexadecimal letters (an ATR, a SHA-256, a pseudonym) are chance, no number."""

_CPF_LENGTH = 11
_CNPJ_LENGTH = 14


def without_numbers(text: str) -> str:
    """Return the text with every CPF and CNPJ masked; fingerprints are left alone."""
    return "".join(
        part if is_fingerprint else _scrubbed(part) for part, is_fingerprint in _parts(text)
    )


def is_cpf(text: str) -> bool:
    """Tell whether eleven digits, punctuation aside, carry right check digits."""
    digits = _digits(text)
    if len(digits) != _CPF_LENGTH or len(set(digits)) == 1:
        return False
    return all(_remainder(digits[:n], range(n + 1, 1, -1)) == digits[n] for n in (9, 10))


def is_cnpj(text: str) -> bool:
    """Tell whether fourteen characters, punctuation aside, carry right check digits."""
    values = [ord(c) - ord("0") for c in _plain(text)]
    if len(values) != _CNPJ_LENGTH or len(set(values)) == 1:
        return False
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    return all(_remainder(values[:n], weights[13 - n :]) == values[n] for n in (12, 13))


def _remainder(values: list[int], weights: range | tuple[int, ...]) -> int:
    """Return the check digit modulo 11 that both numbers use."""
    rest = sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest  # noqa: PLR2004 - the rule's own constant


def _scrubbed(text: str) -> str:
    text = _replaced(_CNPJ, text, _masked_cnpj)
    text = _replaced(_CNPJ_LETTERS, text, _masked_cnpj)
    text = _replaced(_CPF, text, _masked_cpf)
    return _replaced(_LONG_RUN, text, _masked_run)


def _masked_cpf(match: re.Match[str]) -> str | None:
    printed = _CPF_PRINTED.fullmatch(match[0])
    return f"***.{match[2]}.{match[3]}-**" if printed or is_cpf(match[0]) else None


def _masked_cnpj(match: re.Match[str]) -> str | None:
    printed = _CNPJ_PRINTED.fullmatch(match[0])
    if printed or is_cnpj(match[0]):
        return f"**.{match[2]}.{match[3]}/{match[4]}-**"
    return None


def _masked_run(match: re.Match[str]) -> str | None:
    """Mask a long run that holds a number, as the otherName of DOC-ICP-04 does.

    There birth date, CPF, NIS and RG stand in one run of digits.
    """
    run = match[0]
    windows = (run[at : at + _CPF_LENGTH] for at in range(len(run) - _CPF_LENGTH + 1))
    return MASK if any(map(is_cpf, windows)) else None


def _replaced(
    pattern: re.Pattern[str], text: str, mask: Callable[[re.Match[str]], str | None]
) -> str:
    """Replace every match that ``mask`` accepts; one refused hides no overlapping one."""
    done: list[str] = []
    at = 0
    while (match := pattern.search(text, at)) is not None:
        new = mask(match)
        end = match.start() + 1 if new is None else match.end()
        done += (text[at : match.start()], text[match.start() : end] if new is None else new)
        at = end
    return "".join((*done, text[at:]))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text into what is a fingerprint and what is not."""
    at = 0
    for match in _FINGERPRINT.finditer(text):
        yield text[at : match.start()], False
        yield match[0], True
        at = match.end()
    yield text[at:], False


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _digits(text: str) -> list[int]:
    return [int(c) for c in text if c.isdecimal()]
