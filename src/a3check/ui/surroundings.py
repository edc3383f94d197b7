"""What a window hears of besides its runs: plugs, the portal's rest, other starts of itself."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from a3check.ui.instance import Instance
from a3check.ui.piecemeal import SETTLED
from a3check.ui.plugs import Plugs
from a3check.ui.trouble import calmly
from a3check.ui.window import Window

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from a3check.core.plugged import Plugged

logger = logging.getLogger(__name__)

Watch = Callable[[Callable[["Plugged"], None]], Callable[[], object]]
"""Begin to tell, from any thread, what is plugged in; the answer ends it."""


def _unwatched(_tell: "Callable[[Plugged], None]") -> Callable[[], object]:
    return lambda: None


class Surroundings(NamedTuple):
    """Each may be left out: then nothing is heard of it.

    ``rest`` and ``waiting`` are the session's, ``watch`` begins to watch the plugs, ``place`` is
    the user's own folder in which the first window's place is kept, by a file that ``take`` locks.
    ``file`` is what this start is to open; where a window is there already, it is handed to that.
    """

    rest: Callable[[], float] = lambda: 0.0
    waiting: Callable[[str], tuple[str, ...]] = lambda _: ()
    watch: Watch = _unwatched
    place: Path | None = None
    take: Callable[[Path], int | None] = lambda _: None
    file: str = ""

    def watch_for(self, window: Window) -> None:
        """Tell the window what is put in and pulled out, from its first picture to its end."""
        plugs = Plugs(window)
        plugs.noticed.connect(window.plugs.notice)
        _later(window, lambda: window.leaving.connect(self.watch(plugs.hear)))

    def is_alone(self, window: Window) -> bool:
        """Take the first window's place; false where another one came to the front instead."""
        if self.place is None:
            return True
        instance = Instance(self.place, self.take, window)
        instance.called.connect(window.come_forward)
        instance.handed.connect(window.handed)
        window.leaving.connect(instance.leave)
        alone = instance.first(self.file)
        _later(window, instance.listen)
        return alone


def _later(window: Window, act: Callable[[], object]) -> None:
    """Do it once the window is painted; never where it was closed before."""
    timer = QTimer(window, singleShot=True, interval=SETTLED)
    timer.timeout.connect(act)
    window.leaving.connect(timer.stop)
    timer.start()


class Threads(QObject):
    """Carries an error that a thread let through to the window's own thread."""

    failed = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.failed.connect(window.trouble, Qt.ConnectionType.QueuedConnection)

    def hook(self, given: threading.ExceptHookArgs) -> None:
        """Log it and have it shown; a ``threading.excepthook``."""
        error = given.exc_value or given.exc_type()
        logger.error("unhandled in a thread", exc_info=error)
        with suppress(RuntimeError):  # the window has gone
            self.failed.emit()


@contextmanager
def calm(window: Window) -> Iterator[None]:
    """Have what nobody catches logged and shown on the window's calm page, for this block."""
    before, sys.excepthook = sys.excepthook, calmly(window)
    of_threads, threading.excepthook = threading.excepthook, Threads(window).hook
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before, of_threads
