"""Who answers at the portal's address, and is that server to be trusted?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from a3check.checks.clock import TrustedClock
from a3check.checks.network import Reachable, endpoint, stopped
from a3check.core import knowledge
from a3check.core.check import Check, Context, found
from a3check.core.fault import Fault
from a3check.core.model import Evidence, Finding, Skip, Value
from a3check.core.profile import Portal
from a3check.portal import page
from a3check.portal.interception import (
    Interceptor,
    Roots,
    interceptor,
    wants_witnesses,
    witness,
)
from a3check.portal.intermediates import missing_cas
from a3check.portal.pace import PACE
from a3check.portal.peer import (
    CHOSEN,
    OLD_TLS,
    captive,
    intercepted,
    issuer_of,
    leaf_of,
    no_handshake,
    untrusted,
)
from a3check.portal.walk import Hop, Walk, Walker, hosts
from a3check.tls.transcript import Answer, Phase, Transcript, Trouble

_DROPPED = frozenset({Trouble.RESET, Trouble.EOF, Trouble.TIMEOUT})
_FINAL = frozenset(
    {"server.captive", "server.intercepted", "server.program_refused", "server.tls_failed"}
)


@dataclass(frozen=True, slots=True)
class Anonymous:
    """The walk without a certificate, and the walker that can do it again with one."""

    walk: Walk
    walker: Walker

    @property
    def hosts(self) -> tuple[str, ...]:
        """To whom the certificate may be shown: who asked, then whom else the profile names.

        Nobody where nobody asked: that way is not gone with the certificate.
        """
        named = self.walker.profile.portal.hosts()
        asked = hosts(self.walk.asked)
        asking = [host for host in asked if host in named]
        return tuple(dict.fromkeys((*asking, *sorted(named)))) if asked else ()


def run(context: Context) -> Iterator[Finding | Skip]:
    """Walk from the portal's first address without showing a certificate."""
    if not context.wishes.network:
        yield Skip("option")
        return
    if context.find(Reachable) is None:  # nothing was reached, and nobody can say why
        yield Skip("network")
        return
    context.wait_for("clock")
    limits, start = context.profile.limits, context.profile.portal.start
    PACE.wait(start, limits.walk_interval, context.stop, context.ports.walks)
    walker = anonymous(context)
    walk = walker.walk()
    PACE.walked(start, context.ports.walks)
    setting = context.profile.trust.server_roots
    roots = Roots(context.ports.system.shipped_roots(), chosen=setting != "system")
    witnesses = tuple(_witnesses(context, walker, roots))
    timed = walker.moment is not None
    findings = judge(walk, context.profile.portal, timed=timed, roots=roots, witnesses=witnesses)
    if leads_on(walk, findings):
        context.learn(Anonymous(walk, walker))
    yield from stopped(context) or _with_suspects(context, findings)


