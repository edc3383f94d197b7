"""Does a path lead from the certificate to a root of ICP-Brasil?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from a3check.checks.certificate import Chosen, Pool
from a3check.checks.clock import TrustedClock
from a3check.core.check import Check, Context
from a3check.core.model import Finding, Skip
from a3check.pki import path, trust
from a3check.pki.certificate import Certificate
from a3check.pki.shelf import Shelf


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


def run(context: Context) -> Iterator[Finding | Skip]:
    """Build the path from the token's CAs and those known on this computer."""
    chosen = context.find(Chosen)
    if chosen is None:
        yield Skip("certificate")
        return
    on_token = context.recall(Pool).certificates
    clock = context.find(TrustedClock) or TrustedClock(None)
    moment = clock.moment(context.ports.clock.now())
    pool = Shelf(on_token, context.ports.system.ca_certificates())
    trust_ = trusted(context)
    result = path.judge(chosen.held.certificate, pool, trust_, moment)
    context.learn(described(result.path, pool, trust_, moment))
    yield from result.faults


def described(
    certificates: Sequence[Certificate],
    pool: Iterable[Certificate],
    roots: trust.Trust,
    moment: datetime,
) -> Path:
    """Say of the best path what the checks to come must know of it."""
    shelf = Shelf.of(pool)
    names = dict.fromkeys(c.subject_key for c in certificates[1:])
    own = set(certificates)
    others = (c for name in names for c in shelf.named(name) if c not in own)
    sound = path.holding(others, shelf, roots, moment)
    return Path(tuple(certificates), roots.trusts(certificates[-1]), sound)


def trusted(context: Context) -> trust.Trust:
    """Return the pinned roots, or those that the profile names instead."""
    named = context.profile.trust.roots_sha256
    return trust.pinned().trusting(named) if named else trust.pinned()


CHECK = Check(run, requires=("certificate",))
