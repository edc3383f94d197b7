"""How what Windows' service manager said reaches the survey, and what becomes of it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from smartcard import scard
from tests.unit.core.test_daemon import GIVEN, answers

from a3check.core.daemon import Activity, Answers, Daemon, Start, read
from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.smartcard import ServiceState
from a3check.probes import pcsc, readers, running, services
from a3check.probes.protocol import RefusalError
from a3check.probes.readers import ProbedReaders, windows_state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NO_SERVICE: Final = Fault(FaultKind.REFUSED, "SCardEstablishContext", detail="SCARD_E_NO_SERVICE")
ENDED: Final = Fault(FaultKind.REFUSED, "SCardListReaders", detail="SCARD_E_SERVICE_STOPPED")
EMPTY: Final[Mapping[str, object]] = {"readers": []}


def event(name: str, said: str) -> Mapping[str, object]:
    return {"event": "service", "name": name, **services.shown(answers(GIVEN[said]))}


class FakeProcess:
    """A probe for PC/SC: first what the service manager said, then a reply; one a question."""

    script: list[tuple[tuple[Mapping[str, object], ...], Any]]

    def __init__(self, kind: str) -> None:
        assert kind == "pcsc"

    def call(
        self,
        method: str,
        seconds: float,
        params: Mapping[str, object],
        *,
        heard: Callable[[Mapping[str, object]], None],
    ) -> object:
        assert (method, params) == ("survey", {})
        assert seconds
        events, reply = self.script.pop(0)
        for each in events:
            heard(each)
        return reply

    def end(self) -> None:
        pass


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any]]:
    FakeProcess.script = []
    monkeypatch.setattr(running, "ProbeProcess", FakeProcess)
    return FakeProcess.script


@pytest.mark.parametrize("name", GIVEN)
def test_answers_travel_whole(name: str) -> None:
    given = answers(GIVEN[name])
    assert services.taken(services.shown(given)) == given


def test_what_is_no_answer_counts_for_nothing() -> None:
    nonsense = {"error": "5", "status": 7, "config": "%%", "triggers": None}
    assert services.taken(nonsense) == services.taken({}) == Answers()


def test_there_is_no_such_manager_here() -> None:
    assert services.ask("SCardSvr") is None


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("absent", ServiceState.ABSENT),
        ("at_rest", ServiceState.STOPPED),
        ("disabled", ServiceState.STOPPED),
        ("failed_to_start", ServiceState.STOPPED),
        ("starting", ServiceState.STOPPED),
        ("at_work", ServiceState.DENIED),
    ],
)
def test_no_service_is_told_apart(said: str, state: ServiceState) -> None:
    assert windows_state(read(answers(GIVEN[said]))) is state


@pytest.mark.parametrize("fault", [NO_SERVICE, ENDED])
def test_a_refused_survey_says_what_the_manager_said(
    fault: Fault, script: list[tuple[Any, Any]]
) -> None:
    script.append(((event("SCardSvr", "disabled"), event("CertPropSvc", "absent")), fault))
    found = ProbedReaders(Limits()).survey()
    assert (found.state, found.detail) == (ServiceState.STOPPED, fault.detail)
    assert found.daemon == Daemon(True, Start.DISABLED, Activity.STOPPED, True)
    assert not script


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("absent", ServiceState.ABSENT),
        ("disabled", ServiceState.STOPPED),
        ("at_work", ServiceState.UNRESPONSIVE),
        ("denied", ServiceState.UNRESPONSIVE),
    ],
)
def test_whatever_pc_sc_calls_it_one_that_does_not_run_is_that(
    said: str, state: ServiceState, script: list[tuple[Any, Any]]
) -> None:
    odd = Fault(FaultKind.REFUSED, "SCardEstablishContext", detail="SCARD_F_INTERNAL_ERROR")
    script.append(((event("SCardSvr", said),), odd))
    found = ProbedReaders(Limits()).survey()
    assert (found.state, found.detail) == (state, "SCARD_F_INTERNAL_ERROR")


@pytest.mark.parametrize("said", ["starting", "at_work"])
def test_one_that_was_just_starting_is_asked_again_in_a_new_context(
    said: str, script: list[tuple[Any, Any]]
) -> None:
    first = ((event("SCardSvr", said),), NO_SERVICE)
    works = (event("SCardSvr", "at_work"), event("CertPropSvc", "at_rest"))
    script += [first, (works, EMPTY)]
    found = ProbedReaders(Limits()).survey()
    assert (found.state, found.readers) == (ServiceState.RUNNING, ())
    assert found.daemon is not None
    assert found.daemon.activity is Activity.RUNNING
    assert found.propagation == Daemon(True, Start.MANUAL, Activity.STOPPED, True)


def test_it_is_asked_again_once(script: list[tuple[Any, Any]]) -> None:
    script += [((event("SCardSvr", "at_work"),), NO_SERVICE)] * 2
    assert ProbedReaders(Limits()).survey().state is ServiceState.DENIED
    assert not script


@pytest.mark.parametrize("events", [(), (event("SCardSvr", "denied"),)])
def test_where_the_manager_says_nothing_the_disk_decides(
    events: tuple[Mapping[str, object], ...],
    script: list[tuple[Any, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(readers, "_why_stopped", lambda: ServiceState.ABSENT)
    script.append((events, NO_SERVICE))
    assert ProbedReaders(Limits()).survey().state is ServiceState.ABSENT


class Heard:
    """A request whose events are heard, in their order."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def calling(self, call: str) -> None:
        self.told.append(call)

    def tell(self, event: str, **data: object) -> None:
        self.told.append(f"{event} {data.get('name', '')}".strip())


