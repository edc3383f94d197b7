"""What is done at a press: which command, which CAs, what is noted, and what is taken back."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from tests.gui import scenes
from tests.gui.repaired import HIDDEN_RUN, LACKING_RUN
from tests.unit.pki.maker import AC1, AC2, ROOT, TRUST

from a3check.checks.clock import TrustedClock
from a3check.checks.store import InStore
from a3check.core.catalogue import Catalogue
from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Profile, builtin
from a3check.core.repair import Mended, Offer, Repair, Result
from a3check.core.store_key import StoreLook
from a3check.desktop.mending import Mending
from a3check.live import Live
from a3check.probes import user_cas
from a3check.system import registry
from a3check.system.elevation import Command
from a3check.system.ledger import Installed, InstalledFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

    from a3check.core.model import Diagnosis

    Make = Callable[..., Mending]

NAMES = (AC2.facts.common_name, AC1.facts.common_name)
ABOVE = (AC2.facts, AC1.facts, ROOT.facts)
REFUSED = Fault(FaultKind.REFUSED, "CertAddCertificateContextToStore", detail="E_ACCESSDENIED")
FOLDER = r"C:\Windows\System32"


@dataclass(slots=True)
class Runs:
    """The window's runs: one has ended, and learned this."""

    facts: tuple[object, ...] = ()
    profile: Profile = field(default_factory=builtin)

    def learned(self) -> tuple[object, ...]:
        return self.facts


class Cas:
    """The user's store, in memory."""

    there: list[bytes]
    refuses: bytes

    def __init__(self, limits: object) -> None:
        assert limits == builtin().limits

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def add(self, certificate: bytes) -> bool | Fault:
        if certificate == self.refuses:
            return REFUSED
        new = certificate not in self.there
        self.there += [certificate] if new else []
        return new

    def remove(self, sha256: str) -> bool | Fault:
        found = [c.facts.der for c in (AC1, AC2) if c.facts.sha256 == sha256]
        if found == [self.refuses]:
            return REFUSED
        gone = found[0] in self.there
        if gone:
            self.there.remove(found[0])
        return gone


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    Cas.there, Cas.refuses = [], b""
    monkeypatch.setattr(user_cas, "ProbedCas", Cas)
    return Cas.there


@pytest.fixture
def made(tmp_path: Path) -> Make:
    def make(*installed: bool, run: Callable[[Command, int], int | None] | None = None) -> Mending:
        look = StoreLook(present=True, linked=True, installed=installed)
        facts = (InStore(look, ABOVE), TrustedClock(0.0)) if installed else ()
        return Mending(
            Runs(facts),  # type: ignore[arg-type]
            lambda: TRUST,
            run,
            lambda: FOLDER,
            lambda: tmp_path,
        )

    return make


def noted(folder: Path) -> list[str]:
    return [row.name for row in InstalledFile(folder).load()]


# ---- intermediates


