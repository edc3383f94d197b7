"""Which certificates of a published list of CAs are kept, and of what day is it?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from a3check.pki import bundle
from a3check.pki.anchored import TooManyError, anchored
from a3check.pki.archive import ArchiveError, Fault, unpack
from a3check.pki.certificate import Certificate
from a3check.pki.trust import Trust

MOST_CERTIFICATES = 2048
"""All that ICP-Brasil ever had are about 430."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a list holds: CAs that hang on a pinned root, and how many others that do not.

    ``newest`` is the latest date that the zip gives a file.
    """

    kept: tuple[Certificate, ...]
    refused: int = 0
    unreadable: int = 0
    newest: date | None = None

    @property
    def issued(self) -> date:
        """The day when the youngest of the CAs began: the one date here that somebody signed."""
        return max(ca.not_before for ca in self.kept).date()

    def published(self, today: date) -> date:
        """Return the zip's own date, where it is believable: the same zip, the same day."""
        believable = self.newest is not None and self.newest <= today
        return self.as_of(self.newest if believable else None)

    def as_of(self, *claims: date | None) -> date:
        """Return the earliest of the days claimed that the CAs' own dates do not disprove.

        A clock years behind and a server's forged Date fall out alike, where another claim stands.
        """
        issued = self.issued
        return min((day for day in claims if day is not None and day >= issued), default=issued)


def harvest(blob: bytes, trust: Trust, known: Iterable[Certificate] = ()) -> Harvest:
    """Read a zip and keep what hangs on a pin; raises :class:`ArchiveError` and nothing else.

    Certificates are read one by one: one that cannot be read spoils no other. ``known`` are CAs
    at hand that may stand between a list's own and the root; they are not kept for that.
    """
    archive = unpack(blob)
    found: dict[Certificate, None] = {}
    unreadable = 0
    for content in archive.files:
        for item in bundle.certificates(content):
            if isinstance(item, Certificate):
                found[item] = None
            else:
                unreadable += 1
            if len(found) + unreadable > MOST_CERTIFICATES:
                raise ArchiveError(Fault.TOO_MANY)
    try:
        held = [ca for ca in anchored((*found, *known), trust) if ca in found]
    except TooManyError as error:
        raise ArchiveError(Fault.TOO_MANY) from error
    return Harvest(tuple(held), len(found) - len(held), unreadable, archive.newest)
