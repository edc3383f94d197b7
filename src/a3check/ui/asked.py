"""What a question's card shows, ready to be shown: plain values."""

from dataclasses import dataclass, field

from a3check.core.question import Step


@dataclass(frozen=True, slots=True)
class PinState:
    """The question for the PIN: facts as label and value, then what a wrong one costs.

    ``check`` is the button's text, ``kept`` where the PIN goes, ``unsure`` what else one may do.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    tries: str
    cost: str
    length: str
    pinpad: bool
    check: str
    kept: str
    unsure: str


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One certificate to choose from; ``key`` is the answer that means it."""

    key: str
    title: str
    facts: tuple[str, ...] = field(default=())
    usable: bool = True

    @property
    def spoken(self) -> str:
        """The whole of it for a screen reader."""
        return ". ".join((self.title, *self.facts))


@dataclass(frozen=True, slots=True)
class ShowState:
    """The question whether something may leave: facts as label and value, and both answers."""

    title: str
    explanation: str
    facts: tuple[tuple[str, str], ...]
    unsure: str
    no: str
    yes: str


@dataclass(frozen=True, slots=True)
class AssistState:
    """The portal tried in the browser: why, what to do there, and how it may have ended.

    ``answers`` holds each end and its words; the end without a step is that the user got in.
    """

    title: str
    why: str
    hint: str
    answers: tuple[tuple[Step | None, str], ...]
