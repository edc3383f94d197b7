from dataclasses import replace

import pytest
from tests.unit.checks.world import World, fact, said

from a3check.checks import reader
from a3check.checks.reader import Readers, judge
from a3check.core.catalogue import Catalogue
from a3check.core.computer import Computer, DeviceState, Session, UsbDevice
from a3check.core.smartcard import CardState, Reader, Service, ServiceState
from a3check.core.wishes import Form, Wishes

REAL = Reader("ACS ACR38U 00", CardState.EMPTY)
HELLO = Reader("Windows Hello for Business 1", CardState.EMPTY)
HELLO_CARD = Reader("Windows Hello for Business 1", CardState.PRESENT, b"\x3b")
IN_USE = Reader("ACS ACR38U 01", CardState.PRESENT, b"\x3b")
CARD_READER = UsbDevice("058f", "9540", DeviceState(22, started=False, reader=True))
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
        ((HELLO,), (MOUSE,), False, "reader.virtual_only"),
        ((HELLO,), (MOUSE, ETOKEN), False, "reader.no_system_driver"),
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


def plugged(problem: int, kind: str = "", driver: str = "") -> UsbDevice:
    return UsbDevice("0529", "0620", DeviceState(problem, not problem, kind, driver))


@pytest.mark.parametrize(
    ("device", "reason", "problem", "driver", "word"),
    [
        (plugged(28), "no_driver", 28, None, "Falta no Windows o driver"),
        (plugged(1), "no_driver", 1, None, "Falta no Windows o driver"),
        (plugged(22, driver="WUDFRd"), "disabled", 22, "WUDFRd", "foi desabilitado no Windows"),
        (plugged(10, driver="aksifdh"), "broken_driver", 10, "aksifdh", "não conseguiu usar"),
        (plugged(31), "broken_driver", 31, None, "não conseguiu usar"),
        (plugged(39), "broken_driver", 39, None, "não conseguiu usar"),
        (plugged(52), "blocked_driver", 52, None, "bloqueou o driver"),
        (plugged(14), "restart", 14, None, "precisa ser reiniciado"),
        (plugged(47), "replug", 47, None, "conectado de novo"),
        (plugged(43), "failing", 43, None, "apresentou uma falha"),
        (plugged(0, kind="SmartCardReader"), "unseen", None, None, "não mostra"),
        (plugged(0, kind="DiskDrive"), None, None, None, "o sistema não reconhece"),
        (plugged(999), None, 999, None, "o sistema não reconhece"),
        (ETOKEN, None, None, None, "o sistema não reconhece"),
    ],
)
def test_what_windows_made_of_a_device_is_said(
    device: UsbDevice, reason: str | None, problem: int | None, driver: str | None, word: str
) -> None:
    finding = judge((), (MOUSE, device), Form.TOKEN, remote=False)
    assert said(finding) == ("reader.no_system_driver",)
    assert fact(finding, "reason", "problem", "system_driver") == (reason, problem, driver)
    assert word in Catalogue("windows").advice(finding).title


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (DeviceState(28, False, description="Leitor de cartão", reader=True), "Leitor de cartão"),
        (DeviceState(28, False, reader=True), "USB ffff:0001"),
        (DeviceState(kind="SmartCardReader"), "USB ffff:0001"),
    ],
)
def test_one_that_nobody_knows_may_say_that_it_is_a_reader(state: DeviceState, name: str) -> None:
    finding = judge((), (UsbDevice("ffff", "0001", state),), Form.TOKEN, remote=False)
    assert fact(finding, "device") == (name,)
    plain = UsbDevice("ffff", "0001", DeviceState(28, False))
    assert said(judge((), (plain,), Form.TOKEN, remote=False)) == ("reader.absent",)


def test_one_that_could_not_say_who_it_is() -> None:
    finding = judge((), (MOUSE, UsbDevice("0000", "0002")), Form.TOKEN, remote=False)
    assert said(finding) == ("reader.absent",)
    assert fact(finding, "reason") == ("nameless",)
    assert "identificar um aparelho USB" in Catalogue("windows").advice(finding).title
    both = (UsbDevice("0000", "0002"), ETOKEN)
    assert said(judge((), both, Form.TOKEN, remote=False)) == ("reader.no_system_driver",)


@pytest.mark.parametrize(
    ("readers", "usb", "remote", "code"),
    [
        ((REAL,), (plugged(28),), False, "reader.no_system_driver"),
        ((HELLO_CARD, REAL), (plugged(28),), False, "reader.no_system_driver"),
        ((REAL,), (plugged(28),), True, "reader.connected"),
        ((REAL,), (plugged(0, kind="SmartCardReader"),), False, "reader.connected"),
        ((REAL,), (ETOKEN,), False, "reader.connected"),  # what became of it is not known
        ((REAL,), (CARD_READER,), False, "reader.connected"),  # a reader, no token
        ((REAL, IN_USE), (plugged(28),), False, "reader.connected"),
        ((IN_USE,), (plugged(28),), False, "reader.connected"),
        ((replace(IN_USE, state=CardState.MUTE),), (plugged(28),), False, "reader.connected"),
    ],
)
def test_an_empty_reader_hides_no_token_without_a_driver(
    readers: tuple[Reader, ...], usb: tuple[UsbDevice, ...], remote: bool, code: str
) -> None:
    assert said(judge(readers, usb, Form.TOKEN, remote=remote)) == (code,)
    world = World().learn(Service(ServiceState.RUNNING, readers))
    world.system.devices = usb
    if not remote:
        assert said(world.run(reader.CHECK)) == (code,)


def test_a_token_is_named_before_a_reader() -> None:
    names = [
        fact(judge((), usb, Form.UNKNOWN, remote=False), "device")
        for usb in ((CARD_READER, ETOKEN), (ETOKEN, CARD_READER))
    ]
    assert names[0] == names[1]
    assert str(names[0][0]).startswith("SafeNet")


def test_the_bus_is_asked_where_only_virtual_readers_are_there() -> None:
    world = World().learn(Service(ServiceState.RUNNING, (HELLO,)))
    world.system.devices = (ETOKEN,)
    assert said(world.run(reader.CHECK)) == ("reader.no_system_driver",)
