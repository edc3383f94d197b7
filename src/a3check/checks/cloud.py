"""Is a certificate in the cloud in play, and does its provider's program work?"""

from collections.abc import Iterator, Sequence

from a3check.checks.driver import Drivers
from a3check.core import knowledge
from a3check.core.check import Check, Context, Form, found
from a3check.core.cryptoki import Candidate, Driver
from a3check.core.model import Finding


def run(context: Context) -> Iterator[Finding]:
    """Look at the providers' agents among the modules."""
    agents = tuple(c for c in context.ports.system.modules() if c.cloud)
    context.wait_for("driver")
    drivers = context.find(Drivers)
    yield judge(agents, drivers.drivers if drivers else (), context.wishes.form)


def judge(agents: Sequence[Candidate], drivers: Sequence[Driver], form: Form) -> Finding:
    """Prefer an agent that shows a token; without one only the form ``cloud`` is a fault."""
    ready = next((d for d in drivers if d.candidate.cloud and d.tokens), None)
    if ready is not None:
        return found("cloud.agent_ready", product=ready.candidate.product)
    if form is not Form.CLOUD or any(d.tokens for d in drivers):
        return found("cloud.not_used")
    if not agents:
        return found("cloud.agent_absent", products=tuple(c.brand for c in knowledge.clouds()))
    working = next((d for d in drivers if d.candidate.cloud and d.works), None)
    if working is not None:
        return found("cloud.session_closed", product=working.candidate.product)
    return found("cloud.agent_stopped", product=agents[0].product)


CHECK = Check(run)
