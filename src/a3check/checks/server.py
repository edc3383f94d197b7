"""Who answers at the portal's address, and is that server to be trusted?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from a3check.checks.clock import TrustedClock
from a3check.checks.network import Reachable, endpoint, proxy_denied
from a3check.core.check import Check, Context, found
from a3check.core.fault import Fault
from a3check.core.model import Evidence, Finding, Skip, Value
from a3check.core.profile import Portal
from a3check.pki import certificate as x509
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
from a3check.portal.walk import Hop, Walk, Walker, hosts
from a3check.tls.recorder import no_tls
from a3check.tls.transcript import Answer, Transcript, Trouble

EXPIRED, NOT_YET_VALID, WRONG_NAME, WRONG_ADDRESS = 10, 9, 62, 64
"""X509_V_ERR_* of OpenSSL's x509_vfy.h."""
OLD_TLS = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})
"""What no browser speaks any more (RFC 8996)."""
_CHOSEN = Roots(chosen=True)
"""Where a server is judged by itself: no stranger among the roots, only products by name."""
_FINAL = frozenset(
    {"server.captive", "server.intercepted", "server.program_refused", "server.tls_failed"}
)
_REDIRECTS = re.compile(rb"HTTP/1\.[01] (?:30[12378]|511)\b")
"""What the page of a line answers in clear on a port where TLS is spoken."""


@dataclass(frozen=True, slots=True)
class Anonymous:
    """The walk without a certificate, and the walker that can do it again with one."""

    walk: Walk
    walker: Walker

    @property
    def hosts(self) -> tuple[str, ...]:
        """To whom the certificate would be shown: who asked, else whom the profile names."""
        named = self.walker.profile.portal.hosts()
        asking = tuple(host for host in hosts(self.walk.asked) if host in named)
        return asking or (self.walk.hops[0].host,)


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
    PACE.wait(start, limits.walk_interval, context.stop)
    walker = anonymous(context)
    walk = walker.walk()
    PACE.walked(start)
    setting = context.profile.trust.server_roots
    roots = Roots(context.ports.system.shipped_roots(), chosen=setting != "system")
    witnesses = tuple(_witnesses(context, walker, roots))
    timed = walker.moment is not None
    findings = judge(walk, context.profile.portal, timed=timed, roots=roots, witnesses=witnesses)
    if leads_on(walk, findings):
        context.learn(Anonymous(walk, walker))
    yield from findings


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
    roots: Roots = _CHOSEN,
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
    leaf = _leaf(hop.transcript)
    if hop.completed and hop.transcript.trusted and leaf is not None:
        yield found("server.incomplete_chain", host=hop.host, issuer=leaf.issuer_common_name)


def _asked(walk: Walk, host: str) -> str:
    """Return when a host asked for a certificate, on any of its pages; ``no`` where it did not."""
    moments = (str(h.transcript.requests[-1].when) for h in walk.asked if h.host == host)
    return next(moments, "no")


def captive(hop: Hop) -> Finding | None:
    """Say that the line shows a page of its own, where a server that is not trusted does so."""
    said = hop.transcript
    if hop.away is not None:
        return found("server.captive", host=hop.host, leads_to=hop.away)
    clear = said.trouble is Trouble.PROTOCOL and _REDIRECTS.match(said.received)
    return found("server.captive", host=hop.host) if clear else None


def _one(hop: Hop, portal: Portal, caught: Interceptor | None, asked: str) -> Finding:
    said = hop.transcript
    line = captive(hop)
    if line is not None:
        return line
    if caught is not None:
        return _intercepted(said, caught)
    old = said.version in OLD_TLS
    if old or said.verify_code is None or (said.trouble and not said.asked and not said.answer):
        return no_handshake(said)
    if not said.trusted:
        return untrusted(said)
    if said.answer is not None and not said.asked:
        wrong = _page_fault(hop.host, said.answer, portal)
        if wrong is not None:
            return wrong
    leaf = _leaf(said)
    facts: dict[str, Value] = {"tls_version": said.version or "", "issuer": issuer_of(said)}
    facts["asked"] = asked
    if leaf is not None:
        facts["not_after"] = leaf.not_after
    if said.cipher:
        facts["cipher"] = said.cipher
    return found("server.trusted", host=said.host, port=said.port, **facts)


