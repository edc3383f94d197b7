"""What does the guided swap show: which run is the first, what can be swapped, what follows?

Pure but for :class:`Swap`, which remembers what goes on.
"""

from dataclasses import dataclass

from a3check.core.catalogue import Catalogue
from a3check.core.past import Document, Past, past_of
from a3check.report.parcel import Parcel
from a3check.report.swap import Conclusion, Kind, cause, concluded, same_token
from a3check.ui.past import date_of, title_of
from a3check.ui.state import Mark

_CLEAR = frozenset(
    {
        Conclusion.TOKEN,
        Conclusion.CERTIFICATE,
        Conclusion.DRIVER,
        Conclusion.COMPUTER,
        Conclusion.NETWORK,
        Conclusion.SHARED_NETWORK,
        Conclusion.PORTAL,
        Conclusion.BOTH_TOKENS,
        Conclusion.BOTH_COMPUTERS,
    }
)
"""Conclusions that name where the fault lies."""
_MARKS = {"passed": Mark.PASSED, "failed": Mark.FAILED}


@dataclass(frozen=True, slots=True)
class RunLine:
    """One of the two runs: which, how it stands, and its verdict in a line."""

    name: str
    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class SwapState:
    """The page: the first run, or nothing to compare; then, with both, what follows.

    ``kind`` is what can be swapped now: nothing offers both, for a run of this computer.
    """

    first: RunLine | None = None
    second: RunLine | None = None
    kind: Kind | None = None
    mark: Mark = Mark.WAITING
    title: str = ""
    text: str = ""
    unsure: str = ""


@dataclass(slots=True)
class Swap:
    """A comparison that goes on: what is swapped, and the first run."""

    kind: Kind | None = None
    first: Past | None = None

    def begin(self, kind: Kind, first: Past) -> None:
        """Remember the first run; the next one is the second."""
        self.kind, self.first = kind, first

    def forget(self) -> None:
        """Compare nothing."""
        self.kind, self.first = None, None

    def end(self, second: Document | None, words: Catalogue) -> SwapState | None:
        """Conclude from the run that ended now; nothing where none was waited for."""
        kind, first, run = self.kind, self.first, past_of(second)
        self.forget()
        if kind is None or first is None or run is None or run.id == first.id:
            return None
        return conclusion(first, run, kind, words)


def offer(last: Document | None, parcel: Parcel | None, words: Catalogue) -> SwapState:
    """Return the page before the second run; ``parcel`` came from another computer."""
    if parcel is not None:
        return SwapState(_line("first_loaded", parcel.run, words), kind=Kind.COMPUTER)
    run = fit(last)
    return SwapState(None if run is None else _line("first", run, words))


def fit(last: Document | None) -> Past | None:
    """Return the run that ended last here, where it failed: only that can be compared."""
    return past_of(last) if cause(last) else None


def conclusion(first: Past, second: Past, kind: Kind, words: Catalogue) -> SwapState:
    """Return the page after the second run."""
    found = concluded(first.document, second.document, kind)
    seen = same_token(first.document, second.document, kind)
    name = "first" if kind is Kind.TOKEN else "first_loaded"
    clear = found in _CLEAR
    return SwapState(
        _line(name, first, words),
        _line("second", second, words),
        kind,
        Mark.WARNING if clear else Mark.UNKNOWN,
        words.words("swap", f"{kind}_{found}_title"),
        words.words("swap", f"{kind}_{found}_text"),
        words.words("swap", f"{kind}_unsure") if clear and seen is None else "",
    )


def _line(name: str, run: Past, words: Catalogue) -> RunLine:
    text = words.words("swap", "row", date=date_of(run), title=title_of(run, words))
    return RunLine(words.words("swap", name), _MARKS.get(run.status, Mark.UNKNOWN), text)
