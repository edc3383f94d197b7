"""Is a reader or a token connected?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a3check.core import knowledge
from a3check.core.check import Check, Context, found
from a3check.core.computer import Computer, Session, UsbDevice
from a3check.core.model import Finding, Value
from a3check.core.smartcard import CardState, Reader, Service
from a3check.core.wishes import Form


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of PC/SC in which the user's card may be: none that is virtual."""

    readers: tuple[Reader, ...]


def run(context: Context) -> Iterator[Finding]:
    """Look at the readers that PC/SC lists, and at the USB bus where there are none."""
    service = context.find(Service)
    readers = service.readers if service is not None else ()
    context.wait_for("computer")
    computer = context.find(Computer)
    remote = computer is not None and computer.session is Session.REMOTE
    usb = () if any(map(_holds, real(readers))) else context.ports.system.usb()
    finding = judge(readers, usb, context.wishes.form, remote=remote)
    if finding.code == "reader.connected":
        context.learn(Readers(real(readers)))
    yield finding


def real(readers: Sequence[Reader]) -> tuple[Reader, ...]:
    """Leave out the virtual ones: Windows Hello's always holds a card, and never the user's.

    Should one hold it all the same, what is read of its token overrules this check.
    """
    return tuple(r for r in readers if not knowledge.virtual_reader(r.name))


def judge(
    readers: Sequence[Reader], usb: Sequence[UsbDevice], form: Form, *, remote: bool
) -> Finding:
    """Tell readers from virtual ones, and no reader from one that PC/SC does not see.

    In a remote session PC/SC shows the other computer's readers, and none of this one's.
    """
    if form is Form.CLOUD:
        return found("reader.not_needed")
    device = None if remote else wanted(usb)
    if names := tuple(r.name for r in real(readers)):
        if device is None or not idle_token(device) or any(map(_holds, real(readers))):
            return found("reader.connected", readers=names)
        return found("reader.no_system_driver", device=named(device), **_made_of(device))
    if remote and not readers:
        return found("reader.other_machine", session=str(Session.REMOTE))
    if device is not None:
        return found("reader.no_system_driver", device=named(device), **_made_of(device))
    if readers:
        return found("reader.virtual_only", readers=tuple(r.name for r in readers))
    if any(d.nameless for d in usb):
        return found("reader.absent", reason="nameless")
    return found("reader.absent")


def wanted(usb: Sequence[UsbDevice]) -> UsbDevice | None:
    """Return the device that is likeliest the user's: a token before a reader."""
    return min(filter(ours, usb), key=lambda device: not _is_token(device), default=None)


def idle_token(device: UsbDevice) -> bool:
    """Tell whether a known token is plugged in of which the system has made no reader.

    An empty reader beside it is another one: a token's own always holds its card.
    """
    return _is_token(device) and device.state is not None and not device.state.serves_cards


def _is_token(device: UsbDevice) -> bool:
    known = knowledge.usb(device.vid, device.pid)
    return known is not None and known.token


def _holds(reader: Reader) -> bool:
    return reader.state is not CardState.EMPTY


def ours(device: UsbDevice) -> bool:
    """Tell whether it is a known token or reader, or one that says that it reads cards."""
    said = device.state is not None and (device.state.reader or device.state.serves_cards)
    return said or knowledge.usb(device.vid, device.pid) is not None


def named(device: UsbDevice) -> str:
    """Return a device's name: ours, or the system's, or its numbers."""
    known = knowledge.usb(device.vid, device.pid)
    said = device.state.description if device.state is not None else ""
    return known.name if known is not None else said or f"USB {device.vid}:{device.pid}"


def _made_of(device: UsbDevice) -> dict[str, Value]:
    """Say what the system has made of a device that PC/SC does not show."""
    state = device.state
    if state is None:
        return {}
    unseen = "unseen" if state.serves_cards else ""
    facts: dict[str, Value] = {
        "reason": knowledge.device_trouble(state.problem) or unseen,
        "problem": state.problem,
        "system_driver": state.driver,
    }
    return {name: value for name, value in facts.items() if value}


CHECK = Check(run, requires=("service",))
