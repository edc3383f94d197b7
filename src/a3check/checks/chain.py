"""Does a path lead from the certificate to a root of ICP-Brasil?"""

from collections.abc import Iterator
from dataclasses import dataclass

from a3check.checks.certificate import Chosen, Pool
from a3check.checks.clock import TrustedClock
from a3check.core.check import Check, Context
from a3check.core.model import Finding, Skip
from a3check.pki import path, trust
from a3check.pki.certificate import Certificate


@dataclass(frozen=True, slots=True)
class Path:
    """The best path that was found, from the user's certificate upwards; it may lack its end."""

    certificates: tuple[Certificate, ...]

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
    known = trust.load_pool(context.ports.system.ca_certificates())
    clock = context.find(TrustedClock) or TrustedClock(None)
    moment = clock.moment(context.ports.clock.now())
    result = path.judge(chosen.held.certificate, (*on_token, *known), trusted(context), moment)
    context.learn(Path(tuple(result.path)))
    yield from result.faults


def trusted(context: Context) -> trust.Trust:
    """Return the pinned roots, or those that the profile names instead."""
    named = context.profile.trust.roots_sha256
    return trust.pinned().trusting(named) if named else trust.pinned()


CHECK = Check(run, requires=("certificate",))
