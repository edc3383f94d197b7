"""What this computer, its USB bus and its certificate stores are."""

from dataclasses import dataclass
from enum import StrEnum


class Session(StrEnum):
    """Where the person sits."""

    LOCAL = "local"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Computer:
    """What this computer is."""

    system: str
    arch: str
    session: Session
    locale: str
    supported: bool = True
    certificate_policy: bool = False
    csp_to_ksp_change: bool = False


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A device on the USB bus: vendor and product id as four lower-case hex digits."""

    vid: str
    pid: str


class StoreState(StrEnum):
    """What the browsers' certificate store says of a certificate."""

    NOT_APPLICABLE = "not_applicable"
    PRESENT = "present"
    ABSENT = "absent"
    NO_KEY = "no_key"
    LEGACY_PROVIDER = "legacy_provider"
    SANDBOXED = "sandboxed"


@dataclass(frozen=True, slots=True)
class Store:
    """The state and the browser or store that it is about."""

    state: StoreState
    browser: str = ""
