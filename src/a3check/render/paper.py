"""How does a report fill its paper, so that the first page says it all?

It stays one page: the picture takes what the texts leave, and long texts are set smaller.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from PySide6.QtGui import QImage

from a3check.render.blocks import Block
from a3check.render.front import Front, Shot
from a3check.render.pages import height
from a3check.render.technical import Technical
from a3check.report.summary import Summary

SIZES = (1.0, 0.94, 0.88)
"""How large the first page is set, the first of them that fits."""
LEAST_PICTURE = 180.0
"""Dots: a picture that would be lower gets a page of its own."""


def blocks(told: Summary, width: float, room: float, image: QImage | None) -> list[Block]:
    """Return the whole paper for pages of this width and height, in dots."""
    shot = None if image is None or image.isNull() else Shot(image)
    numbers = count(1)
    fronts = [Front(told, width, numbers, size) for size in SIZES]
    first = _first(fronts, room, shot)
    rest = Technical(told, width, numbers)
    checks = [*rest.checks()]
    together = height((*first, *checks)) <= room
    if not together:
        checks[0] = replace(checks[0], turn=True)
    return [*first, *checks, *rest.facts(turn=together)]


def _first(fronts: Sequence[Front], room: float, shot: Shot | None) -> list[Block]:
    """Return the first page, as large as it can be set; the picture beside it, if need be."""
    papers = [(front, [*front.texts()]) for front in fronts]
    if shot is not None:
        least = min(LEAST_PICTURE, shot.image.height())
        for front, texts in papers:
            left = room - height(texts)
            if left >= front.around_picture + least:
                return [*texts, *front.shown(shot, left)]
    fitting = (paper for paper in papers if height(paper[1]) <= room)
    front, texts = next(fitting, papers[-1])
    return texts if shot is None else [*texts, *front.shown(shot, room, turn=True)]
