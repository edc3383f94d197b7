"""How a check reaches the world: protocols, and the values that cross them.

Every port answers with a value, never with an exception: what a vendor's code
or the network did wrong is a :class:`Fault` or a field of the answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from a3check.core.secret import Secret

JSON = None | bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"]


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


# ---- PC/SC


class ServiceState(StrEnum):
    """What became of ``SCardEstablishContext``."""

    RUNNING = "running"
    STOPPED = "stopped"
    ABSENT = "absent"
    DENIED = "denied"
    UNRESPONSIVE = "unresponsive"


class CardState(StrEnum):
    """What a reader says of its card."""

    EMPTY = "empty"
    PRESENT = "present"
    MUTE = "mute"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader of PC/SC and the card in it; ``atr`` is empty without a card that answers.

    ``changes`` is PC/SC's own count of cards put in and pulled out since the reader came.
    """

    name: str
    state: CardState
    atr: bytes = b""
    changes: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Service:
    """What PC/SC shows; ``detail`` is the error's name (``SCARD_E_NO_SERVICE``)."""

    state: ServiceState
    readers: tuple[Reader, ...] = ()
    detail: str = ""
    seconds: float = 0.0


class Readers(Protocol):
    """PC/SC, asked in a process of its own (MS-SCARD / PC/SC part 5)."""

    def survey(self) -> Service:
        """Establish a fresh context, list the readers, read each state; never raises."""
        ...


# ---- PKCS#11


@dataclass(frozen=True, slots=True)
class Candidate:
    """A PKCS#11 module that exists on this computer; ``path`` is absolute.

    ``product_key`` and ``product`` come from the catalogue of drivers (empty
    for a module that the profile names); ``cloud`` marks a provider's agent;
    ``unsafe`` a folder that any user may write to.
    """

    path: str
    product_key: str = ""
    product: str = ""
    maker: str = ""
    cloud: bool = False
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A token as a module shows it (PKCS#11 v2.40 §4.3, CK_SLOT_INFO and CK_TOKEN_INFO).

    ``module`` is the path of its module, ``slot`` the slot's id there,
    ``reader`` the slot's description (most modules put the reader's name
    there). ``pin_min`` and ``pin_max`` are bytes; ``initialized`` needs
    CKF_TOKEN_INITIALIZED and CKF_USER_PIN_INITIALIZED.
    """

    module: str
    slot: int
    reader: str
    label: str
    maker: str
    model: str
    serial: str
    initialized: bool
    pin_locked: bool = False
    pin_final_try: bool = False
    pin_count_low: bool = False
    pin_to_be_changed: bool = False
    pin_min: int = 0
    pin_max: int = 0
    pinpad: bool = False
    login_required: bool = True
    mechanisms: frozenset[str] = frozenset()

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells physical tokens apart: serial, maker and label, in one spelling."""
        return (_plain(self.serial), _plain(self.maker), _plain(self.label))


@dataclass(frozen=True, slots=True)
class HeaderFault:
    """Why a file was not loaded at all, read from its ELF, PE or Mach-O header.

    ``found`` and ``wanted`` name word size and processor (``"x86 32"``); both
    are empty where the file is no shared library.
    """

    library: bool
    found: str = ""
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Driver:
    """What became of one module: its faults, or its library info, slots and tokens.

    ``seconds`` is the time from start to the last answer. ``faults`` may hold a
    fault besides tokens: one slot may hang after another has answered.
    """

    candidate: Candidate
    version: str = ""
    company: str = ""
    slots: tuple[str, ...] = ()
    tokens: tuple[Token, ...] = ()
    seconds: float = 0.0
    header: HeaderFault | None = None
    faults: tuple[Fault, ...] = ()
    stderr: str = ""

    @property
    def works(self) -> bool:
        """Whether it loaded, initialised and listed its slots."""
        return self.header is None and not self.faults


