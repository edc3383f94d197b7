"""Which of a token's certificates is judged (rule 1 of the register's verdict)?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from a3check.core.register import Status
from a3check.pki.certificate import Certificate
from a3check.pki.fitness import faults
from a3check.pki.holder import Kind

_FAR = {"certificate.expired": 1, "certificate.not_yet_valid": 1, "certificate.not_icp_brasil": 9}
_ELSE = 3
"""How far a fault is from a login: the right certificate past its dates is nearest."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen certificate; nothing where the user has to be asked, or none is there.

    ``usable`` are those that could log in, one a holder and kind, the latest
    ``not_after`` of each; ``ambiguous`` means that they are of different ones.
    """

    chosen: Certificate | None
    usable: tuple[Certificate, ...] = ()
    ambiguous: bool = False


def choose(
    certificates: Iterable[Certificate], moment: datetime, wanted_sha256: str | None = None
) -> Choice:
    """Choose among user certificates (CAs are left out); ``wanted_sha256`` (hex) overrules."""
    users = tuple(dict.fromkeys(c for c in certificates if not c.is_ca))
    usable = _usable(users, moment)
    if wanted_sha256 is not None:
        wanted = wanted_sha256.replace(":", "").strip().lower()
        return Choice(next((c for c in users if c.sha256 == wanted), None), usable)
    if len(usable) > 1:
        return Choice(None, usable, ambiguous=True)
    if usable:
        return Choice(usable[0], usable)
    least = sorted(users, key=lambda c: c.not_after, reverse=True)
    return Choice(min(least, key=lambda c: _distance(c, moment), default=None))


def _usable(users: tuple[Certificate, ...], moment: datetime) -> tuple[Certificate, ...]:
    """Return those without a failed fault: persons', and only where there is none, the others'."""
    sound = [c for c in users if _distance(c, moment) == 0]
    others = [c for c in sound if c.kind in {Kind.COMPANY, Kind.EQUIPMENT}]
    persons = [c for c in sound if c not in others]
    latest: dict[tuple[str, Kind], Certificate] = {}
    for certificate in sorted(persons or others, key=lambda c: c.not_after):
        latest[_identity(certificate)] = certificate
    return tuple(sorted(latest.values(), key=lambda c: c.not_after, reverse=True))


def _identity(certificate: Certificate) -> tuple[str, Kind]:
    """Name the holder by number; by the subject's text where there is none."""
    number = certificate.cnpj if certificate.kind is not Kind.PERSON else certificate.cpf
    return (number or certificate.cpf or certificate.subject.casefold(), certificate.kind)


def _distance(certificate: Certificate, moment: datetime) -> int:
    failed = [f for f in faults(certificate, moment) if f.status is Status.FAILED]
    return sum(_FAR.get(f.code, _ELSE) for f in failed)