def _no_way(said: Transcript) -> Finding | None:
    """Say what keeps the walk from a host that it was sent to: the network's codes name it."""
    match said.trouble:
        case Trouble.DNS:
            return found("network.dns_failed", host=said.host)
        case Trouble.REFUSED | Trouble.NO_ANSWER | Trouble.UNREACHABLE:
            how = str(said.trouble)
        case Trouble.PROXY_UNREACHABLE:
            return found("network.proxy_unreachable", proxy=said.proxy or "")
        case Trouble.PROXY_REFUSED:
            status = said.proxy_status or 0
            if status < page.SERVER_ERROR:
                return proxy_denied(said.proxy or "", status)
            how = str(Trouble.UNREACHABLE)  # the proxy itself got no connection
        case _:
            return None
    return found("network.port_blocked", host=said.host, port=said.port, how=how)


def no_handshake(said: Transcript) -> Finding:
    """Name what stood in the way of a TLS connection: the network, or the server itself."""
    blocked = _no_way(said)
    if blocked is not None:
        return blocked
    if said.verify_code not in {None, 0} and said.version not in OLD_TLS:
        return untrusted(said)
    alert, version = said.refusal, said.version
    facts: dict[str, Value] = {"alert": alert.name} if alert else {}
    facts |= {"tls_version": version} if version in OLD_TLS else {}
    reason = _reason(said)
    return found("server.tls_failed", host=said.host, port=said.port, reason=reason, **facts)


def _reason(said: Transcript) -> str:
    """Say in a word what came instead of TLS as browsers speak it."""
    if said.version in OLD_TLS:
        return "old_tls"
    if said.trouble is Trouble.PROTOCOL and said.received.startswith(b"HTTP/"):
        return "plain_http"
    if said.trouble is Trouble.PROTOCOL and no_tls(said.received):
        return "not_tls"
    return str(said.trouble or Trouble.PROTOCOL)


def untrusted(said: Transcript) -> Finding:
    """Say why a server is not trusted: who stands in its place, or what is wrong with it."""
    codes = {e.code for e in said.verify_errors} | {said.verify_code}
    leaf = _leaf(said)
    if leaf is None:
        return found("server.untrusted", host=said.host, issuer="")
    caught = interceptor(said, _CHOSEN)
    dated = {EXPIRED, NOT_YET_VALID}
    named = {WRONG_NAME, WRONG_ADDRESS}
    if caught is not None:
        return _intercepted(said, caught)
    if codes & named:
        return found("server.wrong_name", host=said.host, names=leaf.common_name)
    if codes - {0, None} <= dated:
        return found("server.expired", host=said.host, not_after=leaf.not_after)
    return found("server.untrusted", host=said.host, issuer=leaf.issuer_common_name)


def _intercepted(said: Transcript, caught: Interceptor) -> Finding:
    """Name who signs in the portal's place; only a warning where other hosts speak against it."""
    facts: dict[str, Value] = {"product": caught.product} if caught.product else {}
    if caught.hosts:
        facts["hosts"] = caught.hosts
    finding = found("server.intercepted", host=said.host, issuer=caught.issuer, **facts)
    return finding.lower() if caught.doubtful else finding


def _leaf(said: Transcript) -> x509.Certificate | None:
    leaf = x509.read(said.server_chain[0]) if said.server_chain else None
    return leaf if isinstance(leaf, x509.Certificate) else None


def issuer_of(said: Transcript) -> str:
    """Return who vouches for the server; empty where its certificate cannot be read."""
    leaf = _leaf(said)
    return leaf.issuer_common_name if leaf is not None else ""


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