@dataclass(frozen=True, slots=True)
class TokenCertificate:
    """A certificate object: CKA_ID, CKA_LABEL and CKA_VALUE (DER, possibly damaged)."""

    id: bytes
    label: str
    value: bytes


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A private key object that the token shows.

    ``kind`` is ``"rsa"``, ``"ec"`` or ``""``; ``always_authenticate`` is
    CKA_ALWAYS_AUTHENTICATE (PKCS#11 v2.40 §4.9): each use wants its own login.
    """

    id: bytes
    label: str
    kind: str = ""
    always_authenticate: bool = False


@dataclass(frozen=True, slots=True)
class TokenObjects:
    """What a token holds, as far as it shows it now (private objects only after a login)."""

    certificates: tuple[TokenCertificate, ...] = ()
    keys: tuple[TokenKey, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class LoginAnswer:
    """What one ``C_Login`` (CKU_USER) answered.

    ``ckr`` is its return value's name (``CKR_OK``, ``CKR_PIN_INCORRECT``);
    ``token`` the token's flags read again afterwards, where that could be done.
    """

    ckr: str
    seconds: float
    token: Token | None = None
    tries_left: int | None = None


@dataclass(frozen=True, slots=True)
class SignAttempt:
    """One ``C_SignInit`` and ``C_Sign``.

    ``mechanism`` is its name (``CKM_RSA_PKCS``); ``data`` what is given to
    C_Sign; ``pss`` the parameters of a PSS mechanism: hash name, MGF hash name
    and salt length in bytes (PKCS#11 v2.40 mechanisms §2.1.9).
    """

    mechanism: str
    data: bytes
    pss: tuple[str, str, int] | None = None


class Drivers(Protocol):
    """PKCS#11 modules, each in a process of its own."""

    def survey(self, candidates: Sequence[Candidate]) -> tuple[Driver, ...]:
        """Load each module, in parallel: C_Initialize, C_GetInfo, slots, token infos.

        A module that hangs is killed at its deadline and answered as such; the
        others are served. The answer has the order of ``candidates``.
        """
        ...

    def objects(self, token: Token) -> TokenObjects | Fault:
        """Read certificates and visible private keys of a token."""
        ...

    def login(self, token: Token, pin: Secret) -> LoginAnswer | Fault:
        """Send the PIN once (C_Login, CKU_USER) and empty it; nothing is ever retried.

        Of a token with ``pinpad`` nothing is sent: its reader asks for the PIN.
        """
        ...

    def sign(self, token: Token, key: TokenKey, attempt: SignAttempt) -> bytes | Fault:
        """Sign once with the key of a logged-in token."""
        ...

    def release(self) -> tuple[Driver, ...]:
        """Finalize and end every module's process; answer those that broke while ending."""
        ...


# ---- network


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host and a TCP port; ``needed`` is false where the login may do without it."""

    host: str
    port: int
    needed: bool = True

    def __str__(self) -> str:
        """Return ``host:port``."""
        return f"{self.host}:{self.port}"


class Reach(StrEnum):
    """How an attempt to connect ended."""

    CONNECTED = "connected"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    DNS_FAILED = "dns_failed"
    UNREACHABLE = "unreachable"
    PROXY_UNREACHABLE = "proxy_unreachable"
    PROXY_DENIED = "proxy_denied"


@dataclass(frozen=True, slots=True)
class Reached:
    """One attempt: address that was tried last, proxy in use (``host:port``), time in seconds."""

    endpoint: Endpoint
    reach: Reach
    address: str = ""
    proxy: str = ""
    seconds: float = 0.0
    http_status: int = 0


@dataclass(frozen=True, slots=True)
class TimeSample:
    """The Date of one HTTPS answer whose chain was verified (its dates were not).

    ``offset`` is that Date minus this computer's clock, in seconds, halfway
    through the exchange; nothing where the host gave no trustworthy answer.
    """

    url: str
    offset: float | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered; ``body`` is empty and ``fault`` set where nothing could be had."""

    url: str
    body: bytes = b""
    fault: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ProxyServer:
    """An HTTP proxy; ``authorization`` is the value of Proxy-Authorization, a secret."""

    host: str
    port: int
    authorization: str = field(default="", repr=False)


class Network(Protocol):
    """Sockets and HTTP, held to the profile's deadlines and its proxy."""

    def reach(self, endpoints: Sequence[Endpoint]) -> tuple[Reached, ...]:
        """Try to connect to all of them side by side; the answer keeps the order."""
        ...

    def times(self, urls: Sequence[str]) -> tuple[TimeSample, ...]:
        """Ask each address for its Date."""
        ...

    def proxy(self, url: str) -> ProxyServer | None:
        """Return the proxy through which this very address is reached; nothing: directly."""
        ...

    def fetch(self, urls: Sequence[str], data: bytes | None = None) -> tuple[Fetched, ...]:
        """Get (or post ``data`` as an OCSP request to) each address, side by side."""
        ...


Signer = Callable[[Mapping[str, JSON]], Mapping[str, JSON]]
"""Answers one signature request of ``tls.signing`` (JSON form) with a signature or an error."""


class Handshakes(Protocol):
    """The TLS probe: one conversation with one server, in a process of its own."""

    def converse(
        self, request: Mapping[str, JSON], sign: Signer | None = None
    ) -> Mapping[str, JSON] | Fault:
        """Hold a conversation (``tls.client.Request`` and ``tls.transcript.Transcript``)."""
        ...


# ---- this computer


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


class System(Protocol):
    """This computer: one implementation a system."""

    def computer(self) -> Computer:
        """Describe it."""
        ...

    def zone(self) -> tuple[str, bool]:
        """Return the time zone's name and whether its offset is one of Brazil's."""
        ...

    def usb(self) -> tuple[UsbDevice, ...]:
        """List the USB bus; empty where it cannot be read."""
        ...

    def modules(self) -> tuple[Candidate, ...]:
        """List the PKCS#11 modules that exist (``stat`` only), the profile's first."""
        ...

    def store(self, certificate: bytes) -> tuple[Store, ...]:
        """Look for a certificate (DER) in the browsers' stores."""
        ...

    def ca_certificates(self) -> tuple[bytes, ...]:
        """Read more CA certificates: the profile's, the user's cache, the bundle (PEM or DER)."""
        ...


# ---- time and the user


class Clock(Protocol):
    """This computer's clock."""

    def now(self) -> datetime:
        """Return the moment, aware of its zone."""
        ...


@dataclass(frozen=True, slots=True)
class PinQuestion:
    """What the user must know before giving the PIN.

    ``hosts`` are those to whom the certificate will be shown (empty where the
    login will not be tried); ``tried_before`` tells that wrong PINs were sent since the last
    right one. No token says how many tries are left before one is spent, but for the last:
    and on the last nobody is asked.
    """

    token: Token
    holder: str
    hosts: tuple[str, ...] = ()
    tried_before: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One certificate on one token to choose from; ``fingerprint`` is its SHA-256 in hex.

    ``token`` is what is told of its token, ``place`` what tells that token from the others.
    """

    fingerprint: str
    holder: str
    issuer: str
    policy: str
    not_after: datetime
    token: str = ""
    place: str = ""

    @property
    def key(self) -> str:
        """What names this very option: one certificate may lie on two tokens."""
        return f"{self.fingerprint}@{self.place}" if self.place else self.fingerprint


class NoPin(StrEnum):
    """Why no PIN was given."""

    OPTION = "option"
    NOBODY = "nobody"
    USER = "user"
    KEYPAD = "keypad"
    """The reader has keys of its own, and nobody sits before it."""


class User(Protocol):
    """The person, asked while the run waits."""

    def pin(self, question: PinQuestion) -> Secret | NoPin:
        """Ask for the PIN, or say why there is none.

        For a reader with keys of its own (``token.pinpad``) an empty secret means: go on there.
        """
        ...

    def choose(self, choices: Sequence[Choice]) -> str | None:
        """Ask which certificate is theirs; return its ``key``, nothing where nobody answers."""
        ...


class TryEnd(StrEnum):
    """How a login that was counted ended."""

    ACCEPTED = "accepted"
    SPENT = "spent"
    """Refused, or never answered: a try is gone, or may be."""
    UNTOUCHED = "untouched"
    """The token did not look at the PIN (its length, its absence)."""


class Tries(Protocol):
    """a3check's own memory of wrong PINs, per token, in the user's folder."""

    def look(self, token: Token, since: datetime | None) -> None:
        """Compare the count with the token's flags, read after ``since``: they may disprove it."""
        ...

    def wrong(self, token: Token) -> int:
        """Return how many wrong PINs were sent since the last right one."""
        ...

    def repeats(self, token: Token, pin: Secret) -> bool:
        """Tell whether this token just refused this very PIN (salted digest, memory only)."""
        ...

    def begin(self, token: Token, pin: Secret | None) -> bool:
        """Count a try before it is sent; false where another a3check is at this token now.

        There is no ``pin`` where it will be typed at the reader.
        """
        ...

    def end(self, token: Token, end: TryEnd) -> None:
        """Correct the count by how the login ended, and let others have the token."""
        ...

    def key_rests(self, token: Token, key: TokenKey) -> bool:
        """Tell whether a key that wants its own login refused the PIN, and is left alone."""
        ...

    def begin_key(self, token: Token, key: TokenKey) -> bool:
        """Count a try of the key's own login before it is sent; false where it is left alone."""
        ...

    def end_key(self, token: Token, key: TokenKey, end: TryEnd) -> None:
        """Correct the key's count by how its use ended; a signature forgets it."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """All of the world that a check may touch."""

    readers: Readers
    drivers: Drivers
    network: Network
    handshakes: Handshakes
    system: System
    clock: Clock
    user: User
    tries: Tries


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum()).lstrip("0")
