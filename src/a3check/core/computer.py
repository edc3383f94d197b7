"""What this computer, its USB bus and its certificate stores are."""

from dataclasses import dataclass, field
from enum import StrEnum


class Session(StrEnum):
    """Where the person sits."""

    LOCAL = "local"
    REMOTE = "remote"


class TimeService(StrEnum):
    """Whether this system sets its clock by itself."""

    UNTOLD = "untold"
    ON = "on"
    NO_SOURCE = "no_source"
    """It runs and is told to ask nobody."""
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class BrowserRule:
    """One entry of a browser's policy AutoSelectCertificateForUrls, as it stands there (JSON)."""

    browser: str
    text: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is told of a computer for those who give support; nothing of it is a fault.

    ``antivirus`` and ``firewall`` are products that the system names, ``virtual`` the maker of a
    virtual machine, ``remote_by`` how somebody sits here from elsewhere, ``code_page`` the pages
    of old programs (ANSI and OEM).
    """

    antivirus: tuple[str, ...] = ()
    firewall: tuple[str, ...] = ()
    virtual: str = ""
    remote_by: str = ""
    code_page: str = ""


@dataclass(frozen=True, slots=True)
class Computer:
    """What this computer is.

    ``certificate_policy`` tells that some policy chooses certificates where its rules were not
    read; ``rules`` are the rules themselves. ``switched_back`` is Windows' temporary way back from
    ``csp_to_ksp_change``.
    """

    system: str
    arch: str
    session: Session
    locale: str
    supported: bool = True
    certificate_policy: bool = False
    csp_to_ksp_change: bool = False
    switched_back: bool = False
    rules: tuple[BrowserRule, ...] = ()
    time_service: TimeService = TimeService.UNTOLD
    around: Surroundings = Surroundings()


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What Windows has made of a device that is plugged in.

    ``problem`` is Device Manager's code, 0 where there is none; ``kind`` the setup class
    (``SmartCardReader``, in English everywhere); ``driver`` the driver's service name;
    ``description`` Windows' name for it, in its own language; ``reader`` tells whether the device
    itself says that it is a smart-card reader (USB class 0B).
    """

    problem: int = 0
    started: bool = True
    kind: str = ""
    driver: str = ""
    description: str = ""
    reader: bool = False

    @property
    def serves_cards(self) -> bool:
        """Whether it is at work as a smart-card reader."""
        return self.started and not self.problem and self.kind.casefold() == "smartcardreader"


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A device on the USB bus: vendor and product id as four lower-case hex digits.

    ``state`` is what the system has made of it, nothing where it does not tell: another state is
    no other device.
    """

    vid: str
    pid: str
    state: DeviceState | None = field(default=None, compare=False)

    @property
    def nameless(self) -> bool:
        """Whether it could not even say who it is: so Windows shows one that answers nothing."""
        return self.vid == "0000"


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
