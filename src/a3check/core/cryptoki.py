"""What PKCS#11 (Cryptoki) modules and tokens show."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from a3check.core.fault import Fault

_DESCRIPTION = 64
"""Characters of a slot's description, where a longer reader's name is cut."""


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
    in_store: bool = False
    """A provider's certificate in Windows' store (``core.store_token``): no module shows it, and
    the provider asks its user by itself."""
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


class Signed(StrEnum):
    """What the signature in a module's file says (Authenticode)."""

    UNTOLD = "untold"
    """Not asked, or no answer: never said to be wrong."""
    VALID = "valid"
    UNSIGNED = "unsigned"
    UNTRUSTED = "untrusted"
    """It holds, and this system does not trust its signer (any more)."""
    BROKEN = "broken"
    """The file was changed after it was signed."""


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A file's version resource, as its maker wrote it; empty where it has none."""

    version: str = ""
    company: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a module's file says of itself, nothing of it loaded.

    ``missing`` names the libraries that it needs and that are not there.
    """

    version: FileVersion = FileVersion()
    signed: Signed = Signed.UNTOLD
    signer: str = ""
    missing: tuple[str, ...] = ()


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
    file: FileFacts = FileFacts()

    @property
    def works(self) -> bool:
        """Whether it loaded, initialised and listed its slots, however it ended afterwards."""
        return self.header is None and all(f.call == "C_Finalize" for f in self.faults)


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
    ``private`` is CKA_PRIVATE: seen before a login it tells that the module hides
    no keys; a key without it is there for everybody, and others may be hidden.
    """

    id: bytes
    label: str
    kind: str = ""
    always_authenticate: bool = False
    private: bool = True


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


def physical(tokens: Iterable[Token], seats: Iterable[str]) -> tuple[tuple[Token, ...], ...]:
    """Gather the views of each physical token, in the order in which they were seen.

    One identity is one token, but two slots of one module are two: some tokens have no
    serial number of their own. Makers' modules may tell serial, maker and label of one
    token differently (OpenSC makes its own): what two modules show in one of ``seats``,
    the PC/SC readers that hold a card, is one, too, since a reader holds one card.
    """
    names = {seat.strip().casefold()[:_DESCRIPTION] for seat in seats}
    groups: list[list[Token]] = []
    for token in tokens:
        group = next((g for g in groups if _one(token, g[0], names)), None)
        if group is None:
            groups.append([token])
        else:
            group.append(token)
    return tuple(map(tuple, groups))


def _one(token: Token, other: Token, seats: set[str]) -> bool:
    """Tell whether two modules' views are of one token."""
    if token.module == other.module:
        return False
    seat, its = token.reader.strip().casefold(), other.reader.strip().casefold()
    return token.identity == other.identity or (seat == its and seat in seats)


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum()).lstrip("0")


def fits(length: int, token: Token) -> bool:
    """Compare a length in bytes with CK_TOKEN_INFO's limits; absurd limits are ignored."""
    if token.pin_max <= 0 or token.pin_min > token.pin_max:
        return True
    return token.pin_min <= length <= token.pin_max
