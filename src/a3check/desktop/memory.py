"""What does the window know of earlier runs, and of those that somebody sent?"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from a3check.core.erasure import Erasure
    from a3check.core.past import Document, Past
    from a3check.desktop import Runs
    from a3check.report.received import Received, Refused


class Memory:
    """What the window knows of earlier runs (``ui.records.Records``)."""

    def __init__(self, runs: "Runs") -> None:
        self._runs = runs

    @property
    def last(self) -> "Document | None":
        """The masked report of the run that ended last."""
        return None if self._runs.last is None else self._runs.last.document

    def runs(self) -> "tuple[Past, ...]":
        """Return the runs that are kept."""
        from a3check import app  # noqa: PLC0415 - as above
        from a3check.world import LocalClock  # noqa: PLC0415 - as above

        return app.history().entries(LocalClock().now())

    def origin(self) -> str:
        """Return what stands for this installation."""
        from a3check import app  # noqa: PLC0415 - as above

        return app.origin()

    def write(self, path: Path, content: bytes) -> None:
        """Write a file of the user's."""
        from a3check.system import folders  # noqa: PLC0415 - as above

        folders.write(path, content)

    def receive(self, file: str) -> "Received | Refused":
        """Read a report that somebody sent, within the bounds of one."""
        from a3check.report.received import (  # noqa: PLC0415 - as above
            LARGEST,
            ReceivedError,
            Refused,
            received,
        )
        from a3check.system import given  # noqa: PLC0415 - as above

        if file == given.STDIN or not given.exists(file):
            return Refused("given", "gone")
        content = given.read(file, LARGEST)
        if isinstance(content, given.Unread):
            return Refused("given", content.reason)
        try:
            return received(content)
        except ReceivedError as error:
            return Refused("received", error.fault, error.where)

    def erase(self) -> "Erasure":
        """Remove what is kept."""
        from a3check import app  # noqa: PLC0415 - as above

        return app.erase()
