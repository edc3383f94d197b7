"""A run that follows a script: what the laboratory does later with real parts."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from a3check.app import Report
from a3check.core.catalogue import catalogue
from a3check.core.computer import Computer, Session
from a3check.core.model import Diagnosis
from a3check.core.past import Document
from a3check.core.ports import User
from a3check.core.profile import builtin
from a3check.core.run import Observer
from a3check.core.wishes import Form, Wishes
from a3check.desktop.exporter import Exporter
from a3check.report.addressee import Kind
from a3check.report.document import About, document, dumps
from a3check.report.groups import NOTHING, Shown
from a3check.report.mask import Masker
from a3check.report.pictures import Picture
from a3check.report.ticket import Ticket, drawn_up
from a3check.ui.kept import Kept

DEADLINE = 20.0
"""Seconds that a script waits for its cue."""

ABOUT = About(
    id="20261122T143107-7f3a",
    version="0.1.0",
    catalogue="2026-11-22",
    computer=Computer("Linux", "x86_64", Session.LOCAL, "pt_BR"),
)

MASKER = Masker(key=b"chave inventada")

Act = Callable[["Script"], None]


@dataclass(slots=True)
class Script:
    """Plays its acts on the run's thread, then returns its diagnosis.

    ``held`` is set once it waits for the cue ``go``; ``heard`` keeps what the
    user answered.
    """

    diagnosis: Diagnosis
    acts: tuple[Act, ...] = ()
    go: threading.Event = field(default_factory=threading.Event)
    held: threading.Event = field(default_factory=threading.Event)
    heard: list[object] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)
    runs: int = 0
    form: Form = Form.UNKNOWN
    user: User | None = None
    observer: Observer | None = None
    stop: threading.Event | None = None

    def __call__(
        self, wishes: Wishes, user: User, observer: Observer, stop: threading.Event
    ) -> Diagnosis:
        assert wishes.form is self.form
        self.runs += 1
        self.user, self.observer, self.stop = user, observer, stop
        self.threads.append(threading.current_thread())
        for act in self.acts:
            act(self)
        return self.diagnosis


def ends(*names: str) -> Act:
    """Let these checks begin and end as the diagnosis has them."""

    def act(script: Script) -> None:
        assert script.observer is not None
        for name in names:
            script.observer.started(name)
            script.observer.finished(script.diagnosis.outcome(name))

    return act


def begins(*names: str, slow: bool = False) -> Act:
    """Let these checks begin, and outrun their patience if so wished."""

    def act(script: Script) -> None:
        assert script.observer is not None
        for name in names:
            script.observer.started(name)
            if slow:
                script.observer.slow(name, 8.2)

    return act


def holds(script: Script) -> None:
    """Wait for the cue, or until the user wants to stop."""
    assert script.stop is not None
    script.held.set()
    for _ in range(int(DEADLINE / 0.02)):
        if script.go.wait(0.02) or script.stop.is_set():
            return
    raise TimeoutError


@dataclass(frozen=True, slots=True)
class Exporting:
    """Writes reports as the program does (``ui.exports.Exports``), under one invented number."""

    about: About = ABOUT
    masker: Masker = MASKER
    sticks: tuple[str, ...] = ()
    selected: list[Path] = field(default_factory=list)

    def written(self, diagnosis: Diagnosis, shown: Shown = NOTHING) -> Document:
        return document(diagnosis, self.about, masker=replace(self.masker, shown=shown))

    def keep(
        self,
        diagnosis: Diagnosis,
        shown: Shown,
        pictures: Sequence[Picture],
        folder: Path,
        *,
        screen: bool,
    ) -> Kept:
        return Exporter(_Runs(self)).keep(diagnosis, shown, pictures, folder, screen=screen)

    def removable(self, device: str, root: str) -> bool:
        return root in self.sticks and bool(device)

    def select(self, file: Path) -> bool:
        self.selected.append(file)
        return True


@dataclass(frozen=True, slots=True)
class _Runs:
    """The window's runs as the program's own exporter wants them."""

    exporting: Exporting

    def report(self, diagnosis: Diagnosis, shown: Shown = NOTHING) -> Report:
        written = self.exporting.written(diagnosis, shown)
        return Report(written, dumps(written))

    def draw_up(self, diagnosis: Diagnosis, kind: Kind | None, *, clear: bool) -> Ticket:
        assert not clear
        written = self.exporting.written(diagnosis)
        return drawn_up(written, catalogue(), support=builtin().support, kind=kind)


export = Exporting()
