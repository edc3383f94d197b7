"""What does a page show of a run that goes on, or has ended?

Pure: outcomes and the moment come in, a :class:`~a3check.ui.state.PageState`
goes out. ``facts`` gives the evidence of a finding as it is shown (its masked
form for a picture); without it the finding's own is shown.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime

from a3check.core.catalogue import Advice, Catalogue
from a3check.core.model import Diagnosis, Finding, Outcome, Value, findings
from a3check.core.register import Acts, Status, register
from a3check.core.verdict import LEFT_TO_BROWSER, SECOND_FACTOR, Verdict, conclude, live, telling
from a3check.ui.actions import actions
from a3check.ui.details import details, facts_as_found, so_far
from a3check.ui.outset import spoken, stepped, waiting
from a3check.ui.progress import Progress, Running
from a3check.ui.state import (
    Activity,
    Headline,
    Mark,
    Note,
    PageState,
    Remedy,
    Row,
    Stage,
)

Facts = Callable[[Finding], Mapping[str, Value]]


def running(progress: Progress, now: float, words: Catalogue) -> PageState:
    """Return the page of a run that goes on; ``now`` is in monotonic seconds."""
    ended = {o.check: o for o in live(_ordered(progress.outcomes))}
    busy = {r.check: r for r in progress.running}
    rests = {r.check for r in progress.running if progress.waits(r, now)}
    rows = [_row(n, ended.get(n), busy.get(n), words, rests=n in rests) for n in register().checks]
    if progress.asking in busy:
        asked = words.words("window", "asking")
        number = register().checks.index(progress.asking)
        rows[number] = spoken(progress.asking, Mark.RUNNING, asked, "", words)
    key = "cancelling" if progress.cancelling else "running"
    total = len(register().checks)
    state = PageState(
        Stage.RUNNING,
        tuple(rows),
        Headline(
            Mark.RUNNING,
            words.words("window", f"{key}_title"),
            words.words("window", f"{key}_explanation"),
            words.words("window", "slow_hint") if progress.late(now) is not None else "",
        ),
        progress=words.words("window", "progress", done=len(ended), total=total),
        done=len(ended) / total,
        activities=tuple(
            _activity(r, progress, now, words)
            for r in progress.running
            if r.check != progress.asking
        ),
        details=so_far(tuple(ended[o.check] for o in progress.outcomes), words, facts_as_found),
    )
    return stepped(state, words)


def concluded(
    diagnosis: Diagnosis, words: Catalogue, facts: Facts | None = None, portal: str = ""
) -> PageState:
    """Return the page of a run that has ended: the verdict first.

    ``portal`` is offered to be opened where only the browser can tell more.
    """
    facts = facts or facts_as_found
    verdict = conclude(diagnosis)
    ended = {o.check: o for o in verdict.outcomes}
    rows = (_row(n, ended.get(n), None, words, facts) for n in register().checks)
    headline, todo = _conclusion(diagnosis, verdict, words, facts)
    state = PageState(
        Stage.DONE,
        tuple(rows),
        headline,
        done=1.0,
        remedy=_remedy(diagnosis, verdict, todo, words),
        notes=_notes(verdict, _unresolved(diagnosis, verdict), words, facts),
        details=details(diagnosis, verdict, words, facts),
        portal=portal
        if verdict.cause is not None and verdict.cause.code in LEFT_TO_BROWSER
        else "",
    )
    return stepped(state, words)


def _ordered(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    order = register().checks
    return tuple(sorted(outcomes, key=lambda outcome: order.index(outcome.check)))


def _activity(running: Running, progress: Progress, now: float, words: Catalogue) -> Activity:
    doing = words.words("window", "activity_now", doing=words.running(running.check))
    rest = progress.waits(running, now)
    if rest:
        said = words.words("window", "activity_rests", seconds=math.ceil(rest))
        return Activity(words.title(running.check), said)
    seconds = max(int(now - running.since), 0)
    key = "activity_slow" if running.slow else "activity_since"
    since = words.words("window", key, seconds=seconds) if running.slow or seconds else ""
    return Activity(doing, since, running.slow)


def _row(
    name: str,
    outcome: Outcome | None,
    busy: Running | None,
    words: Catalogue,
    facts: Facts = facts_as_found,
    *,
    rests: bool = False,
) -> Row:
    if outcome is not None:
        unknown = outcome.status is Status.UNKNOWN  # the usual words are too long for the list
        word = words.words("window" if unknown else "status", str(outcome.status))
        return spoken(name, Mark(str(outcome.status)), word, _said(outcome, words, facts), words)
    if busy is not None:
        mark = Mark.SLOW if busy.slow and not rests else Mark.RUNNING
        return spoken(name, mark, words.words("window", str(mark)), "", words)
    return waiting(name, words)


def _said(outcome: Outcome, words: Catalogue, facts: Facts) -> str:
    """Return the one plain sentence of an outcome."""
    match outcome.status:
        case Status.CRASHED:
            return words.words("window", "crashed")
        case Status.SKIPPED:
            return _because(outcome.because, words)
        case _:
            told = telling(outcome)
            return "" if told is None else words.advice(told, facts=facts(told)).title


def _because(because: str | None, words: Catalogue) -> str:
    match because:
        case None:
            return words.words("window", "skipped_plain")
        case "option" | "user":
            return words.words("window", f"skipped_{because}")
        case check:
            return words.words("window", "skipped_because", check=words.title(check))


def _conclusion(
    diagnosis: Diagnosis, verdict: Verdict, words: Catalogue, facts: Facts
) -> tuple[Headline, tuple[str, ...]]:
    mark, advice = _advice(diagnosis, verdict, words, facts)
    aside = ""
    if mark is Mark.PASSED:
        aside = _good_until(diagnosis, words) or _said(
            diagnosis.outcome("certificate"), words, facts
        )
    elif verdict.cause is not None and not diagnosis.complete:
        aside = words.words("window", "cut")
    asides = " ".join(text for text in (aside, _taken_over(diagnosis, words)) if text)
    return Headline(mark, advice.title, advice.explanation, asides), advice.steps


def _taken_over(diagnosis: Diagnosis, words: Catalogue) -> str:
    """Say of a run that tested a part again since when the rest stands; empty for a whole one."""
    moments = [o.measured for o in diagnosis.taken_over if o.measured is not None]
    if not moments:
        return ""
    return words.words("window", "taken_over", moment=f"{min(moments):%H:%M}")


def _good_until(diagnosis: Diagnosis, words: Catalogue) -> str:
    """Return for how many days the certificate is good, where it is good."""
    usable = (f for f in findings(_certificate(diagnosis)) if f.status is Status.PASSED)
    ends = next((f.get("not_after") for f in usable), None)
    if not isinstance(ends, datetime):
        return ""
    days = (ends - diagnosis.started).days
    return words.words("window", "good_until", days=days, until=ends) if days > 1 else ""


def _advice(
    diagnosis: Diagnosis, verdict: Verdict, words: Catalogue, facts: Facts
) -> tuple[Mark, Advice]:
    """Return the words of the verdict, those of the report (``report.document``) but one.

    A clerk wants to read that all is ready, not which finding showed it; only the page of the
    one-time code leaves them something to do.
    """
    cause = verdict.cause
    if cause is not None:
        return Mark(str(verdict.status)), words.advice(cause, facts=facts(cause))
    arrival = verdict.arrival
    if arrival is not None:
        said = words.advice(arrival, facts=facts(arrival))
        if arrival.code != SECOND_FACTOR:
            said = said._replace(title=words.words("window", "ready"))
        return Mark.PASSED, said
    if diagnosis.crashed:
        step = words.words("report", "crashed_step")
        return Mark.CRASHED, _report(words, "crashed", step)
    if not diagnosis.complete:
        return Mark.UNKNOWN, _report(words, "incomplete")
    skipped = diagnosis.outcome("pin").because == "user"
    steps = (words.words("window", "pin_next_time"),) if skipped else ()
    return Mark.UNKNOWN, _report(words, "unknown", *steps)


def _report(words: Catalogue, key: str, *steps: str) -> Advice:
    title = words.words("report", f"{key}_title")
    return Advice(title, words.words("report", f"{key}_explanation"), steps)


def _remedy(
    diagnosis: Diagnosis, verdict: Verdict, steps: tuple[str, ...], words: Catalogue
) -> Remedy | None:
    named = verdict.cause or verdict.arrival
    acts = Acts.NOBODY if named is None else named.acts
    who = "" if acts is Acts.NOBODY else words.words("acts", str(acts))
    issuer = next((str(f.get("issuer")) for f in findings(_certificate(diagnosis))), "")
    return Remedy(who, steps, actions(steps, words, issuer)) if who or steps else None


def _certificate(diagnosis: Diagnosis) -> tuple[Outcome, ...]:
    return tuple(o for o in diagnosis.outcomes if o.check == "certificate")


def _unresolved(diagnosis: Diagnosis, verdict: Verdict) -> tuple[Finding, ...]:
    """Return the warnings beside a run without a cause, but for what the run itself overruled."""
    if verdict.cause is not None:
        return ()
    return tuple(f for f in findings(diagnosis.outcomes) if f.status is Status.WARNING)


def _notes(
    verdict: Verdict, unresolved: tuple[Finding, ...], words: Catalogue, facts: Facts
) -> tuple[Note, ...]:
    """Return what else was found, each sentence once, and the checks that broke."""
    notes = [_note(f, words, facts, advised=f in unresolved) for f in verdict.also]
    crash, said = words.words("status", "crashed"), words.words("window", "crashed")
    broke = (o.check for o in verdict.outcomes if o.status is Status.CRASHED)
    notes += [Note(Mark.CRASHED, crash, f"{words.title(check)}: {said}") for check in broke]
    return tuple(dict.fromkeys(notes))


def _note(finding: Finding, words: Catalogue, facts: Facts, *, advised: bool) -> Note:
    said, status = words.advice(finding, facts=facts(finding)), str(finding.status)
    who = words.words("cli", "acts", acts=words.words("acts", str(finding.acts)))
    steps = (f"{number}. {step}" for number, step in enumerate(said.steps, 1))
    advice = (who, *steps) if advised and said.steps else ()
    return Note(Mark(status), words.words("status", status), said.title, advice)
