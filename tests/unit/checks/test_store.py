import pytest
from tests.unit.checks.test_certificate import held
from tests.unit.checks.world import World, fact, said

from a3check.checks import store
from a3check.checks.certificate import Chosen
from a3check.core.computer import Store, StoreState


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (StoreState.NOT_APPLICABLE, "store.not_applicable"),
        (StoreState.PRESENT, "store.present"),
        (StoreState.ABSENT, "store.absent"),
        (StoreState.NO_KEY, "store.no_key"),
        (StoreState.LEGACY_PROVIDER, "store.legacy_provider"),
        (StoreState.SANDBOXED, "store.sandboxed_browser"),
    ],
)
def test_judge(state: StoreState, code: str) -> None:
    (found,) = store.judge((Store(state, "Chrome"),))
    assert said(found) == (code,)
    browser = None if state is StoreState.NOT_APPLICABLE else "Chrome"
    assert fact(found, "browser") == (browser,)


def test_no_store_at_all() -> None:
    assert said(store.judge(())) == ("store.not_applicable",)


def test_run() -> None:
    world = World()
    assert said(world.run(store.CHECK)) == ("skipped: certificate",)
    world.system.stores = (Store(StoreState.PRESENT, "Chrome"), Store(StoreState.ABSENT, "Edge"))
    world.learn(Chosen(held()))
    assert said(world.run(store.CHECK)) == ("store.present", "store.absent")
