import pytest
from tests.unit.checks.world import TOKEN, World, fact, said

from a3check.checks import cloud
from a3check.checks.cloud import judge
from a3check.checks.driver import Drivers
from a3check.core.check import Form, Wishes
from a3check.core.cryptoki import Candidate, Driver
from a3check.core.fault import Fault, FaultKind

AGENT = Candidate("/opt/agent.so", "birdid", "BirdID", cloud=True)
READY = Driver(AGENT, tokens=(TOKEN,))
CLOSED = Driver(AGENT)
STOPPED = Driver(AGENT, faults=(Fault(FaultKind.REFUSED, "C_Initialize"),))
LOCAL = Driver(Candidate("/opt/good.so"), tokens=(TOKEN,))
IDLE = Driver(Candidate("/opt/good.so"))


@pytest.mark.parametrize(
    ("drivers", "unknown", "cloudy"),
    [
        ((READY,), "cloud.agent_ready", "cloud.agent_ready"),
        ((LOCAL, CLOSED), "cloud.not_used", "cloud.not_used"),
        ((CLOSED,), "cloud.not_used", "cloud.session_closed"),
        ((STOPPED,), "cloud.not_used", "cloud.agent_stopped"),
        ((IDLE, STOPPED), "cloud.not_used", "cloud.agent_stopped"),
        ((), "cloud.not_used", "cloud.agent_stopped"),
    ],
)
def test_judge(drivers: tuple[Driver, ...], unknown: str, cloudy: str) -> None:
    assert said(judge((AGENT,), drivers, Form.UNKNOWN)) == (unknown,)
    found = judge((AGENT,), drivers, Form.CLOUD)
    assert said(found) == (cloudy,)
    if cloudy != "cloud.not_used":
        assert fact(found, "product") == ("BirdID",)


def test_no_agent_at_all() -> None:
    found = judge((), (), Form.CLOUD)
    assert said(found) == ("cloud.agent_absent",)
    assert len(found.get("products") or ()) > 3  # type: ignore[arg-type] # a tuple of names
    assert said(judge((), (), Form.TOKEN)) == ("cloud.not_used",)


def test_run() -> None:
    world = World(Wishes(form=Form.CLOUD))
    assert said(world.run(cloud.CHECK)) == ("cloud.agent_absent",)
    world.system.found = (AGENT,)
    assert said(world.run(cloud.CHECK)) == ("cloud.agent_stopped",)
    world.learn(Drivers((READY,)))
    assert said(world.run(cloud.CHECK)) == ("cloud.agent_ready",)
