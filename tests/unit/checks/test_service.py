import pytest
from tests.unit.checks.world import World, fact, said

from a3check.checks import service
from a3check.core.check import Form, Wishes
from a3check.core.smartcard import Service, ServiceState


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
