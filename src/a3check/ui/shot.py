"""A picture as it will be saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from a3check.render.stamp import png

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from PySide6.QtGui import QImage

    from a3check.report.pictures import Kind


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture as it will be saved: stamped, and what was covered is gone from its pixels.

    ``fields`` are the PNG's text fields (PNG 3rd ed., 11.3.3) by keyword.
    """

    file: str
    kind: Kind
    moment: datetime
    image: QImage
    fields: Mapping[str, str]

    def png(self) -> bytes:
        """Return the file's bytes; takes a while, and may run on any thread.

        Raises ``OSError`` where it cannot be encoded.
        """
        return png(self.image, self.fields)
