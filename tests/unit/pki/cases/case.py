"""A case: a certificate, what is at hand beside it, the moment, and what must come out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.unit.pki.maker import AC1, AC2, LEAF, NOW, ROOT, Made
from tests.unit.pki.test_revocation import crl

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from a3check.pki.answers import Answer

CHAIN = (ROOT, AC1, AC2)
HEALTHY = None
"""In a cause's place: nothing failed and nothing is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row of the table.

    ``cause`` is the code that the verdict must name, ``also`` every other code that is not
    passed. ``roots`` are the trusted ones' fingerprints; ``withdrawn`` those of CAs that left
    the list. All else is DER, or what came in its place.
    """

    name: str
    what: str
    cause: str | None
    also: frozenset[str]
    made: bytes
    pool: tuple[bytes, ...]
    roots: frozenset[str]
    crls: tuple[bytes, ...]
    ocsp: tuple[bytes, ...]
    moment: datetime
    withdrawn: frozenset[str]

    @property
    def codes(self) -> frozenset[str]:
        """Everything that must be said and is not passed."""
        return self.also | ({self.cause} if self.cause else set())


@cache
def fresh(ca: Made) -> Answer:
    """The list of a CA that lists nothing: the same one in every row."""
    return crl(ca)


def case(
    name: str,
    what: str,
    cause: str | None,
    made: Made | bytes = LEAF,
    *,
    also: Iterable[str] = (),
    chain: Iterable[Made | bytes] = CHAIN,
    trusted: Made | tuple[Made, ...] = ROOT,
    crls: Iterable[Answer] | None = None,
    ocsp: Iterable[Answer] = (),
    moment: datetime = NOW,
    withdrawn: Iterable[Made] = (),
) -> Case:
    """Write a row; without ``crls`` every CA of the chain has a fresh one that lists nothing."""
    cas = tuple(chain)
    if crls is None:
        crls = [fresh(ca) for ca in dict.fromkeys(c for c in cas if isinstance(c, Made))]
    return Case(
        name=name,
        what=what,
        cause=cause,
        also=frozenset(also),
        made=_bytes(made),
        pool=tuple(map(_bytes, cas)),
        roots=frozenset(root.facts.sha256 for root in _several(trusted)),
        crls=tuple(answer.body for answer in crls),
        ocsp=tuple(answer.body for answer in ocsp),
        moment=moment,
        withdrawn=frozenset(ca.facts.sha256 for ca in withdrawn),
    )


def _several(roots: Made | tuple[Made, ...]) -> tuple[Made, ...]:
    return roots if isinstance(roots, tuple) else (roots,)


def _bytes(made: Made | bytes) -> bytes:
    return made.der if isinstance(made, Made) else made
