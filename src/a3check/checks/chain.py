"""Does a path lead from the certificate to a root of ICP-Brasil?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from a3check.checks.certificate import Chosen, Pool
from a3check.checks.clock import TrustedClock
from a3check.core.check import Check, Context
from a3check.core.internet import Ask, Inquiry
from a3check.core.model import Evidence, Finding, Skip
from a3check.core.question import FetchQuestion
from a3check.core.register import Status
from a3check.pki import calist, path, trust
from a3check.pki.certificate import Certificate
from a3check.pki.keys import Checked
from a3check.pki.shelf import Shelf
from a3check.pki.ways import Detour, Path, Ways, described

MOST_FETCHED = 4
"""Addresses that bring a missing CA, one above the other; a chain of ICP-Brasil has three CAs."""
MOST_ADDRESSES = 3
"""Addresses of one missing CA; real certificates name one."""
MOST_BROUGHT = 16
"""Certificates that are taken of one answer: a PKCS#7 holds the whole chain."""
LARGEST_CHAIN = 256 * 1024
"""Bytes of such an answer; a real one has some five thousand."""
RECENT_DAYS = 7
"""A list of CAs that is no older lacks what is not on it: ITI adds one or two CAs a month."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The day of the list of ICP-Brasil's CAs that is in use; nothing where there is none."""

    day: date | None = None


def standing(context: Context) -> Path | None:
    """Return the path that stands, as far as the checks before have told."""
    detour = context.find(Detour)
    return detour.path if detour else context.find(Path)


@dataclass(frozen=True, slots=True)
class Brought:
    """The best path, with the CAs that had to be asked for, and from where they came.

    ``failures`` says of each address that did not help why (``address: reason``).
    """

    result: path.PathResult
    cas: tuple[Certificate, ...] = ()
    sources: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def run(context: Context) -> Iterator[Finding | Skip]:
    """Build the path from the token's CAs and those known on this computer."""
    chosen = context.find(Chosen)
    if chosen is None:
        yield Skip("certificate")
        return
    on_token = context.recall(Pool).certificates
    files = context.ports.system.ca_certificates()
    context.learn(Listed(calist.day_of(files)))
    pool = Shelf(on_token, files)
    yield from build(context, chosen.held.certificate, pool)


def build(context: Context, leaf: Certificate, pool: Iterable[Certificate]) -> tuple[Finding, ...]:
    """Build the path of this very certificate, and let the checks to come know it."""
    clock = context.find(TrustedClock) or TrustedClock(None)
    moment, trust_ = clock.moment(context.ports.clock.now()), trusted(context)

    def judge(more: Sequence[Certificate]) -> path.PathResult:
        return path.judge(leaf, (*pool, *more) if more else pool, trust_, moment)

    brought = _brought(context, judge)
    everything = (*pool, *brought.cas) if brought.cas else pool
    context.learn(described(brought.result.path, everything, trust_, moment))
    context.learn(Ways(leaf, everything, trust_, moment))
    listed = context.find(Listed) or Listed()
    faults = (doubted(fault, clock.judged_by) for fault in told(brought))
    return aged(tuple(faults), listed, moment.date())


def aged(faults: Sequence[Finding], listed: Listed, today: date) -> tuple[Finding, ...]:
    """Say of a CA that is not at hand how old the list is that lacks it."""
    if listed.day is None:
        age: tuple[Evidence, ...] = (Evidence("reason", "no_list"),)
    else:
        days = max((today - listed.day).days, 0)
        reason = "recent_list" if days <= RECENT_DAYS else "old_list"
        age = (Evidence("reason", reason), Evidence("list_days", days))
    return tuple(
        replace(fault, evidence=(*fault.evidence, *age))
        if fault.code == "chain.issuer_missing" and fault.get("reason") is None
        else fault
        for fault in faults
    )


