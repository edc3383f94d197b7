"""What can a3check put right on this computer by itself, and what became of it?

Pure: what a run found comes in; what is offered, and with which rights, goes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from a3check.core.model import Diagnosis, findings
from a3check.core.verdict import conclude

WINDOWS = "Windows"
"""What ``browser`` says of the store that Windows' own browsers read (``checks.store``)."""
NOT_BROUGHT = frozenset({"propagation_disabled", "propagation_stopped"})
"""What ``reason`` says where the certificate is not there because its service does not run."""


class Repair(StrEnum):
    """One thing that a3check does at a press, and only then."""

    CARDS = "cards"
    """Start Windows' smart card service (SCardSvr)."""
    PROPAGATION = "propagation"
    """Start the service that brings a card's certificates to the store (CertPropSvc)."""
    AUTHORITIES = "authorities"
    """Put intermediates of ICP-Brasil into the user's store."""

    @property
    def elevated(self) -> bool:
        """Whether Windows asks for an administrator."""
        return self is not Repair.AUTHORITIES


class Result(StrEnum):
    """How it ended."""

    DONE = "done"
    NOTHING = "nothing"
    """There was nothing left to do."""
    UNDONE = "undone"
    DECLINED = "declined"
    """The user, or Windows in their place, said no to the administrator's question."""
    DENIED = "denied"
    ABSENT = "absent"
    """Windows has no such service."""
    DISABLED = "disabled"
    LATE = "late"
    """It has not ended yet; it may still."""
    FAILED = "failed"


CODES: Mapping[str, Repair] = MappingProxyType(
    {
        "service.stopped": Repair.CARDS,
        "store.absent": Repair.PROPAGATION,
        "chain.not_installed": Repair.AUTHORITIES,
        "store.not_offered": Repair.AUTHORITIES,
    }
)
"""What a run finds that each puts right."""
AGAIN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "service.stopped": frozenset({"service"}),
        "store.absent": frozenset({"store"}),
        "chain.not_installed": frozenset({"store"}),
        "store.not_offered": frozenset({"store", "login"}),
    }
)
"""The checks that tell whether it helped; the last one asks for the PIN again."""
_RESULTS = {
    0: Result.DONE,
    5: Result.DENIED,  # ERROR_ACCESS_DENIED
    1056: Result.NOTHING,  # ERROR_SERVICE_ALREADY_RUNNING
    1058: Result.DISABLED,  # ERROR_SERVICE_DISABLED
    1060: Result.ABSENT,  # ERROR_SERVICE_DOES_NOT_EXIST
    1223: Result.DECLINED,  # ERROR_CANCELLED
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered: ``names`` of the CAs; ``root`` that Windows lacks, too, and that stays so.

    ``disabled``: the service's start type is changed, as well. ``installed`` are CAs that
    a3check put there before and can take away again.
    """

    repair: Repair
    names: tuple[str, ...] = ()
    root: str = ""
    disabled: bool = False
    installed: tuple[str, ...] = ()
    again: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mended:
    """How a press ended: which CAs were put there or taken away, and what Windows said."""

    result: Result
    names: tuple[str, ...] = ()
    code: str = ""


def wanted(diagnosis: Diagnosis) -> Mapping[Repair, frozenset[str]]:
    """Return what would help a run, and the checks to test again after each.

    Nothing beside a cause of another kind: that one keeps the user out first.
    """
    cause = conclude(diagnosis).cause
    if cause is not None and cause.code not in CODES:
        return {}
    found: dict[Repair, frozenset[str]] = {}
    for finding in findings(diagnosis.outcomes):
        repair = CODES.get(finding.code)
        if repair is None or finding.get("browser") not in {None, WINDOWS}:
            continue
        if repair is Repair.PROPAGATION and finding.get("reason") not in NOT_BROUGHT:
            continue
        found[repair] = found.get(repair, frozenset()) | AGAIN[finding.code]
    return found


def result_of(code: int) -> Result:
    """Name how a service's start ended, by the exit status of ``sc.exe`` (winerror.h)."""
    return _RESULTS.get(code, Result.FAILED)
