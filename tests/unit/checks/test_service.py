import pytest
from tests.unit.checks.world import World, fact, said

from a3check.checks import service
from a3check.core.catalogue import Catalogue
from a3check.core.computer import DeviceState, UsbDevice
from a3check.core.daemon import Activity, Daemon, Start
from a3check.core.smartcard import Service, ServiceState
from a3check.core.wishes import Form, Wishes

RESTS = Daemon(True, Start.MANUAL, Activity.STOPPED, True)
DISABLED = Daemon(True, Start.DISABLED, Activity.STOPPED)
FAILED = Daemon(True, Start.AUTOMATIC, Activity.STOPPED, exit_code=1068)
WORKS = DeviceState(kind="SmartCardReader", driver="WUDFRd")
READER, TOKEN = UsbDevice("ffff", "0001", WORKS), UsbDevice("0529", "0620")
WITHOUT_DRIVER = UsbDevice("0529", "0620", DeviceState(28, started=False))
DISK = UsbDevice("0529", "0620", DeviceState(kind="DiskDrive"))
MOUSE = UsbDevice("046d", "c077")


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (ServiceState.RUNNING, "service.running"),
        (ServiceState.STOPPED, "service.stopped"),
        (ServiceState.ABSENT, "service.absent"),
        (ServiceState.DENIED, "service.denied"),
        (ServiceState.UNRESPONSIVE, "service.unresponsive"),
    ],
)
def test_judge(state: ServiceState, code: str) -> None:
    given = Service(state, detail="SCARD_E_X", seconds=9.6)
    assert said(service.judge(given, Form.UNKNOWN)) == (code,)
    lowered = "" if state is ServiceState.RUNNING else " lowered"
    assert said(service.judge(given, Form.CLOUD)) == (f"{code}{lowered}",)


def test_evidence() -> None:
    for state in (ServiceState.STOPPED, ServiceState.ABSENT, ServiceState.DENIED):
        assert fact(service.judge(Service(state, detail="SCARD_E_X"), Form.TOKEN), "pcsc") == (
            "SCARD_E_X",
        )
    late = Service(ServiceState.UNRESPONSIVE, seconds=9.6)
    assert fact(service.judge(late, Form.TOKEN), "seconds") == (10,)


@pytest.mark.parametrize("state", ServiceState)
def test_only_a_running_service_is_a_fact(state: ServiceState) -> None:
    world = World(Wishes(form=Form.TOKEN))
    world.readers.service = Service(state)
    world.run(service.CHECK)
    assert (world.context.find(Service) is not None) is (state is ServiceState.RUNNING)


def stopped(daemon: Daemon | None) -> Service:
    return Service(ServiceState.STOPPED, detail="SCARD_E_NO_SERVICE", daemon=daemon)


@pytest.mark.parametrize(
    ("daemon", "usb", "code", "reason"),
    [
        (RESTS, (), "service.idle", None),
        (RESTS, (MOUSE,), "service.idle", None),
        (RESTS, (WITHOUT_DRIVER,), "service.idle", None),  # nothing that could wake it
        (RESTS, (DISK,), "service.idle", None),
        (RESTS, (MOUSE, TOKEN), "service.stopped", "no_start"),  # what became of it is not known
        (RESTS, (READER,), "service.stopped", "no_start"),
        (FAILED, (READER,), "service.stopped", "no_start"),
        (FAILED, (), "service.idle", None),
        (DISABLED, (), "service.stopped", "disabled"),
        (DISABLED, (READER,), "service.stopped", "disabled"),
        (Daemon(error=5), (), "service.stopped", None),
        (None, (), "service.stopped", None),
    ],
)
def test_windows_ends_it_with_the_last_reader_and_that_is_no_fault(
    daemon: Daemon | None, usb: tuple[UsbDevice, ...], code: str, reason: str | None
) -> None:
    finding = service.judge(stopped(daemon), Form.TOKEN, usb)
    assert said(finding) == (code,)
    assert fact(finding, "reason") == (reason,)
    lowered = "" if code == "service.idle" else " lowered"
    assert said(service.judge(stopped(daemon), Form.CLOUD, usb)) == (f"{code}{lowered}",)


def test_what_the_manager_says_is_evidence() -> None:
    failed = service.judge(stopped(FAILED), Form.TOKEN, (READER,))
    assert fact(failed, "start", "activity", "exit_code") == ("automatic", "stopped", 1068)
    idle = service.judge(stopped(RESTS), Form.TOKEN)
    assert fact(idle, "start", "activity", "exit_code") == ("manual", "stopped", None)
    runs = Daemon(True, Start.MANUAL, Activity.RUNNING)
    for state in (ServiceState.DENIED, ServiceState.UNRESPONSIVE):
        given = Service(state, detail="SCARD_E_NO_SERVICE", daemon=runs)
        assert fact(service.judge(given, Form.TOKEN), "activity") == ("running",)


@pytest.mark.parametrize(
    ("daemon", "word"), [(DISABLED, "desativado"), (RESTS, "não iniciou"), (None, "está parado")]
)
def test_each_case_has_its_words(daemon: Daemon | None, word: str) -> None:
    advice = Catalogue("windows").advice(service.judge(stopped(daemon), Form.TOKEN, (READER,)))
    assert word in advice.title
    assert any("services.msc" in step for step in advice.steps)
    assert any("SCARD_E_NO_SERVICE" in step for step in advice.steps)


def test_a_service_at_rest_is_a_fact_and_the_bus_is_asked() -> None:
    world = World(Wishes(form=Form.TOKEN))
    world.readers.service = stopped(RESTS)
    assert said(world.run(service.CHECK)) == ("service.idle",)
    assert world.context.recall(Service).readers == ()
    world = World(Wishes(form=Form.TOKEN))
    world.readers.service, world.system.devices = stopped(RESTS), (READER,)
    assert said(world.run(service.CHECK)) == ("service.stopped",)
    assert world.context.find(Service) is None