def doubted(fault: Finding, judged_by: str) -> Finding:
    """Lower what an unverified clock that is behind would show: a CA that is yet to begin."""
    early = fault.code == "chain.ca_expired" and fault.get("reason") == "not_yet_valid"
    return fault.lower() if early and judged_by == "computer" else fault


def told(brought: Brought) -> tuple[Finding, ...]:
    """Say beside the path's findings where a missing CA came from, or why it did not."""
    facts = {"chain.valid": ("fetched", brought.sources)}
    facts["chain.issuer_missing"] = ("urls", brought.failures)
    findings = []
    for finding in brought.result.faults:
        name, value = facts.get(finding.code, ("", ()))
        more = (Evidence(name, value),) if value else ()
        findings.append(replace(finding, evidence=(*finding.evidence, *more)))
    return tuple(findings)


def wanted(result: path.PathResult) -> Certificate | None:
    """Return the certificate whose issuer is missing and which says where to have it."""
    tip = result.path[-1]
    return tip if result.missing_issuer is not None and tip.aia_urls else None


def addresses(tip: Certificate) -> tuple[str, ...]:
    """Return where a certificate says that its issuer lies."""
    return tip.aia_urls[:MOST_ADDRESSES]


def issuers(tip: Certificate, body: bytes) -> tuple[Certificate, ...]:
    """Return what an address of a certificate's issuer brought; nothing where that is not in it.

    They are candidates like any other certificate at hand: only a path to a trusted root counts.
    """
    if len(body) > LARGEST_CHAIN:
        return ()
    cas = trust.load_pool((body,))[:MOST_BROUGHT]
    issuing = (ca for ca in cas if ca.subject_key == tip.issuer_key)
    return cas if any(tip.signed_by(ca) is Checked.GOOD for ca in issuing) else ()


def _brought(
    context: Context, judge: Callable[[Sequence[Certificate]], path.PathResult]
) -> Brought:
    """Judge; ask for the CAs that the path lacks, one above the other, where the user agrees."""
    result = judge(())
    cas: tuple[Certificate, ...] = ()
    sources: tuple[str, ...] = ()
    why = _why_not(context)
    while (tip := wanted(result)) is not None and len(sources) < MOST_FETCHED:
        if why == "not_asked" and _agrees(context, tip):
            why = ""
        if why:
            return Brought(result, cas, sources, tuple(f"{u}: {why}" for u in addresses(tip)))
        (got,) = context.ports.network.inquire((_inquiry(tip),))
        served = next((f for f in got.values() if issuers(tip, f.body)), None)
        if served is None:
            failed = tuple(f"{f.url}: {f.fault or 'no_issuer'}" for f in got.values())
            return Brought(result, cas, sources, failed)
        cas, sources = (*cas, *issuers(tip, served.body)), (*sources, served.url)
        result = judge(cas)
    return Brought(result, cas, sources)


def _why_not(context: Context) -> str:
    """Say why a missing CA is not asked for: until the user agrees, since nobody was asked."""
    if not context.wishes.network:
        return "option"
    certificate = context.ended().get("certificate")
    return "unneeded" if certificate and certificate.status is Status.FAILED else "not_asked"


def _agrees(context: Context, tip: Certificate) -> bool:
    hosts = dict.fromkeys(map(_host, addresses(tip)))
    return context.ports.user.may_fetch(FetchQuestion(tip.issuer_common_name, ", ".join(hosts)))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:  # a URL out of a certificate may be anything
        return url


def _inquiry(tip: Certificate) -> Inquiry:
    return Inquiry(
        tuple(map(Ask, addresses(tip))), lambda _, answer: bool(issuers(tip, answer.body))
    )


def trusted(context: Context) -> trust.Trust:
    """Return the pinned roots, or those that the profile names instead."""
    named = context.profile.trust.roots_sha256
    return trust.pinned().trusting(named) if named else trust.pinned()


CHECK = Check(run, requires=("certificate",))
