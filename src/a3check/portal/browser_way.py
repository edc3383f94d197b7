"""Does Windows' key, by which Chrome and Edge sign, do what the token did for the portal?

It is asked for one signature, of the scheme that Chromium would choose for this very portal.
The portal itself is not asked again: once it has taken the certificate, nothing more is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from a3check.core.check import found
from a3check.core.fault import Fault, FaultKind
from a3check.core.model import Finding, Value
from a3check.core.ports import JSON
from a3check.core.question import TryEnd
from a3check.core.store_key import StoreKey, StoreKeys, StoreLook
from a3check.pki.certificate import Certificate
from a3check.portal.forecast import Offer, is_unlisted
from a3check.tls import signing, store_key
from a3check.tls.signing import PublicKey, SignatureRequest, SignerFailed
from a3check.tls.transcript import Transcript

BAD_SIGNATURE = "BAD_SIGNATURE"
"""Our own word beside Windows' names: it signed, and the certificate does not verify it."""
NO_SCHEME = "NO_SCHEME"
"""Our own word: the portal takes no signature that this kind of key can make."""
WANTS_A_WINDOW = frozenset(
    {
        "ERROR_CANCELLED",
        "NTE_SILENT_CONTEXT",
        "NTE_UI_REQUIRED",
        "NTE_USER_CANCELLED",
        "SCARD_E_CANCELLED",
        "SCARD_W_CANCELLED_BY_USER",
    }
)
"""What a provider answers that asks for the PIN by itself: it was asked to open no window."""
TAKEN_AWAY = frozenset(
    {
        "SCARD_E_NO_READERS_AVAILABLE",
        "SCARD_E_NO_SMARTCARD",
        "SCARD_E_READER_UNAVAILABLE",
        "SCARD_W_REMOVED_CARD",
    }
)
WHY = {NO_SCHEME: "old", BAD_SIGNATURE: "mismatch"}
"""What needs other words than Windows' own refusals."""
UNTOLD = {"PIN_NOT_ASCII": "pin", "UNAVAILABLE": "engine"}
"""What our own probe says where it did not try, and the words for it."""
_WITH_PIN = frozenset(
    {"CryptSetProvParam", "CryptSignHash", "NCryptSetProperty", "NCryptSignHash", "sign"}
)
"""Calls in which a provider may look at the PIN."""
_ABOUT_THE_PIN = frozenset(
    {
        "ERROR_INVALID_PASSWORD",
        "NTE_FAIL",
        "NTE_INCORRECT_PASSWORD",
        "NTE_PERM",
        "SCARD_E_INVALID_CHV",
        "SCARD_W_CARD_NOT_AUTHENTICATED",
        "SCARD_W_CHV_BLOCKED",
        "SCARD_W_SECURITY_VIOLATION",
        "SCARD_W_WRONG_CHV",
    }
)
_NAMED = ("NTE_", "SCARD_", "CRYPT_E_", "ERROR_", "E_")


@dataclass(frozen=True, slots=True)
class Way:
    """How the trial ended: it signed where there is no ``fault``."""

    key: StoreKey | None
    scheme: str = ""
    fault: Fault | None = None


@dataclass(slots=True)
class StoreSigner:
    """The key of the browser's store as the TLS client sees it; its first failure is final."""

    keys: StoreKeys
    key: StoreKey
    public: PublicKey
    final: Fault | None = None

    @property
    def guarded(self) -> bool:
        """Whether each use wants a yes of its own: in doubt it does."""
        return True

    @property
    def schemes(self) -> tuple[str, ...]:
        """The TLS signature schemes that this key can make, in Chromium's order."""
        return store_key.schemes(self.public, self.key.api)

    def sign(self, asked: SignatureRequest) -> bytes:
        """Sign once, and look at what came; raises :class:`SignerFailed`."""
        if self.final is None:
            made = self._made(asked)
            if not isinstance(made, Fault):
                return made
            self.final = made
        raise SignerFailed(self.final.detail or str(self.final.kind))

    def answer(self, request: Mapping[str, JSON]) -> Mapping[str, JSON]:
        """Answer the TLS probe (``core.ports.Signer``)."""
        return signing.answer(self.sign, request)

    def _made(self, asked: SignatureRequest) -> bytes | Fault:
        wish = store_key.wish(asked, self.public, self.key.api)
        if wish is None:
            return Fault(FaultKind.REFUSED, "sign", detail=NO_SCHEME)
        raw = self.keys.sign(wish)
        if isinstance(raw, Fault):
            return raw
        signature = store_key.finish(raw, self.public, self.key.api)
        if signing.verifies(asked, self.public, signature):
            return signature
        return Fault(FaultKind.REFUSED, "sign", detail=BAD_SIGNATURE)


