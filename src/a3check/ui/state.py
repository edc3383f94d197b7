"""What a page shows, ready to be shown: plain values, made by the presenter."""

from enum import StrEnum
from typing import NamedTuple


class Mark(StrEnum):
    """How something stands; a widget gives each its icon and colour, never without a word."""

    WAITING = "waiting"
    RUNNING = "running"
    SLOW = "slow"
    PASSED = "passed"
    WARNING = "warning"
    UNKNOWN = "unknown"
    FAILED = "failed"
    SKIPPED = "skipped"
    CRASHED = "crashed"

    @property
    def busy(self) -> bool:
        """Whether it goes on right now."""
        return self in {Mark.RUNNING, Mark.SLOW}


class Stage(StrEnum):
    """Where the user is."""

    WELCOME = "welcome"
    RUNNING = "running"
    DONE = "done"


class Row(NamedTuple):
    """One check in the list; ``spoken`` is the whole of it for a screen reader."""

    check: str
    title: str
    mark: Mark
    word: str
    sentence: str
    spoken: str


class Step(NamedTuple):
    """One step of the list: how its checks stand together, and each of them in ``rows``.

    ``said`` holds a sentence for each thing that is worth one; ``spoken`` is the whole for a
    screen reader.
    """

    name: str
    title: str
    mark: Mark
    word: str
    said: tuple[str, ...]
    rows: tuple[Row, ...]
    spoken: str


class Activity(NamedTuple):
    """Something that runs: what, since when, and whether it outran its patience."""

    doing: str
    since: str
    slow: bool = False


class Headline(NamedTuple):
    """The one sentence of the page and what stands behind it; ``aside`` is small print."""

    mark: Mark
    title: str
    explanation: str
    aside: str = ""


class Action(NamedTuple):
    """Something to open (``url``), or to copy, beside the step of that number, from 0."""

    step: int
    label: str
    url: str = ""
    copied: str = ""
    hint: str = ""
    """What exactly happens at the press: the address, the text, or a sentence."""


class Remedy(NamedTuple):
    """Who resolves it (empty where nobody has to) and the steps, in order."""

    who: str
    steps: tuple[str, ...]
    actions: tuple[Action, ...] = ()


class Note(NamedTuple):
    """Something else that was found; ``advice``: who resolves it and how, where nothing failed."""

    mark: Mark
    word: str
    text: str
    advice: tuple[str, ...] = ()


class PageState(NamedTuple):
    """Everything that the one page shows."""

    stage: Stage
    rows: tuple[Row, ...]
    headline: Headline
    steps: tuple[Step, ...] = ()
    progress: str = ""
    done: float = 0.0
    """The share of the checks that have ended, from 0 to 1."""
    activities: tuple[Activity, ...] = ()
    remedy: Remedy | None = None
    notes: tuple[Note, ...] = ()
    details: str = ""
    """Codes and facts; while a run goes on in the order in which they became known."""
    portal: str = ""
    """The address to open in the browser, where that alone can tell more."""
