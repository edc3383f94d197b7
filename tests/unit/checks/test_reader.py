import pytest
from tests.unit.checks.world import World, fact, said

from a3check.checks import reader
from a3check.checks.reader import Readers, judge
from a3check.core.check import Form, Wishes
from a3check.core.computer import Computer, Session, UsbDevice
from a3check.core.smartcard import CardState, Reader, Service, ServiceState

REAL = Reader("ACS ACR38U 00", CardState.EMPTY)
HELLO = Reader("Windows Hello for Business 1", CardState.EMPTY)
HELLO_CARD = Reader("Windows Hello for Business 1", CardState.PRESENT, b"\x3b")
ETOKEN, MOUSE = UsbDevice("0529", "0620"), UsbDevice("046d", "c077")


@pytest.mark.parametrize(
    ("readers", "usb", "remote", "code"),
    [
        ((REAL,), (), False, "reader.connected"),
        ((REAL,), (), True, "reader.connected"),
        ((HELLO, REAL), (), False, "reader.connected"),
        ((HELLO_CARD, REAL), (), False, "reader.connected"),
        ((HELLO_CARD,), (), False, "reader.virtual_only"),
        ((HELLO,), (), False, "reader.virtual_only"),
        ((HELLO,), (ETOKEN,), True, "reader.virtual_only"),
        ((), (), True, "reader.other_machine"),
        ((), (ETOKEN,), True, "reader.other_machine"),
        ((), (MOUSE, ETOKEN), False, "reader.no_system_driver"),
        ((), (MOUSE,), False, "reader.absent"),
        ((), (), False, "reader.absent"),
    ],
)
def test_judge(
    readers: tuple[Reader, ...], usb: tuple[UsbDevice, ...], remote: bool, code: str
) -> None:
    assert said(judge(readers, usb, Form.TOKEN, remote=remote)) == (code,)
    assert said(judge(readers, usb, Form.CLOUD, remote=remote)) == ("reader.not_needed",)


def test_evidence() -> None:
    found = judge((HELLO, REAL), (), Form.UNKNOWN, remote=False)
    assert fact(found, "readers") == ((REAL.name,),)
    found = judge((HELLO,), (), Form.UNKNOWN, remote=False)
    assert fact(found, "readers") == ((HELLO.name,),)
    found = judge((), (), Form.UNKNOWN, remote=True)
    assert fact(found, "session") == ("remote",)
    (device,) = fact(judge((), (ETOKEN,), Form.UNKNOWN, remote=False), "device")
    assert str(device).startswith("SafeNet")


def test_run_knows_the_session_and_the_bus() -> None:
    world = World().learn(Service(ServiceState.RUNNING))
    world.system.devices = (ETOKEN,)
    assert said(world.run(reader.CHECK)) == ("reader.no_system_driver",)
    assert world.context.find(Readers) is None
    world.learn(Computer("Linux", "x86_64", Session.REMOTE, "pt_BR"))
    assert said(world.run(reader.CHECK)) == ("reader.other_machine",)
    world.learn(Computer("Linux", "x86_64", Session.LOCAL, "pt_BR"))
    assert said(world.run(reader.CHECK)) == ("reader.no_system_driver",)


def test_the_readers_are_a_fact() -> None:
    world = World().learn(Service(ServiceState.RUNNING, (HELLO_CARD, REAL)))
    assert said(world.run(reader.CHECK)) == ("reader.connected",)
    assert world.context.recall(Readers).readers == (REAL,)


def test_a_cloud_without_any_service_does_not_crash() -> None:
    world = World(Wishes(form=Form.CLOUD))
    assert said(world.run(reader.CHECK)) == ("reader.not_needed",)
