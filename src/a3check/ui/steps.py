"""How do the checks of a step stand together, in one icon, one word and a few sentences?"""

from collections.abc import Sequence

from a3check.core.catalogue import Catalogue
from a3check.core.register import register
from a3check.ui.state import Headline, Mark, Row, Stage, Step

_GRAVITY = (
    Mark.SKIPPED,
    Mark.PASSED,
    Mark.WARNING,
    Mark.UNKNOWN,
    Mark.FAILED,
    Mark.CRASHED,
)
"""Of what has ended, from best to worst."""
_QUIET = frozenset({Mark.SKIPPED, Mark.PASSED})


def grouped(
    rows: tuple[Row, ...], headline: Headline, stage: Stage, words: Catalogue
) -> tuple[Step, ...]:
    """Return the steps of a page; the last one is the verdict, once there is one."""
    by_name = {row.check: row for row in rows}
    groups = register().steps.items()
    made = []
    for number, (name, checks) in enumerate(groups, 1):
        own = tuple(by_name[check] for check in checks)
        mark, word = _stand(own, words) if own else _verdict(headline, stage, words)
        said = _said(name, own, mark) if own else _told(headline, stage)
        title = words.words("steps", name)
        spoken = words.words(
            "window", "spoken_stage", number=number, total=len(groups), title=title, word=word
        )
        made.append(Step(name, title, mark, word, said, own, ". ".join((spoken, *said))))
    return tuple(made)


def _stand(rows: Sequence[Row], words: Catalogue) -> tuple[Mark, str]:
    """Return what runs before what is wrong, and what is wrong before what still waits."""
    busy = [row for row in rows if row.mark.busy]
    if busy:
        slow = [row for row in busy if row.mark is Mark.SLOW]
        return (slow or busy)[0].mark, (slow or busy)[0].word
    ended = [row for row in rows if row.mark in _GRAVITY]
    worst = max(ended, key=lambda row: _GRAVITY.index(row.mark), default=rows[0])
    if len(ended) < len(rows) and worst.mark in _QUIET:
        return Mark.WAITING, words.words("window", "waiting")
    return worst.mark, worst.word


def _said(name: str, rows: Sequence[Row], mark: Mark) -> tuple[str, ...]:
    """Return what is not as it should be; of a step in order, what its namesake says."""
    ended = [row for row in rows if row.mark in _GRAVITY and row.sentence]
    wrong = [row for row in ended if row.mark not in _QUIET]
    worst = max((_GRAVITY.index(row.mark) for row in wrong), default=0)
    telling = [row for row in wrong if _GRAVITY.index(row.mark) == worst]
    if not telling and mark in _QUIET:
        same = [row for row in ended if row.mark is mark]
        telling = sorted(same, key=lambda row: row.check != name)[:1]
    return tuple(dict.fromkeys(row.sentence for row in telling))


def _verdict(headline: Headline, stage: Stage, words: Catalogue) -> tuple[Mark, str]:
    if stage is not Stage.DONE:
        return Mark.WAITING, words.words("window", "waiting")
    section = "window" if headline.mark is Mark.UNKNOWN else "status"
    return headline.mark, words.words(section, str(headline.mark))


def _told(headline: Headline, stage: Stage) -> tuple[str, ...]:
    return (headline.title,) if stage is Stage.DONE else ()
