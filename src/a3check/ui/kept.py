"""What was saved of a run, and where: what the pages after it hand on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from collections.abc import Mapping
    from pathlib import Path

    from a3check.core.ports import JSON


@dataclass(frozen=True, slots=True)
class Kept:
    """The files of one saving; each was written whole before anybody hears of it.

    ``bundle`` is ``a3check-ID.zip``, ``ticket`` the ``chamado.txt`` beside it, ``pictures`` what
    stands beside it, too (the browser's print), and ``document`` the report that is in the bundle.
    """

    folder: Path
    bundle: Path
    ticket: Path
    pictures: tuple[Path, ...] = ()
    document: Mapping[str, JSON] = field(default_factory=dict, repr=False)
    size: int = 0
    """Bytes of the bundle."""

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them, what is sent first."""
        return (self.bundle, self.ticket, *self.pictures)


class NotKeptError(Exception):
    """Nothing was saved; ``fault`` is a key of ``[saving]`` after ``not_``."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault
