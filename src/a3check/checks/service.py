"""Does the PC/SC service (smart-card service) run and answer?"""

from collections.abc import Iterator, Sequence

from a3check.checks import reader
from a3check.core.check import Check, Context, found
from a3check.core.computer import UsbDevice
from a3check.core.daemon import Daemon, Start
from a3check.core.model import Finding, Value
from a3check.core.smartcard import Service, ServiceState
from a3check.core.wishes import Form

WELL = frozenset({"service.running", "service.idle"})
"""Codes with which the checks to come can go on."""


def run(context: Context) -> Iterator[Finding]:
    """Survey PC/SC once; the later checks read the same survey."""
    service = context.ports.readers.survey()
    finding = judged(service, context)
    if finding.code in WELL:
        context.learn(service)
    yield finding


def judged(service: Service, context: Context) -> Finding:
    """Judge a survey; the USB bus is looked at where the service is stopped."""
    stopped = service.state is ServiceState.STOPPED
    usb = context.ports.system.usb() if stopped else ()
    return judge(service, context.wishes.form, usb)


def judge(service: Service, form: Form, usb: Sequence[UsbDevice] = ()) -> Finding:
    """Name the service's state; a certificate in the cloud does without it."""
    match service.state:
        case ServiceState.RUNNING:
            return found("service.running")
        case ServiceState.STOPPED:
            finding = _stopped(service, usb)
        case ServiceState.ABSENT:
            finding = found("service.absent", pcsc=service.detail)
        case ServiceState.DENIED:
            finding = found("service.denied", pcsc=service.detail, **_told(service.daemon))
        case ServiceState.UNRESPONSIVE:
            seconds = round(service.seconds)
            finding = found("service.unresponsive", seconds=seconds, **_told(service.daemon))
    return finding.lower() if form is Form.CLOUD and finding.code not in WELL else finding


def _stopped(service: Service, usb: Sequence[UsbDevice]) -> Finding:
    """Blame a stopped service only for what it does not do.

    Windows ends it with the last reader and starts it with the next one (since Windows 8).
    """
    daemon = service.daemon
    if daemon is None or not daemon.installed:
        return found("service.stopped", pcsc=service.detail)
    if daemon.start is Start.DISABLED:
        reason = "disabled"
    elif any(map(_wants_it, usb)):
        reason = "no_start"
    else:
        return found("service.idle", **_told(daemon))
    return found("service.stopped", pcsc=service.detail, reason=reason, **_told(daemon))


def _wants_it(device: UsbDevice) -> bool:
    """Tell whether a device should have started the service.

    One that Windows itself has not brought to work as a reader starts nothing: the reader's check
    says what is the matter with it.
    """
    return reader.ours(device) if device.state is None else device.state.serves_cards


def _told(daemon: Daemon | None) -> dict[str, Value]:
    """Return what Windows' service manager says of the service, as evidence."""
    if daemon is None:
        return {}
    facts: dict[str, Value] = {
        "start": str(daemon.start),
        "activity": str(daemon.activity),
        "exit_code": daemon.exit_code,
    }
    return {name: value for name, value in facts.items() if value}


CHECK = Check(run)
