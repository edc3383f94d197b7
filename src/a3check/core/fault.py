"""What a call to vendor code, to a service or to a probe did instead of answering."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """How a call to vendor code, to a service or to a probe went wrong."""

    HUNG = "hung"
    """No answer within the deadline; the process was killed."""
    DIED = "died"
    """The process ended by itself (signal, access violation, exit)."""
    REFUSED = "refused"
    """It answered with an error: ``detail`` is its name (``CKR_…``, ``SCARD_…``)."""
    NOT_LOADED = "not_loaded"
    """The loader refused the file: ``detail`` holds the loader's words."""
    BLOCKED = "blocked"
    """Who guards this computer did not let the file be opened: ``detail`` names the error."""
    NOT_PKCS11 = "not_pkcs11"
    """The library has no ``C_GetFunctionList``."""
    CANCELLED = "cancelled"
    """The user stopped the run."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a call did instead of answering.

    ``call`` is the function of the vendor's interface that was running
    (``C_Initialize``, ``SCardConnect``); ``seconds`` how long it ran;
    ``detail`` the error's name, the loader's words, or the exit status
    (``signal 11``, ``exit 3``).
    """

    kind: FaultKind
    call: str
    seconds: float = 0.0
    detail: str = ""
