"""What does the window know of earlier runs?"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from a3check.core.erasure import Erasure
    from a3check.core.past import Document, Past
    from a3check.desktop import Runs


@dataclass(frozen=True, slots=True)
class Memory:
    """What the window knows of earlier runs (``ui.records.Records``)."""

    _runs: "Runs"

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

    def erase(self) -> "Erasure":
        """Remove what is kept."""
        from a3check import app  # noqa: PLC0415 - as above

        return app.erase()
