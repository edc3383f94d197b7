"""What does the card of a question show? Pure, as the presenter."""

from collections.abc import Sequence
from pathlib import PurePath

from a3check.core.catalogue import Catalogue
from a3check.core.plain import one_line
from a3check.core.question import (
    AssistQuestion,
    Choice,
    FetchQuestion,
    PinQuestion,
    ShowQuestion,
    Step,
)
from a3check.ui.asked import AssistState, ChoiceRow, PinState, ShowState
from a3check.ui.progress import Running

_PIN = {
    "title": "pin_title",
    "token": "pin_token",
    "tries": "pin_tries_unknown",
    "cost": "pin_cost",
    "check": "pin_check",
    "kept": "pin_kept",
    "unsure": "pin_unsure",
}
_KEYPAD = {**_PIN, "title": "pinpad_title", "check": "pinpad_check"}
_PROVIDER = {
    "title": "provider_title",
    "token": "provider_token",
    "tries": "provider_tries_unknown",
    "cost": "provider_cost",
    "check": "provider_check",
    "kept": "provider_kept",
    "unsure": "provider_unsure",
}
"""The words of a question by its kind: a PIN typed here, at the reader's keys, or none of ours."""


def pin_state(question: PinQuestion, words: Catalogue) -> PinState:
    """Return the question for the PIN, or for the press after which a provider asks by itself."""
    token = question.token
    keys = _PROVIDER if token.in_store else _KEYPAD if token.pinpad else _PIN
    own = {part: words.words("window", key) for part, key in keys.items()}
    name = " · ".join(dict.fromkeys(part for part in (token.label, token.model) if part))
    hosts = ", ".join(question.hosts) or words.words("window", "pin_no_hosts")
    facts = (
        (own["token"], name or token.reader),
        (words.words("window", "pin_holder"), question.holder),
        (words.words("window", "pin_hosts"), hosts),
    )
    limits = {"minimum": token.pin_min, "maximum": token.pin_max}
    return PinState(
        own["title"],
        tuple((label, value) for label, value in facts if value),
        words.words("window", "pin_tried_before") if question.tried_before else own["tries"],
        own["cost"],
        words.words("window", "pin_length", **limits) if token.pin_max else "",
        token.pinpad,
        own["check"],
        own["kept"],
        own["unsure"],
    )


def choice_rows(choices: Sequence[Choice], words: Catalogue) -> tuple[ChoiceRow, ...]:
    """Return the certificates to choose from, in the order given."""
    return tuple(_choice(choice, words) for choice in choices)


def _choice(choice: Choice, words: Catalogue) -> ChoiceRow:
    about = words.words(
        "window",
        "choose_facts",
        policy=choice_type(choice, words),
        issuer=choice.issuer,
        until=f"{choice.not_after:%d/%m/%Y}",
    )
    on = words.words("window", "choose_token", token=choice.token) if choice.token else ""
    why = "" if choice.usable else why_not(choice, words)
    facts = tuple(text for text in (about, on, why) if text)
    return ChoiceRow(choice.key, choice.holder, facts, choice.usable)


def choice_type(choice: Choice, words: Catalogue) -> str:
    """Return what kind of certificate it is, and of which policy."""
    kind = words.words("kind", choice.kind) if choice.kind else ""
    return " ".join(part for part in (kind, choice.policy) if part)


def why_not(choice: Choice, words: Catalogue) -> str:
    """Return why a certificate cannot be chosen."""
    if choice.fault is None:
        return words.words("window", "choose_newer")
    return words.words("window", "choose_not", why=words.advice(choice.fault).title)


def show_state(question: ShowQuestion, words: Catalogue) -> ShowState:
    """Return the question whether a host may see the certificate."""
    facts = (
        (words.words("window", "show_host"), one_line(question.host)),
        (words.words("window", "show_issuer"), one_line(question.issuer)),
        (words.words("window", "show_what"), words.words("window", "show_what_value")),
    )
    return ShowState(
        words.words("window", "show_title"),
        words.words("window", "show_explanation"),
        tuple((label, value) for label, value in facts if value),
        words.words("window", "show_unsure"),
        words.words("window", "show_no"),
        words.words("window", "show_yes"),
    )


def fetch_state(question: FetchQuestion, words: Catalogue) -> ShowState:
    """Return the question whether a missing CA may be asked for."""
    facts = (
        (words.words("window", "fetch_issuer"), one_line(question.issuer)),
        (words.words("window", "fetch_host"), one_line(question.host)),
        (words.words("window", "fetch_leaves"), words.words("window", "fetch_leaves_value")),
    )
    return ShowState(
        words.words("window", "fetch_title"),
        words.words("window", "fetch_explanation"),
        facts,
        words.words("window", "fetch_unsure"),
        words.words("window", "fetch_no"),
        words.words("window", "fetch_yes"),
    )


def assist_state(question: AssistQuestion, words: Catalogue) -> AssistState:
    """Return the question how it went in the browser; to have got in is the first answer."""
    steps = (None, *Step)
    return AssistState(
        words.words("window", "assist_title"),
        words.words("assist", f"why_{question.reason}"),
        words.words("window", "assist_try"),
        tuple((step, words.words("assist", f"step_{step or 'entered'}")) for step in steps),
    )


def slow_words(running: Running, files: Sequence[str], now: float, words: Catalogue) -> str:
    """Return what is said of a check that takes long; ``files`` have not answered yet."""
    seconds = max(int(now - running.since), 0)
    if files:
        names = ", ".join(PurePath(file).name for file in files)
        return words.words("window", "slow_files", files=names, seconds=seconds)
    title = words.title(running.check)
    return words.words("window", "slow_check", check=title, seconds=seconds)
