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

SIZES = (1.0, 0.94, 0.88, 0.8)
"""How large the first page is set, the first of them that fits."""
MOST_CHARACTERS = 20_000
"""No page holds as many, however small they are set."""
LEAST_PICTURE = 180.0
"""Dots: a picture that would be lower gets a page of its own."""


def blocks(told: Summary, width: float, room: float, image: QImage | None) -> list[Block]:
    """Return the whole paper for pages of this width and height, in dots."""
    shot = None if image is None or image.isNull() else Shot(image)
    numbers = count(1)
    sizes = SIZES[-1:] if _endless(told) else SIZES
    fronts = [Front(told, width, numbers, size) for size in sizes]
    first = _first(fronts, room, shot)
    rest = Technical(told, width, numbers)
    checks = [*rest.checks()]
    together = height((*first, *checks)) <= room
    if not together:
        checks[0] = replace(checks[0], turn=True)
    return [*first, *checks, *rest.facts(turn=together)]


def _endless(told: Summary) -> bool:
    """Tell whether no size makes it fit: it need not be laid out in each."""
    return sum(map(len, (told.title, told.explanation, *told.steps))) > MOST_CHARACTERS


def _first(fronts: Sequence[Front], room: float, shot: Shot | None) -> list[Block]:
    """Return the first page, as large as it can be set; the picture behind it, if need be."""
    papers: dict[float, list[Block]] = {}

    def texts_of(front: Front) -> list[Block]:
        if front.size not in papers:
            papers[front.size] = [*front.texts()]
        return papers[front.size]

    if shot is not None:
        least = min(LEAST_PICTURE, shot.image.height())
        for front in fronts:
            left = room - height(texts_of(front))
            if left >= front.around_picture + least:
                return [*texts_of(front), *front.shown(shot, left)]
    fitting = (front for front in fronts if height(texts_of(front)) <= room)
    front = next(fitting, fronts[-1])
    return [*texts_of(front), *(front.shown(shot, room, turn=True) if shot is not None else ())]
