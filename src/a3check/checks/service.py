"""Does the PC/SC service (smart-card service) run and answer?"""

from collections.abc import Iterator

from a3check.core.check import Check, Context, Form, found
from a3check.core.model import Finding
from a3check.core.smartcard import Service, ServiceState


def run(context: Context) -> Iterator[Finding]:
    """Survey PC/SC once; the later checks read the same survey."""
    service = context.ports.readers.survey()
    if service.state is ServiceState.RUNNING:
        context.learn(service)
    yield judge(service, context.wishes.form)


def judge(service: Service, form: Form) -> Finding:
    """Name the service's state; a certificate in the cloud does without it."""
    match service.state:
        case ServiceState.RUNNING:
            return found("service.running")
        case ServiceState.STOPPED:
            finding = found("service.stopped", pcsc=service.detail)
        case ServiceState.ABSENT:
            finding = found("service.absent", pcsc=service.detail)
        case ServiceState.DENIED:
            finding = found("service.denied", pcsc=service.detail)
        case ServiceState.UNRESPONSIVE:
            finding = found("service.unresponsive", seconds=round(service.seconds))
    return finding.lower() if form is Form.CLOUD else finding


CHECK = Check(run)
