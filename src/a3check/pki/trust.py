"""Which roots are trusted for a user's chain, and what is known of the others?"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from a3check.core import tables
from a3check.pki import names
from a3check.pki.bundle import load_pool
from a3check.pki.certificate import Certificate

__all__ = ["Purpose", "Root", "Trust", "for_user", "load_pool", "pinned"]

_HOMOLOGATION = re.compile(r"(?:\b|(?<=\d))hom(v\d+|ologa\w+)?\b")
"""How SERPRO and others name their test ACs: “v5 - HOM”, “v6HOM”, “HOMv2”, “de Homologacao”."""


class Purpose(StrEnum):
    """What a root of ICP-Brasil is for; only ``USER`` is trusted here."""

    USER = "user"
    SERVER = "server"
    CODE = "code"
    PASSPORT = "passport"
    METROLOGY = "metrology"
    RETIRED = "retired"
    UNLISTED = "unlisted"


ELSEWHERE = frozenset({Purpose.SERVER, Purpose.CODE, Purpose.PASSPORT, Purpose.METROLOGY})
"""What no user's certificate is issued for."""


@dataclass(frozen=True, slots=True)
class Root:
    """A root that ITI has had: ``version`` as in ``v5``."""

    version: str
    name: str
    purpose: Purpose
    sha256: str


@dataclass(frozen=True, slots=True)
class Trust:
    """Roots by the SHA-256 (hex) of their DER; a name alone trusts nothing.

    ``roots_sha256`` are trusted; ``known`` are all of ICP-Brasil's, whatever
    for; ``test_roots`` of homologation; ``withdrawn`` the CAs that left ITI's
    list; ``as_of`` the day of that list.
    """

    roots_sha256: frozenset[str]
    known: Mapping[str, Root]
    test_roots: frozenset[str]
    withdrawn: frozenset[str]
    as_of: datetime

    def trusting(self, roots_sha256: Iterable[str]) -> "Trust":
        """Return the same knowledge with other roots trusted (a profile's, a file's)."""
        return replace(
            self, roots_sha256=frozenset(_plain(fingerprint) for fingerprint in roots_sha256)
        )

    @property
    def pins(self) -> frozenset[str]:
        """Every root that is known for what it is, trusted for a user's chain or not."""
        return self.roots_sha256 | self.known.keys()

    def trusts(self, certificate: Certificate) -> bool:
        """Tell whether it is one of the trusted roots."""
        return certificate.sha256 in self.roots_sha256

    def is_test(self, root: Certificate) -> bool:
        """Tell whether a root is for tests: a known one, or one that calls itself so."""
        named = names_test(root.common_name) and root.sha256 not in self.known
        return root.sha256 in self.test_roots or named

    def named(self, common_name: str) -> Root | None:
        """Return the root of ICP-Brasil of this name, in whatever spelling: it may be lent."""
        own = names.folded(common_name)
        return next((r for r in self.known.values() if names.folded(r.name) == own), None)

    def version(self, root: Certificate) -> str:
        """Name a root: its version where it is ICP-Brasil's, else its common name."""
        known = self.known.get(root.sha256)
        return known.version if known else root.common_name


def names_test(name: str) -> bool:
    """Tell whether a CA's name says that it is for tests; no real AC's does."""
    return _HOMOLOGATION.search(names.folded(name)) is not None


def for_user(roots_sha256: Iterable[str] = ()) -> Trust:
    """Return the trust for a user's chain: the given roots, or the pinned ones without any."""
    roots = tuple(roots_sha256)
    return pinned().trusting(roots) if roots else pinned()


@cache
def pinned() -> Trust:
    """Return what this program is built with (``resources/icp_brasil.toml``)."""
    return parse(tables.load("icp_brasil.toml"))


def parse(table: Mapping[str, Any]) -> Trust:
    """Read the resource's table; a damaged one is a defect and raises."""
    roots = [
        Root(row["version"], row["name"], Purpose(row["purpose"]), row["sha256"])
        for row in table["root"]
    ]
    as_of: date = table["as_of"]
    return Trust(
        frozenset(root.sha256 for root in roots if root.purpose is Purpose.USER),
        MappingProxyType({root.sha256: root for root in roots}),
        frozenset(row["sha256"] for row in table["test_root"]),
        frozenset(row["sha256"] for row in table["withdrawn"]),
        datetime.combine(as_of, time(), UTC),
    )


def _plain(fingerprint: str) -> str:
    return fingerprint.replace(":", "").strip().lower()
