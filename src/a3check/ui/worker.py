"""A piece of work on a thread of its own, whose words are carried to the window's thread."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

logger = logging.getLogger(__name__)


class Over:
    """The last word: what the work returned, or nothing where it broke (which is logged)."""

    __match_args__ = ("result",)

    def __init__(self, result: object) -> None:
        self.result = result


class Worker:
    """Runs one callable and carries what it says.

    It is no object of Qt's, and whoever hears its last word waits for its
    thread: nothing of Qt's is ever destroyed on another thread than the window's.
    """

    def __init__(self, name: str, tell: Callable[["Worker", object], None]) -> None:
        self._tell: Callable[[Worker, object], None] | None = tell
        self._saying = threading.Lock()
        self._name = name
        self._thread: threading.Thread | None = None

    def start(self, work: Callable[[], object]) -> None:
        """Begin."""
        self._thread = threading.Thread(
            target=self._attempt, args=(work,), name=self._name, daemon=True
        )
        self._thread.start()

    def say(self, event: object) -> None:
        """Carry an event; nothing where nobody listens any more."""
        with self._saying:
            if self._tell is not None:
                with suppress(RuntimeError):  # the window's objects have gone
                    self._tell(self, event)

    def mute(self) -> None:
        """Carry nothing any more: what is being said is carried before this returns.

        So whoever listened may be destroyed then; Qt crashes where that happens meanwhile.
        """
        with self._saying:
            self._tell = None

    def ended(self, seconds: float) -> bool:
        """Wait at most so long and tell whether its thread has ended."""
        if self._thread is None:
            return True
        self._thread.join(max(seconds, 0.0))
        return not self._thread.is_alive()

    def _attempt(self, work: Callable[[], object]) -> None:
        try:
            result: object = work()
        except Exception:  # the edge of a thread: a defect ends in a calm page
            logger.exception("%s broke", self._name)
            result = None
        self.say(Over(result))
