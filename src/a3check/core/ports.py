"""How a check reaches the world: protocols; the values that cross them stand beside.

Every port answers with a value, never with an exception: what a vendor's code
or the network did wrong is a :class:`Fault` or a field of the answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from a3check.core.computer import Computer, Store, UsbDevice
from a3check.core.cryptoki import (
    Candidate,
    Driver,
    LoginAnswer,
    SignAttempt,
    Token,
    TokenKey,
    TokenObjects,
)
from a3check.core.fault import Fault
from a3check.core.internet import (
    Ask,
    Endpoint,
    Fetched,
    Inquiry,
    ProxyServer,
    Reached,
    TimeSample,
    Unfollowed,
)
from a3check.core.kept import Alone, Forgetful, Kept, Walks
from a3check.core.question import (
    Assisted,
    AssistQuestion,
    Choice,
    FetchQuestion,
    NoPin,
    PinQuestion,
    ShowQuestion,
    TryEnd,
)
from a3check.core.secret import Secret
from a3check.core.smartcard import Service
from a3check.core.software import Installed
from a3check.core.store_key import NoStore, StoreKeys

JSON = None | bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"]


class Readers(Protocol):
    """PC/SC, asked in a process of its own (MS-SCARD / PC/SC part 5)."""

    def survey(self) -> Service:
        """Establish a fresh context, list the readers, read each state; never raises."""
        ...


class Drivers(Protocol):
    """PKCS#11 modules, each in a process of its own."""

    def survey(self, candidates: Sequence[Candidate]) -> tuple[Driver, ...]:
        """Load each, in parallel: C_Initialize, C_GetInfo, slots, token infos; the same order.

        A module that hangs is killed at its deadline and answered as such; the others are served.
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


class Network(Protocol):
    """Sockets and HTTP, held to the profile's deadlines and its proxy."""

    def reach(self, endpoints: Sequence[Endpoint]) -> tuple[Reached, ...]:
        """Try to connect to all of them side by side; the answer keeps the order."""
        ...

    def direct(self, endpoints: Sequence[Endpoint]) -> tuple[Reached, ...]:
        """Try the same without any proxy, to compare."""
        ...

    def unfollowed(self, endpoints: Sequence[Endpoint]) -> tuple[Unfollowed, ...]:
        """Return this system's proxy settings for them that are not followed, each once."""
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

    def inquire(self, inquiries: Sequence[Inquiry]) -> tuple[Mapping[Ask, Fetched], ...]:
        """Work off inquiries side by side, the addresses of each in turn.

        Each answer holds what was asked until one served, in order; an inquiry has one deadline.
        """
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

    def installed(self) -> Installed:
        """Read this system's lists of programs and of cards; empty where it has none."""
        ...

    def key_providers(self) -> tuple[str, ...]:
        """Name the key providers (KSP, CSP) that are registered with Windows; none elsewhere."""
        ...

    def store(self, certificate: bytes, modules: Sequence[str]) -> tuple[Store, ...]:
        """Look for a DER in the browsers' files; ``modules`` show its token, that in use first."""
        ...

    def shipped_roots(self) -> frozenset[str] | None:
        """Return the web's roots that came with this system (SHA-256), where it can tell."""
        ...

    def ca_certificates(self) -> tuple[bytes, ...]:
        """Read more CA certificates: the profile's, the user's cache, the bundle (PEM or DER)."""
        ...


class Clock(Protocol):
    """This computer's clock."""

    def now(self) -> datetime:
        """Return the moment, aware of its zone."""
        ...


class User(Protocol):
    """The person, asked while the run waits."""

    def pin(self, question: PinQuestion) -> Secret | NoPin:
        """Ask for the PIN; an empty one means: go on at the reader's own keys (``pinpad``)."""
        ...

    def choose(self, choices: Sequence[Choice]) -> str | None:
        """Ask which certificate is theirs; return its ``key``, nothing where nobody answers."""
        ...

    def cloud(self, brands: Sequence[str]) -> str | None:
        """Ask which cloud keeps the certificate; nothing where nobody knows."""
        ...

    def may_show(self, question: ShowQuestion) -> bool:
        """Ask whether a host that the profile does not name may see the certificate."""
        ...

    def may_fetch(self, question: FetchQuestion) -> bool:
        """Ask whether a missing CA may be asked for at the address that a certificate names."""
        ...

    def assist(self, question: AssistQuestion) -> Assisted | None:
        """Have the user try the portal in the browser; nothing where nobody does."""
        ...


class Tries(Protocol):
    """a3check's own memory of wrong PINs, per token, in the user's folder."""

    def look(self, token: Token, since: datetime | None) -> None:
        """Compare the count with the token's flags, read after ``since``: they may disprove it."""
        ...

    def wrong(self, token: Token) -> int:
        """Return how many wrong PINs were sent since the last right one."""
        ...

    def repeats(self, token: Token, pin: Secret) -> TryEnd | None:
        """Tell how this very PIN, just sent here, ended in vain (salted digest, memory only)."""
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
    kept: Kept = field(default_factory=Forgetful)
    store_keys: StoreKeys = field(default_factory=NoStore)
    walks: Walks = field(default_factory=Alone)
