"""Is a certificate in the cloud in play, and does its provider's program work?"""

from collections.abc import Iterator, Sequence

from a3check.checks.driver import Drivers, Stored
from a3check.checks.store import unanswered
from a3check.core import knowledge
from a3check.core.check import Check, Context, found
from a3check.core.cryptoki import Candidate, Driver
from a3check.core.internet import Endpoint, Reach
from a3check.core.knowledge import KnownCloud
from a3check.core.model import Finding
from a3check.core.wishes import Form

HTTPS = 443
HERE = "linux"
"""The system on which the user is asked: on Windows every provider's program runs."""
WINDOWS_ALONE = ("windows",)


def run(context: Context) -> Iterator[Finding]:
    """Look at the providers' agents among the modules, and among Windows' key providers."""
    agents = tuple(c for c in context.ports.system.modules() if c.cloud)
    context.wait_for("driver")
    known, stored = context.find(Drivers), context.find(Stored)
    drivers = known.drivers if known else ()
    form = context.wishes.form
    if stored is not None and stored.fault is not None and form is Form.CLOUD:
        yield unanswered(stored.fault)
        return
    clouds = in_windows(context.ports.system.key_providers()) if stored is not None else ()
    finding = judge(agents, drivers, form, clouds)
    if finding.code == "cloud.agent_absent" and not context.ports.store_keys.available:
        finding = without_agent(_named(context))
    cloud = _in_play(finding, drivers, clouds)
    if cloud is not None and context.wishes.network:
        host = _unreachable(context, cloud)
        if host:
            yield from unreachable(finding, host)
            return
    yield finding


def judge(
    agents: Sequence[Candidate],
    drivers: Sequence[Driver],
    form: Form,
    clouds: Sequence[KnownCloud] = (),
) -> Finding:
    """Prefer an agent that shows a token; without one only the form ``cloud`` is a fault.

    ``clouds`` are those whose program has registered a key provider with Windows: it puts the
    certificate into the store while its session is open.
    """
    ready = next((d for d in drivers if d.candidate.cloud and d.tokens), None)
    if ready is not None:
        return found("cloud.agent_ready", product=ready.candidate.product)
    if form is not Form.CLOUD or any(d.tokens for d in drivers):
        return found("cloud.not_used")
    working = next((d for d in drivers if d.candidate.cloud and d.works), None)
    if working is not None:
        return found("cloud.session_closed", product=working.candidate.product)
    if agents:
        return found("cloud.agent_stopped", product=agents[0].product)
    if clouds:
        return found("cloud.session_closed", product=clouds[0].brand, reason="store")
    return without_agent(None)


def without_agent(cloud: KnownCloud | None) -> Finding:
    """Say what the cloud that its user has named needs, elsewhere than on Windows.

    Where a program is offered is said only where it is attested.
    """
    if cloud is None:
        return found("cloud.agent_absent", products=_brands())
    if cloud.platforms == WINDOWS_ALONE:
        return found("cloud.windows_only", product=cloud.brand)
    reason = "elsewhere" if cloud.platforms and HERE not in cloud.platforms else "named"
    return found("cloud.agent_absent", products=(cloud.brand,), reason=reason)


def _named(context: Context) -> KnownCloud | None:
    brand = context.ports.user.cloud(_brands())
    return next((cloud for cloud in knowledge.clouds() if cloud.brand == brand), None)


def _brands() -> tuple[str, ...]:
    return tuple(cloud.brand for cloud in knowledge.clouds())


def in_windows(providers: Sequence[str]) -> tuple[KnownCloud, ...]:
    """Return the clouds among Windows' key providers, by their names."""
    known = (knowledge.cloud_of(name) for name in providers)
    return tuple(dict.fromkeys(cloud for cloud in known if cloud is not None))


def unreachable(finding: Finding, host: str) -> tuple[Finding, ...]:
    """Say that a provider does not answer: beside a certificate that shows, as a warning."""
    away = found("cloud.unreachable", host=host)
    return (finding, away.lower()) if finding.code == "cloud.agent_ready" else (away,)


def _in_play(
    finding: Finding, drivers: Sequence[Driver], clouds: Sequence[KnownCloud]
) -> KnownCloud | None:
    """Return the cloud of the certificate in Windows' store, or of the program that shows none."""
    if finding.get("reason") == "store":
        return clouds[0]
    shown = (t.module for d in drivers for t in d.tokens if t.in_store)
    return next((knowledge.cloud_of(name) for name in shown), None)


def _unreachable(context: Context, cloud: KnownCloud) -> str:
    """Return the provider's host where none of those that are known lets itself be reached."""
    endpoints = tuple(Endpoint(host, HTTPS) for host in cloud.hosts)
    reached = context.ports.network.reach(endpoints) if endpoints else ()
    if not reached or any(r.reach is Reach.CONNECTED for r in reached):
        return ""
    return endpoints[0].host


CHECK = Check(run)
