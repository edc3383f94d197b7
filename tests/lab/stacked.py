"""What is made of parts that end together, the last one first."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


class Stacked:
    """A context whose parts lie on `_stack`; entering is for whoever knows them."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every part."""
        self._stack.close()
