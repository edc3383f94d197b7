"""What the window needs of whoever writes reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the window is painted before anything of a report is imported
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from a3check.core.model import Diagnosis
    from a3check.core.ports import JSON
    from a3check.report.groups import Shown
    from a3check.report.pictures import Picture
    from a3check.ui.kept import Kept


class Exports(Protocol):
    """Writes a run's report; each takes a moment, so not on the window's thread."""

    def written(self, diagnosis: Diagnosis, shown: Shown = frozenset()) -> Mapping[str, JSON]:
        """Return the report as it would be saved with these groups in clear.

        The same run has the same number, however often it is asked for.
        """

    def keep(
        self,
        diagnosis: Diagnosis,
        shown: Shown,
        pictures: Sequence[Picture],
        folder: Path,
        *,
        screen: bool,
    ) -> Kept:
        """Write bundle, ticket and the screen's print into a folder of their own below this one.

        ``screen`` puts the print into the bundle, too. All of it or nothing; raises
        :class:`~a3check.ui.kept.NotKeptError`.
        """

    def removable(self, device: str, root: str) -> bool:
        """Tell whether a volume, by its device and its folder, can be pulled out."""

    def select(self, file: Path) -> bool:
        """Show a file in the file manager; tell whether something took it."""
