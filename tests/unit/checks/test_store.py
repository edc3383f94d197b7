from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.unit.checks.test_certificate import held
from tests.unit.checks.test_windows_way import keys
from tests.unit.checks.world import World, fact, said

from a3check.checks import store
from a3check.checks.certificate import Chosen
from a3check.checks.store import InStore
from a3check.checks.token import Tokens
from a3check.core.catalogue import Catalogue
from a3check.core.computer import Store, StoreState
from a3check.core.daemon import Activity, Daemon, Start
from a3check.core.smartcard import Service, ServiceState
from a3check.core.store_key import StoreLook


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
    one = held()
    world.learn(Chosen(one))
    assert said(world.run(store.CHECK)) == ("store.present", "store.absent")
    assert world.system.shown_by == (one.token.module,)


def test_run_knows_the_token_s_other_modules() -> None:
    world, one = World(), held()
    world.learn(Chosen(one), Tokens(((replace(one.token, module="/first.so"), one.token),)))
    world.run(store.CHECK)
    assert world.system.shown_by == (one.token.module, "/first.so")


def test_every_module_that_shows_the_token_counts() -> None:
    one = held()
    twin = replace(one.token, module="/twin.so")
    other = replace(one.token, module="/other.so", serial="7")
    tokens = Tokens(((other,), (twin, one.token)))
    assert store.showing(one, tokens) == (one.token.module, "/twin.so")
    assert store.showing(one, Tokens(((other,),))) == (one.token.module,)


def test_a_module_that_a_browser_does_not_know_is_never_a_failure() -> None:
    stores = (
        Store(StoreState.PRESENT, "Firefox", "/t.so", "firefox"),
        Store(StoreState.UNREGISTERED, "Google Chrome", "/t.so", "chromium", "/db"),
        Store(StoreState.UNREGISTERED, "Firefox"),
    )
    present, absent, bare = store.judge(stores)
    assert said((present, absent, bare)) == (
        "store.present",
        "store.absent lowered",
        "store.absent lowered",
    )
    assert fact(present, "browser", "module", "engine") == ("Firefox", "/t.so", "firefox")
    names = ("browser", "module", "engine", "folder")
    assert fact(absent, *names) == ("Google Chrome", "/t.so", "chromium", "/db")
    assert fact(bare, *names) == ("Firefox", None, None, None)


@pytest.mark.parametrize(
    ("engine", "step"), [("firefox", "Carregar"), ("chromium", "-libfile /t.so"), ("", "Retire")]
)
def test_the_words_fit_the_browser(engine: str, step: str) -> None:
    shown = Store(StoreState.UNREGISTERED, "Navegador", "/t.so", engine, "/db")
    (found,) = store.judge((shown,))
    assert any(step in line for line in Catalogue("linux").advice(found).steps)


@pytest.mark.parametrize(
    ("propagation", "reason", "word"),
    [
        (
            Daemon(True, Start.DISABLED, Activity.STOPPED),
            "propagation_disabled",
            "está desativado",
        ),
        (Daemon(True, Start.MANUAL, Activity.STOPPED), "propagation_stopped", "está parado"),
        (Daemon(True, Start.MANUAL, Activity.PAUSED), None, "não chegou"),
        (Daemon(True, Start.MANUAL, Activity.RUNNING), "propagation_running", "não chegou"),
        (Daemon(True, Start.MANUAL, Activity.STARTING), "propagation_running", "não chegou"),
        (Daemon(installed=False), None, "não chegou"),
        (Daemon(error=5), None, "não chegou"),
        (None, None, "não chegou"),
    ],
)
def test_why_windows_brought_no_certificate(
    propagation: Daemon | None, reason: str | None, word: str
) -> None:
    (absent,) = store.judge_windows(StoreLook(present=False), (), propagation)
    assert said(absent) == ("store.absent",)
    assert fact(absent, "browser", "reason") == ("Windows", reason)
    assert word in Catalogue("windows").advice(absent).explanation
    (there,) = store.judge_windows(StoreLook(True, True), (), propagation)
    assert said(there) == ("store.present",)


def test_what_the_service_manager_said_is_remembered() -> None:
    stopped = Daemon(True, Start.MANUAL, Activity.STOPPED)
    service = Service(ServiceState.RUNNING, propagation=stopped)
    world = World(store_keys=keys(StoreLook(present=False))).learn(Chosen(held()), service)
    (absent,) = world.run(store.CHECK)
    assert fact(absent, "reason") == ("propagation_stopped",)


@pytest.mark.parametrize(
    ("propagation", "looks"),
    [
        (Daemon(True, Start.MANUAL, Activity.RUNNING), 2),
        (Daemon(True, Start.MANUAL, Activity.STARTING), 2),
        (Daemon(True, Start.MANUAL, Activity.STOPPED), 1),
        (Daemon(True, Start.DISABLED, Activity.STOPPED), 1),
        (None, 1),
    ],
)
@pytest.mark.parametrize("comes", [True, False])
def test_windows_may_bring_it_a_moment_later(
    propagation: Daemon | None, looks: int, comes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PROPAGATION", 0.001)
    answers = [StoreLook(present=False), StoreLook(present=comes, linked=True)]
    stores = keys()

    def look(certificate: bytes, above: Sequence[bytes]) -> StoreLook:
        assert certificate
        assert not above
        return answers.pop(0)

    monkeypatch.setattr(stores, "look", look)
    service = Service(ServiceState.RUNNING, propagation=propagation)
    world = World(store_keys=stores).learn(Chosen(held()), service)
    (told,) = world.run(store.CHECK)
    there = comes and looks > 1
    assert said(told) == ("store.present" if there else "store.absent",)
    assert world.context.recall(InStore).look.present is there
    assert len(answers) == 2 - looks