def tried(keys: StoreKeys, certificate: Certificate, said: Transcript, challenge: bytes) -> Way:
    """Open the key and let it sign a challenge as the portal's last request wants it."""
    key, public = keys.open(certificate.der), certificate.public_key
    if isinstance(key, Fault):
        return Way(None, fault=key)
    wanted = said.requests[-1].schemes if said.requests else ()
    if not isinstance(public, PublicKey):  # the token signed with it: it is of the two kinds
        return Way(key, fault=Fault(FaultKind.REFUSED, "sign", detail=NO_SCHEME))
    signer = StoreSigner(keys, key, public)
    able = store_key.usable(signer.schemes, wanted, said.version)
    if not able:
        return Way(key, fault=Fault(FaultKind.REFUSED, "sign", detail=NO_SCHEME))
    try:
        signer.sign(store_key.request(able[0], challenge))
    except SignerFailed:
        return Way(key, able[0], signer.final)
    return Way(key, able[0])


def cost(way: Way) -> TryEnd:
    """Tell what a trial cost; in doubt a try of the PIN.

    The token had just accepted this PIN. Another counter may guard this way all the same, so
    a refusal that is about the PIN, or has no name, lets the key rest.
    """
    fault = way.fault
    if fault is None:
        return TryEnd.ACCEPTED
    if fault.call not in _WITH_PIN or fault.detail in {NO_SCHEME, BAD_SIGNATURE, *UNTOLD}:
        return TryEnd.UNTOUCHED
    if fault.kind is not FaultKind.REFUSED or fault.detail in _ABOUT_THE_PIN:
        return TryEnd.SPENT
    return TryEnd.UNTOUCHED if fault.detail.startswith(_NAMED) else TryEnd.SPENT


def judge(way: Way, provider: str = "") -> Finding:
    """Name how the browser's way went; ``provider`` is the one that the store names."""
    facts = _facts(way, provider)
    fault, module = way.fault, str(facts.get("provider") or "")
    if fault is None:
        return found("login.browser_way_works", **facts)
    known = {"module": module} if module else {}
    match fault.kind:
        case FaultKind.DIED:
            return found("any.driver_died", call=fault.call, exit=fault.detail, **known)
        case FaultKind.HUNG | FaultKind.CANCELLED:
            seconds = round(fault.seconds, 1)
            return found("any.timeout", call=fault.call, seconds=seconds, **known)
        case FaultKind.REFUSED | FaultKind.NOT_LOADED | FaultKind.BLOCKED | FaultKind.NOT_PKCS11:
            reason = _untold(fault.detail)
            if reason:
                return untold(reason, way, provider)
            why = {"reason": WHY[fault.detail]} if fault.detail in WHY else {}
            told = {"call": fault.call, "error": fault.detail, **why}
            return found("login.browser_way_fails", **told, **facts)


def untold(reason: str, way: Way | None = None, provider: str = "") -> Finding:
    """Say that the browser's way was not tried to its end, and why."""
    facts = _facts(way or Way(None), provider)
    error = {"error": way.fault.detail} if way and way.fault else {}
    return found("login.browser_way_untold", reason=reason, **error, **facts)


def hidden(
    said: Transcript, certificate: Certificate, above: Sequence[Certificate], look: StoreLook
) -> bool:
    """Tell whether Windows lacks the CAs by which a browser would see that the portal takes it.

    A browser offers a certificate whose chain, built from the system's stores alone, meets one
    of the names in the portal's request (Chromium: ``net/ssl/client_cert_store_win.cc``).
    """
    reached = [certificate]
    for ca, there in zip(above, look.installed, strict=False):
        if not there:
            break
        reached.append(ca)
    whole = Offer(frozenset(c.issuer_key for c in (certificate, *above)), (), whole=True)
    shown = replace(whole, issuers=frozenset(c.issuer_key for c in reached))
    return is_unlisted(said, shown) and not is_unlisted(said, whole)


def _untold(detail: str) -> str:
    if detail in WANTS_A_WINDOW:
        return "dialog"
    if detail in TAKEN_AWAY:
        return "removed"
    return "engine" if detail.startswith("a3check: ") else UNTOLD.get(detail, "")


def _facts(way: Way, provider: str) -> dict[str, Value]:
    name = (way.key.provider if way.key else "") or provider
    api = str(way.key.api) if way.key else ""
    known = {"provider": name, "provider_kind": api, "signature_scheme": way.scheme}
    return {fact: value for fact, value in known.items() if value}
