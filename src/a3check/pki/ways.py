"""The path that the checks go by: from the user's certificate upwards, and around a revoked CA."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from a3check.pki import path
from a3check.pki.certificate import Certificate
from a3check.pki.shelf import Shelf
from a3check.pki.trust import Trust


@dataclass(frozen=True, slots=True)
class Path:
    """The best path that was found, from the user's certificate upwards; it may lack its end.

    ``anchored`` tells whether it ends in a trusted root, whatever else is
    wrong with it. ``namesakes`` are further certificates of the path's CAs that hold
    up to a trusted root themselves: a CA that renewed its key.
    """

    certificates: tuple[Certificate, ...]
    anchored: bool = False
    namesakes: tuple[Certificate, ...] = ()

    @property
    def to_send(self) -> tuple[bytes, ...]:
        """Return the CAs that go with the certificate in a TLS handshake (DER, no root)."""
        return tuple(c.der for c in self.certificates[1:] if not c.self_issued)


@dataclass(frozen=True, slots=True)
class Ways:
    """What the path was built from: where a CA of it turns out to be revoked, another may lead up.

    A CA that was certified anew with its old key has two certificates, and so has one that was
    certified by two others: the revoked one says nothing against the other.
    """

    leaf: Certificate
    pool: Iterable[Certificate]
    roots: Trust
    moment: datetime

    def around(self, revoked: Collection[Certificate]) -> Path | None:
        """Build the best path without these; nothing where none holds."""
        left = Shelf(ca for ca in self.pool if ca not in revoked)
        result = path.judge(self.leaf, left, self.roots, self.moment)
        if not result.valid:
            return None
        return described(result.path, left, self.roots, self.moment)


@dataclass(frozen=True, slots=True)
class Detour:
    """The path around a revoked CA, in the place of :class:`Path`."""

    path: Path


def described(
    certificates: Sequence[Certificate],
    pool: Iterable[Certificate],
    roots: Trust,
    moment: datetime,
) -> Path:
    """Say of the best path what the checks to come must know of it."""
    shelf = Shelf.of(pool)
    names = dict.fromkeys(c.subject_key for c in certificates[1:])
    own = set(certificates)
    others = (c for name in names for c in shelf.named(name) if c not in own)
    sound = path.holding(others, shelf, roots, moment)
    return Path(tuple(certificates), roots.trusts(certificates[-1]), sound)
