"""What does a page show where nothing runs and nothing is found? Pure, as the presenter."""

from a3check.core.catalogue import Catalogue
from a3check.core.register import register
from a3check.ui.state import Headline, Mark, PageState, Row, Stage
from a3check.ui.steps import grouped


def welcome(words: Catalogue) -> PageState:
    """Return the page before anything has begun."""
    headline = Headline(
        Mark.WAITING,
        words.words("window", "welcome_title"),
        words.words("window", "welcome_explanation"),
    )
    rows = tuple(waiting(name, words) for name in register().checks)
    return stepped(PageState(Stage.WELCOME, rows, headline), words)


def revising(shown: PageState, words: Catalogue) -> PageState:
    """Return the first page again, after a run: the list keeps what was found."""
    title = words.words("window", "revise_title")
    headline = Headline(Mark.WAITING, title, words.words("window", "revise_explanation"))
    return PageState(Stage.WELCOME, shown.rows, headline, shown.steps)


def broken(words: Catalogue) -> PageState:
    """Return the page after the run itself broke: a defect of ours, without outcomes."""
    title = words.words("window", "broke_title")
    headline = Headline(Mark.CRASHED, title, words.words("window", "broke_explanation"))
    return stepped(welcome(words)._replace(stage=Stage.DONE, headline=headline), words)


def stepped(state: PageState, words: Catalogue) -> PageState:
    """Return a page whose checks stand together in their steps."""
    return state._replace(steps=grouped(state.rows, state.headline, state.stage, words))


def waiting(name: str, words: Catalogue) -> Row:
    """Return the row of a check whose turn has not come."""
    return spoken(name, Mark.WAITING, words.words("window", "waiting"), "", words)


def spoken(name: str, mark: Mark, word: str, sentence: str, words: Catalogue) -> Row:
    """Return a row, with what a screen reader says of it."""
    title = words.title(name)
    key = "spoken" if sentence else "spoken_short"
    said = words.words("window", key, title=title, word=word, sentence=sentence)
    return Row(name, title, mark, word, sentence, said)