def test_they_are_offered_by_name_put_there_noted_and_taken_away(
    made: Make, store: list[bytes], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    mending = made(False, False, False)
    (offer,) = mending.offers(HIDDEN_RUN)
    root = ROOT.facts.common_name
    assert offer == Offer(Repair.AUTHORITIES, NAMES, root, again=frozenset({"store", "login"}))
    assert store == []
    assert noted(tmp_path) == []
    assert mending.do(offer, 7) == Mended(Result.DONE, NAMES)
    assert store == [AC2.facts.der, AC1.facts.der]
    assert tuple(noted(tmp_path)) == NAMES
    assert all(ca.facts.sha256 in caplog.text for ca in (AC1, AC2))
    assert mending.do(offer, 7) == Mended(Result.NOTHING)
    assert mending.undo() == Mended(Result.UNDONE, NAMES)
    assert (store, noted(tmp_path)) == ([], [])
    assert mending.undo() == Mended(Result.NOTHING)


def test_only_what_the_card_named_is_put_there(made: Make, store: list[bytes]) -> None:
    mending = made(False, True, True)
    (seen,) = mending.offers(LACKING_RUN)
    other = made(False, False, True)
    other.offers(LACKING_RUN)
    assert other.do(seen, 7) == Mended(Result.DONE, NAMES[:1])
    assert store == [AC2.facts.der]


def test_what_was_there_before_is_never_taken_away(
    made: Make, store: list[bytes], tmp_path: Path
) -> None:
    store.append(AC1.facts.der)
    mending = made(False, False, True)
    (offer,) = mending.offers(LACKING_RUN)
    assert mending.do(offer, 7) == Mended(Result.DONE, NAMES[:1])
    assert noted(tmp_path) == [NAMES[0]]
    mending.undo()
    assert store == [AC1.facts.der]


def test_a_refusal_keeps_and_notes_what_was_done_before(
    made: Make, store: list[bytes], tmp_path: Path
) -> None:
    Cas.refuses = AC1.facts.der
    mending = made(False, False, True)
    (offer,) = mending.offers(LACKING_RUN)
    failed = Mended(Result.FAILED, NAMES[:1], "E_ACCESSDENIED")
    assert mending.do(offer, 7) == failed
    assert store == [AC2.facts.der]
    Cas.refuses = AC2.facts.der
    assert mending.undo() == Mended(Result.FAILED, (), "E_ACCESSDENIED")
    assert noted(tmp_path) == [NAMES[0]]


def test_what_cannot_be_noted_does_not_stay(
    made: Make, store: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: InstalledFile, _more: Installed) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(InstalledFile, "note", full)
    mending = made(False, False, True)
    (offer,) = mending.offers(LACKING_RUN)
    assert mending.do(offer, 7) == Mended(Result.FAILED, (), "OSError")
    assert store == []


def test_another_window_can_take_them_back(made: Make, store: list[bytes], tmp_path: Path) -> None:
    store.append(AC1.facts.der)
    InstalledFile(tmp_path).note(Installed(AC1.facts.sha256, NAMES[1]))
    mending = made()
    (offer,) = mending.offers(scenes.HEALTHY_RUN)
    assert offer == Offer(Repair.AUTHORITIES, installed=NAMES[1:], again=frozenset({"store"}))
    assert mending.undo() == Mended(Result.UNDONE, NAMES[1:])
    assert store == []


def test_nothing_is_offered_that_hangs_on_no_root_of_ours(made: Make, store: list[bytes]) -> None:
    mending = made(False, False, False)
    mending.trust = None  # as the program has it: ITI's roots alone
    assert mending.offers(LACKING_RUN) == ()
    assert made().offers(LACKING_RUN) == ()
    assert mending.do(Offer(Repair.AUTHORITIES, NAMES), 7) == Mended(Result.NOTHING)
    assert store == []


# ---- services


@pytest.mark.parametrize(
    ("status", "mended"),
    [
        (0, Mended(Result.DONE, code="0")),
        (1056, Mended(Result.NOTHING, code="1056")),
        (1223, Mended(Result.DECLINED, code="1223")),
        (None, Mended(Result.LATE)),
        (4711, Mended(Result.FAILED, code="4711")),
    ],
)
def test_a_service_is_started_once_by_windows_own_program(
    made: Make, status: int | None, mended: Mended
) -> None:
    ran: list[tuple[Command, int]] = []

    def run(wanted: Command, window: int) -> int | None:
        ran.append((wanted, window))
        return status

    mending = made(run=run)
    (offer,) = mending.offers(scenes.STOPPED_SERVICE_RUN)
    assert offer == Offer(Repair.CARDS, again=frozenset({"service"}))
    assert ran == []
    assert mending.do(offer, 7) == mended
    arguments = rf'/d /c ""{FOLDER}\sc.exe" start SCardSvr"'
    assert ran == [(Command(rf"{FOLDER}\cmd.exe", arguments, FOLDER), 7)]


def test_the_start_type_is_changed_only_where_it_is_still_disabled(
    made: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = {"Start": 4}
    asked: list[tuple[registry.Hive, str]] = []

    def values(hive: registry.Hive, key: str) -> dict[str, int]:
        asked.append((hive, key))
        return start

    monkeypatch.setattr(registry, "values", values)
    ran: list[str] = []

    def run(wanted: Command, _window: int) -> int:
        ran.append(wanted.arguments)
        return 0

    mending = made(run=run)
    (offer,) = mending.offers(scenes.STOPPED_SERVICE_RUN)
    assert offer.disabled
    mending.do(offer, 7)
    start["Start"] = 2
    mending.do(offer, 7)
    assert ["config SCardSvr start= demand" in line for line in ran] == [True, False]
    service = registry.Hive.MACHINE, r"SYSTEM\CurrentControlSet\Services\SCardSvr"
    assert service in asked


def test_a_windows_without_the_call_is_a_failure(made: Make) -> None:
    def run(_wanted: Command, _window: int) -> int | None:
        raise OSError("shell32")

    mended = made(run=run).do(Offer(Repair.CARDS), 7)
    assert mended == Mended(Result.FAILED, code="OSError")


# ---- on a terminal


@pytest.mark.parametrize(
    ("system", "run", "told"),
    [
        ("windows", LACKING_RUN, True),
        ("windows", HIDDEN_RUN, True),
        ("windows", scenes.EXPIRED_RUN, False),
        ("linux", HIDDEN_RUN, False),
    ],
)
def test_a_terminal_only_says_where_it_is_done(system: str, run: Diagnosis, told: bool) -> None:
    stream, words = io.StringIO(), Catalogue(system)
    Live(stream, words).conclude(run)
    assert (words.words("cli", "repair") in stream.getvalue()) is told
