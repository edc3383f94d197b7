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
    UNREGISTERED = "unregistered"
    """The browser reads tokens through modules, and does not know this token's."""


@dataclass(frozen=True, slots=True)
class Store:
    """The state and the browser or store that it is about.

    ``module`` is the PKCS#11 module in question, ``engine`` the kind of browser (``firefox``,
    ``chromium``), ``folder`` the database where such a browser would note the module,
    ``provider`` who serves the key in Windows' store.
    """

    state: StoreState
    browser: str = ""
    module: str = ""
    engine: str = ""
    folder: str = ""
    provider: str = ""
