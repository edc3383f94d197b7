"""The list of the steps as a model: each step, and below an open one each of its checks."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.lines import Lines
from a3check.ui.state import Mark, Row, Step


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the list; ``step`` is whose, ``open`` is none where it cannot be opened."""

    step: str
    title: str
    mark: Mark
    word: str
    sentences: tuple[str, ...]
    spoken: str
    inner: bool = False
    open: bool | None = None

    @property
    def label(self) -> str:
        """What a typed letter looks for."""
        return self.title


class Items(Lines):
    """The lines that are shown; a step opens and closes."""

    def __init__(self, words: Catalogue, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = words
        self._steps: tuple[Step, ...] = ()
        self._open: frozenset[str] = frozenset()
        self.items: tuple[Item, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """What is shown."""
        return self._steps

    def show_steps(self, steps: tuple[Step, ...]) -> bool:
        """Show other steps; only lines that differ are announced. Tell whether any height may."""
        self._steps = steps
        return self._change()

    def turn(self, step: str, *, opened: bool | None = None) -> bool:
        """Open a step or close it (by default what it is not); tell whether it changed."""
        wanted = step not in self._open if opened is None else opened
        changed = wanted is not (step in self._open)
        if changed:
            self._open = self._open | {step} if wanted else self._open - {step}
            self._change()
        return changed

    @property
    def lines(self) -> tuple[Item, ...]:
        """The lines that are shown."""
        return self.items

    def _change(self) -> bool:
        before, now = self.items, tuple(self._made())
        if [(i.step, i.title) for i in before] != [(i.step, i.title) for i in now]:
            self.beginResetModel()
            self.items = now
            self.endResetModel()
            return True
        self.items = now
        for number, item in enumerate(now):
            if item != before[number]:
                self.dataChanged.emit(self.index(number), self.index(number))
        return [i.sentences for i in before] != [i.sentences for i in now]

    def _made(self) -> Iterator[Item]:
        for step in self._steps:
            opened = step.name in self._open
            yield self._item(step, opened=opened)
            if opened:
                for row in step.rows:
                    yield _inner(step.name, row)

    def _item(self, step: Step, *, opened: bool) -> Item:
        alone = len(step.rows) < 2  # noqa: PLR2004 - one check says what its step says
        key = "spoken_open" if opened else "spoken_closed"
        said = step.spoken if alone else self._words.words("window", key, said=step.spoken)
        sentences = () if opened and not alone else step.said
        state = None if alone else opened
        return Item(step.name, step.title, step.mark, step.word, sentences, said, open=state)


def _inner(step: str, row: Row) -> Item:
    sentences = (row.sentence,) if row.sentence else ()
    return Item(step, row.title, row.mark, row.word, sentences, row.spoken, inner=True)