def _with_suspects(context: Context, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Name this computer's antivirus products where nobody knows which product intercepts."""
    unnamed = [f for f in findings if f.code == "server.intercepted" and not f.get("product")]
    if not unnamed:
        return tuple(findings)
    around = context.ports.system.computer().around
    suspects = knowledge.may_intercept(around.antivirus)
    named = (Evidence("antivirus", suspects),) if suspects else ()
    return tuple(
        replace(f, evidence=(*f.evidence, *named)) if f in unnamed else f for f in findings
    )


def anonymous(context: Context) -> Walker:
    """Return who walks without a certificate; by the trusted time where it is known."""
    return Walker(
        context.profile,
        context.ports.handshakes.converse,
        moment=_moment(context),
        proxy=context.ports.network.proxy,
        roots_pem=server_roots(context.profile.trust.server_roots),
        complete=lambda said: missing_cas(said, context.ports.network),
    )


def renewed(walker: Walker, context: Context) -> Walker:
    """Return a walker that speaks through this run's ports: it may be an earlier run's."""
    network = context.ports.network
    return replace(walker, proxy=network.proxy, complete=lambda said: missing_cas(said, network))


def _witnesses(context: Context, walker: Walker, roots: Roots) -> Iterator[Transcript]:
    """Ask the control addresses, where somebody may have signed in the portal's place."""
    if not any(wants_witnesses(hop.transcript, roots) for hop in walker.hops):
        return
    for url in context.profile.network.time_urls:
        answer = context.ports.handshakes.converse(witness(url, walker).to_json())
        if not isinstance(answer, Fault):
            yield Transcript.from_json(answer)


def leads_on(walk: Walk, findings: Sequence[Finding]) -> bool:
    """Tell whether it makes sense to go the same way with the certificate.

    Not past a server that is not trusted or stands in the portal's place, nor where the
    portal may have taken this program for an abuser, nor where nobody asked because the
    portal is broken.
    """
    codes = {f.code for f in findings if not f.lowered}
    if walk.fault is not None or not walk.hops or codes & _FINAL:
        return False
    broken = "server.error" in codes and not walk.asked
    return not broken and all(h.transcript.trusted for h in walk.hops)


def server_roots(setting: str) -> str | None:
    """Read the profile's server roots (PEM); nothing means the system's."""
    return None if setting == "system" else Path(setting).read_text("ascii")


def judge(
    walk: Walk,
    portal: Portal,
    *,
    timed: bool,
    roots: Roots = CHOSEN,
    witnesses: Sequence[Transcript] = (),
) -> tuple[Finding, ...]:
    """Judge every host of the walk once, and the pages that say something of the portal.

    ``timed`` tells that the trusted time is known: without it, a server out of its dates may
    as well be a clock that is wrong. ``roots`` and ``witnesses`` tell an interceptor.
    """
    findings: dict[tuple[str, str], Finding] = {}
    for hop in walk.hops:
        caught = interceptor(hop.transcript, roots, witnesses)
        if caught is not None and caught.doubtful and not walk.asked:
            caught = replace(caught, doubtful=False)  # nothing else tells why nobody asked
        asked = _asked(walk, hop.host)
        for finding in (*_completed(hop), _one(hop, portal, caught, asked)):
            mild = finding.code == "server.expired" and not timed
            findings.setdefault((hop.host, finding.code), _by_own(finding) if mild else finding)
    if walk.fault is not None:
        failed = _probe_fault(walk.fault)
        findings[("", failed.code)] = failed
    elif not walk.hops:
        start = endpoint(portal.start, needed=True)
        reason = "not_https"
        failed = found("server.tls_failed", host=start.host, port=start.port, reason=reason)
        findings[("", failed.code)] = failed
    return tuple(findings.values())


def _by_own(finding: Finding) -> Finding:
    """Say that only this computer's clock, which nobody could check, speaks against a server."""
    source = Evidence("source", "computer")
    return replace(finding.lower(), evidence=(*finding.evidence, source))


def _completed(hop: Hop) -> Iterator[Finding]:
    """Say that a CA was missing, where the chain is trusted with it."""
    leaf = leaf_of(hop.transcript)
    if hop.completed and hop.transcript.trusted and leaf is not None:
        yield found("server.incomplete_chain", host=hop.host, issuer=leaf.issuer_common_name)


def _asked(walk: Walk, host: str) -> str:
    """Return when a host asked for a certificate, on any of its pages; ``no`` where it did not."""
    moments = (str(h.transcript.requests[-1].when) for h in walk.asked if h.host == host)
    return next(moments, "no")


def _one(hop: Hop, portal: Portal, caught: Interceptor | None, asked: str) -> Finding:
    said = hop.transcript
    line = captive(hop)
    if line is not None:
        return line
    if caught is not None:
        return intercepted(said, caught)
    if said.trusted and said.phase is Phase.HTTP and said.trouble in _DROPPED and not said.asked:
        # TLS stood, and it was the portal: whoever drops a request alone may drop this program's.
        return found("server.program_refused", host=said.host, reason=str(said.trouble))
    old = said.version in OLD_TLS
    if old or said.verify_code is None or (said.trouble and not said.asked and not said.answer):
        return no_handshake(said)
    if not said.trusted:
        return untrusted(said)
    if said.answer is not None and not said.asked:
        wrong = _page_fault(hop.host, said.answer, portal)
        if wrong is not None:
            return wrong
    leaf = leaf_of(said)
    facts: dict[str, Value] = {"tls_version": said.version or "", "issuer": issuer_of(said)}
    facts["asked"] = asked
    if leaf is not None:
        facts["not_after"] = leaf.not_after
    if said.cipher:
        facts["cipher"] = said.cipher
    return found("server.trusted", host=said.host, port=said.port, **facts)


def _page_fault(host: str, answer: Answer, portal: Portal) -> Finding | None:
    if page.refuses_program(answer, portal):
        return found("server.program_refused", host=host, http_status=answer.status)
    if page.is_broken(answer, portal):
        return found("server.error", host=host, http_status=answer.status)
    return None


def _probe_fault(fault: Fault) -> Finding:
    """Say that the TLS engine itself could not be used; nobody outside is to blame."""
    reason = fault.detail or str(fault.kind)
    return found("login.engine_unavailable", reason=reason)


def _moment(context: Context) -> int | None:
    clock = context.find(TrustedClock)
    if clock is None or clock.offset is None:
        return None
    return int(clock.moment(context.ports.clock.now()).timestamp())


CHECK = Check(run, requires=("network",))
