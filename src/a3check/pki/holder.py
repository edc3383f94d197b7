"""To whom was a certificate issued (DOC-ICP-04 §7.1.2.3; from 2024 the subject's serialNumber)?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from a3check.pki import names, policy

_PERSON, _RESPONSIBLE = "2.16.76.1.3.1", "2.16.76.1.3.4"
_COMPANY, _COMPANY_CEI, _EQUIPMENT_OWNER = "2.16.76.1.3.3", "2.16.76.1.3.7", "2.16.76.1.3.8"
_BIRTH, _CPF = slice(0, 8), slice(8, 19)  # by position from the left: the rest varies in length
_NUMBER_PREFIX = re.compile(r"^(?:CPF|CNPJ|[A-Z]{3}BR)[:\s-]*", re.IGNORECASE)
_CPF_FORM = re.compile(r"[0-9]{11}")
_CNPJ_FORM = re.compile(r"[0-9A-Z]{12}[0-9]{2}")  # letters from 2026 on
_CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


class Kind(StrEnum):
    """What kind of holder it is."""

    PERSON = "person"
    COMPANY = "company"
    EQUIPMENT = "equipment"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, repr=False)
class Holder:
    """A holder; every field but ``kind`` is private.

    ``cpf`` (11 digits) is the person's, or of the person responsible for a
    company or an equipment; ``cnpj`` has 14 characters.
    """

    kind: Kind
    name: str | None = None
    cpf: str | None = None
    cnpj: str | None = None
    birth: date | None = None


def identify(
    subject: names.Name,
    other_names: Iterable[tuple[str, str]],
    type_: policy.Type | None,
    *,
    has_dns_name: bool,
) -> Holder:
    """Put together what subject, alternative names and policy say of the holder."""
    others = dict(reversed(tuple(other_names)))  # the first of a repeated one counts
    common = (subject.get(names.COMMON_NAME) or "").strip()
    name, _, tail = common.rpartition(":")
    number = _number(subject.get(names.SERIAL_NUMBER) or "")
    person = others.get(_PERSON) or others.get(_RESPONSIBLE) or ""
    cpf = _best(person[_CPF], number, tail)
    company = _number(others.get(_COMPANY, ""))
    checked = (c for c in (company, number, tail.upper()) if cnpj_checks(c))
    cnpj = _first(_CNPJ_FORM, *checked, company)
    named = bool(_CPF_FORM.fullmatch(tail) or _CNPJ_FORM.fullmatch(tail))
    return Holder(
        _kind(others, type_, cpf, cnpj, has_dns_name=has_dns_name),
        (name if named else common) or None,
        cpf,
        cnpj,
        _birth(person[_BIRTH]),
    )


def cpf_checks(cpf: str) -> bool:
    """Tell whether the two check digits of a CPF (11 digits) are right."""
    if not _CPF_FORM.fullmatch(cpf):
        return False
    return all(
        int(cpf[size]) == sum(int(cpf[i]) * (size + 1 - i) for i in range(size)) * 10 % 11 % 10
        for size in (9, 10)
    )


def cnpj_checks(cnpj: str) -> bool:
    """Tell whether the two check digits of a CNPJ (14 characters) are right; letters count, too.

    IN RFB 2.229/2024: the value of a character is its ASCII code less 48.
    """
    if not _CNPJ_FORM.fullmatch(cnpj):
        return False
    values = [ord(c) - ord("0") for c in cnpj]
    return all(
        values[size] == _remainder(values[:size], _CNPJ_WEIGHTS[-size:]) for size in (12, 13)
    )


def _remainder(values: Iterable[int], weights: Iterable[int]) -> int:
    return -sum(v * w for v, w in zip(values, weights, strict=True)) % 11 % 10


def _kind(
    others: dict[str, str],
    type_: policy.Type | None,
    cpf: str | None,
    cnpj: str | None,
    *,
    has_dns_name: bool,
) -> Kind:
    of_company = {_COMPANY, _COMPANY_CEI} & others.keys()
    if (type_ and type_.holder is policy.Holder.EQUIPMENT) or _EQUIPMENT_OWNER in others:
        return Kind.EQUIPMENT
    if type_ and type_.holder is policy.Holder.COMPANY:
        return Kind.COMPANY
    if _PERSON in others and not of_company:
        return Kind.PERSON
    if has_dns_name:
        return Kind.EQUIPMENT
    if of_company or cnpj:
        return Kind.COMPANY
    return Kind.PERSON if cpf else Kind.UNKNOWN


def _number(text: str) -> str:
    return re.sub(r"[.\-/\s]", "", _NUMBER_PREFIX.sub("", text.strip())).upper()


def _first(form: re.Pattern[str], *candidates: str) -> str | None:
    found = (c.strip().upper() for c in candidates)
    return next((c for c in found if form.fullmatch(c) and c.strip("0")), None)


def _best(*candidates: str) -> str | None:
    """Return the first CPF whose check digits are right, else the first that looks like one."""
    checked = tuple(c for c in candidates if cpf_checks(c))
    return _first(_CPF_FORM, *checked) or _first(_CPF_FORM, *candidates)


def _birth(text: str) -> date | None:
    try:
        return date(int(text[4:8]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None
