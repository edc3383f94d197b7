"""Is a reader or a token connected?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a3check.core import knowledge
from a3check.core.check import Check, Context, Form, found
from a3check.core.computer import Computer, Session, UsbDevice
from a3check.core.model import Finding
from a3check.core.smartcard import Reader, Service


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
    usb = () if readers else context.ports.system.usb()
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
    """Tell readers from virtual ones, and no reader from one that PC/SC does not see."""
    if form is Form.CLOUD:
        return found("reader.not_needed")
    if names := tuple(r.name for r in real(readers)):
        return found("reader.connected", readers=names)
    if readers:
        return found("reader.virtual_only", readers=tuple(r.name for r in readers))
    if remote:
        return found("reader.other_machine", session=str(Session.REMOTE))
    device = next(filter(None, (knowledge.usb(d.vid, d.pid) for d in usb)), None)
    if device is not None:
        return found("reader.no_system_driver", device=device.name)
    return found("reader.absent")


CHECK = Check(run, requires=("service",))
