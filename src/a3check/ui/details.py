"""What does a technician copy out of the window: codes and facts, as plain text?"""

from collections.abc import Callable, Iterator, Mapping

from a3check import __version__
from a3check.core.catalogue import Catalogue, shown_value
from a3check.core.model import Diagnosis, Finding, Outcome, Value
from a3check.core.register import Status
from a3check.core.verdict import Verdict

Facts = Callable[[Finding], Mapping[str, Value]]


def facts_as_found(finding: Finding) -> Mapping[str, Value]:
    """Return the evidence of a finding by name, nothing hidden."""
    return {e.name: e.value for e in finding.evidence}


def details(diagnosis: Diagnosis, verdict: Verdict, words: Catalogue, facts: Facts) -> str:
    """Return every check that ended with its findings' codes and facts, a line each."""
    head = words.words(
        "window",
        "details_head",
        version=__version__,
        moment=f"{diagnosis.started:%d/%m/%Y %H:%M:%S %z}".strip(),
        seconds=float(diagnosis.seconds),
    )
    lines = [head]
    if verdict.cause is not None:
        lines.append(words.words("window", "details_code", code=verdict.cause.code))
    return "\n".join((*lines, *_checks(verdict.outcomes, words, facts)))


def so_far(outcomes: tuple[Outcome, ...], words: Catalogue, facts: Facts) -> str:
    """Return the same of a run that goes on, in the order given; empty before anything ended."""
    lines = tuple(_checks(outcomes, words, facts))
    head = words.words("window", "details_so_far", version=__version__)
    return "\n".join((head, *lines)) if lines else ""


def _checks(outcomes: tuple[Outcome, ...], words: Catalogue, facts: Facts) -> Iterator[str]:
    for outcome in outcomes:
        if outcome.status is not Status.SKIPPED:
            yield ""
            yield from _check(outcome, words, facts)


def _check(outcome: Outcome, words: Catalogue, facts: Facts) -> Iterator[str]:
    yield words.words(
        "window",
        "details_check",
        title=words.title(outcome.check),
        check=outcome.check,
        word=words.words("status", str(outcome.status)),
        seconds=float(outcome.seconds),
    )
    if outcome.measured is not None:
        moment = f"{outcome.measured:%d/%m/%Y %H:%M:%S %z}".strip()
        yield "  " + words.words("window", "details_measured", moment=moment)
    if outcome.crash is not None:
        yield f"  {outcome.crash}"
    for finding in outcome.findings:
        yield f"  {finding.code}"
        for name, value in facts(finding).items():
            shown = shown_value(value)
            yield "    " + words.words("window", "details_fact", name=name, value=shown)
