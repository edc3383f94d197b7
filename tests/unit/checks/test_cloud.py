import pytest
from tests.unit.checks.world import TOKEN, World, fact, said
from tests.unit.pki.maker import key
from tests.unit.tls.storekey import FakeStoreKeys

from a3check.checks import cloud
from a3check.checks.cloud import judge
from a3check.checks.driver import Drivers
from a3check.core import knowledge
from a3check.core.cryptoki import Candidate, Driver
from a3check.core.fault import Fault, FaultKind
from a3check.core.model import Finding
from a3check.core.wishes import Form, Wishes

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


# ---- whose cloud is it? Only outside Windows, and only where no program was found


@pytest.mark.parametrize(
    ("brand", "code", "reason"),
    [
        ("SafeID", "cloud.windows_only", None),
        ("VIDaaS", "cloud.agent_absent", "elsewhere"),
        ("RemoteID", "cloud.agent_absent", "elsewhere"),
        ("BirdID", "cloud.agent_absent", "named"),
        ("SerproID / NeoID", "cloud.agent_absent", "named"),
        ("Syngular", "cloud.agent_absent", "named"),
        ("Serasa Experian", "cloud.agent_absent", "named"),
        (None, "cloud.agent_absent", None),
        ("", "cloud.agent_absent", None),
    ],
)
def test_the_named_cloud_s_program(brand: str | None, code: str, reason: str | None) -> None:
    world = World(Wishes(form=Form.CLOUD))
    world.user.brand = brand
    (found,) = world.run(cloud.CHECK)
    assert isinstance(found, Finding)
    assert (found.code, found.get("reason")) == (code, reason)
    alone = "product" if code == "cloud.windows_only" else "products"
    assert found.get(alone) in {brand, (brand,) if brand else world.user.brands[0]}
    assert world.user.brands == [tuple(c.brand for c in knowledge.clouds())]


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("drivers", [(READY,), (LOCAL,), (CLOSED,), (STOPPED,)])
def test_nobody_is_asked_where_it_does_not_matter(form: Form, drivers: tuple[Driver, ...]) -> None:
    world = World(Wishes(form=form))
    world.system.found = (AGENT,)
    world.learn(Drivers(drivers))
    world.run(cloud.CHECK)
    windows = World(Wishes(form=form), store_keys=FakeStoreKeys(key("leaf")))  # type: ignore[arg-type]
    windows.run(cloud.CHECK)
    other = World(Wishes(form=form))
    if form is not Form.CLOUD:
        other.run(cloud.CHECK)
    assert world.user.brands == windows.user.brands == other.user.brands == []