def test_the_manager_is_asked_before_pc_sc_may_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ask", lambda _: Answers(1060))
    monkeypatch.setattr(scard, "SCardEstablishContext", lambda _: (scard.SCARD_E_NO_SERVICE, 0))
    request = Heard()
    with pytest.raises(RefusalError):
        pcsc.survey(request)  # type: ignore[arg-type]  # all that is asked of a request here
    assert request.told == ["service SCardSvr", "service CertPropSvc", "SCardEstablishContext"]


@pytest.mark.parametrize("call", ["SCardGetStatusChange", "SCardListReaders"])
@pytest.mark.parametrize(
    ("code", "name"),
    [
        (scard.SCARD_E_SERVICE_STOPPED, "SCARD_E_SERVICE_STOPPED"),
        (scard.SCARD_E_NO_SERVICE, "SCARD_E_NO_SERVICE"),
        (scard.SCARD_E_SYSTEM_CANCELLED - 2**32, "SCARD_E_SYSTEM_CANCELLED"),
    ],
)
def test_a_watch_ends_with_its_context(
    call: str, code: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows ends its service with the last reader; the old context is dead for ever."""
    listed: list[tuple[int, Any]] = [(0, ["Leitora 0"]), (0, ["Leitora 0"])]
    waits: list[tuple[int, Any]] = [(0, [("Leitora 0", scard.SCARD_STATE_EMPTY, [])]), (0, [])]
    (waits if call == "SCardGetStatusChange" else listed)[1] = (code, [])
    monkeypatch.setattr(scard, "SCardEstablishContext", lambda _: (0, 1))
    monkeypatch.setattr(scard, "SCardListReaders", lambda *_: listed.pop(0))
    monkeypatch.setattr(scard, "SCardGetStatusChange", lambda *_: waits.pop(0))
    request = Heard()
    with pytest.raises(RefusalError) as refused:
        pcsc.watch(request)  # type: ignore[arg-type]
    assert (refused.value.call, refused.value.detail) == (call, name)
    assert request.told.count("SCardEstablishContext") == 1
    assert "seen" in request.told
