"""Does the key on the token sign, and does it belong to the certificate?"""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from a3check.checks.certificate import Chosen, Held
from a3check.checks.pin import LoggedIn
from a3check.checks.token import GONE
from a3check.core.check import Check, Context, found
from a3check.core.cryptoki import SignAttempt, TokenKey, TokenObjects
from a3check.core.fault import Fault, FaultKind
from a3check.core.model import Finding, Skip
from a3check.core.ports import JSON, Drivers, Tries
from a3check.core.question import TryEnd
from a3check.portal import store_way
from a3check.portal.browser_way import StoreSigner
from a3check.tls.signing import (
    SOFT,
    Algorithm,
    Attempt,
    PublicKey,
    SignatureRequest,
    SignerFailed,
    answer,
    can_pss,
    finish,
    plan,
    schemes,
    verifies,
)

CHALLENGE = 32
"""Bytes of the fresh challenge."""
BAD_SIGNATURE = "BAD_SIGNATURE"
"""Our own word beside the CKR names: it signed, and the certificate does not verify it."""
RESTS = "KEY_RESTS"
"""Our own word: the key's login was refused meanwhile, or another a3check is at it."""
UNSENT = frozenset({"CKR_USER_NOT_LOGGED_IN", "CKR_OPERATION_NOT_INITIALIZED"})
"""What a C_Login for a key answers, or the probe in its place, before any PIN is looked at."""
_PSS = "rsa_pss"
IN_LOGIN = frozenset({"C_Login", "sign"})
"""Where a fault may have cost a try: ``sign`` is a probe that has not told its call yet."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt to sign: ``result`` is ``CKR_OK``, another CKR name or :data:`BAD_SIGNATURE`."""

    mechanism: str
    result: str
    milliseconds: int


@dataclass(slots=True)
class TokenSigner:
    """The key of a logged-in token as the TLS client sees it.

    A failure of the PIN, of the session or of the token itself is final: from
    then on it signs nothing more.
    """

    drivers: Drivers
    held: Held
    key: TokenKey
    public: PublicKey
    tries: Tries
    tried: list[Tried] = field(default_factory=list)
    final: Fault | None = None
    pss: bool = True
    """False once the token failed at every way to PSS, whatever its list of mechanisms says."""

    @property
    def mechanisms(self) -> frozenset[str]:
        """What the token's slot says that it can do."""
        return self.held.token.mechanisms

    @property
    def guarded(self) -> bool:
        """Whether each use wants a login, or a yes, of its own."""
        return self.key.always_authenticate

    @property
    def schemes(self) -> tuple[str, ...]:
        """The TLS signature schemes that this key can make."""
        able = schemes(self.public, self.mechanisms)
        return tuple(name for name in able if self.pss or not name.startswith(_PSS))

    def sign(self, request: SignatureRequest) -> bytes:
        """Try the ways that the token offers; raises :class:`SignerFailed` with the last error."""
        last = "CKR_MECHANISM_INVALID"
        for attempt in plan(request, self.public, self.mechanisms):
            if self.final is not None:
                break
            last, signature = self._one(attempt, request)
            if signature is not None:
                return signature
            if last not in SOFT:
                break
        raise SignerFailed(self.final.detail or str(self.final.kind) if self.final else last)

    def answer(self, request: Mapping[str, JSON]) -> Mapping[str, JSON]:
        """Answer the TLS probe (``core.ports.Signer``)."""
        return answer(self.sign, request)

    def _one(self, attempt: Attempt, request: SignatureRequest) -> tuple[str, bytes | None]:
        pss = attempt.pss
        parameters = (pss.digest, pss.mgf, pss.salt) if pss else None
        begun = time.monotonic()
        way = SignAttempt(attempt.mechanism, attempt.data, parameters)
        raw = self._guarded(way) if self.key.always_authenticate else self._send(way)
        milliseconds = round((time.monotonic() - begun) * 1000)
        signature: bytes | None = None
        if isinstance(raw, Fault):
            result = raw.detail or str(raw.kind)
            if raw.kind is not FaultKind.REFUSED or result not in SOFT:
                self.final = raw
        else:
            signature = finish(attempt, raw)
            result = "CKR_OK"
            if not verifies(request, self.public, signature):
                result, signature = BAD_SIGNATURE, None
        self.tried.append(Tried(attempt.mechanism, result, milliseconds))
        return result, signature

    def _send(self, way: SignAttempt) -> bytes | Fault:
        return self.drivers.sign(self.held.token, self.key, way)

    def _guarded(self, way: SignAttempt) -> bytes | Fault:
        """Sign with a key that wants its own login: counted before, like the user's."""
        token, key = self.held.token, self.key
        if not self.tries.begin_key(token, key):
            return Fault(FaultKind.REFUSED, "C_Login", detail=RESTS)
        end = TryEnd.SPENT
        try:
            raw = self._send(way)
            end = cost(raw)
        finally:
            self.tries.end_key(token, key, end)
        return raw


def cost(raw: bytes | Fault) -> TryEnd:
    """Tell what a use of a guarded key cost: only its C_Login can cost a try."""
    if not isinstance(raw, Fault):
        return TryEnd.ACCEPTED
    unsent = raw.kind is FaultKind.REFUSED and raw.detail in UNSENT
    return TryEnd.UNTOUCHED if unsent or raw.call not in IN_LOGIN else TryEnd.SPENT


def run(context: Context) -> Iterator[Finding | Skip]:
    """Find the key as the token shows it after the login, and sign a fresh challenge."""
    if context.find(LoggedIn) is None:
        yield Skip("pin")
        return
    chosen = context.recall(Chosen)
    held = chosen.held
    if held.token.in_store:
        yield _by_provider(context, held)
        return
    objects = context.ports.drivers.objects(held.token)
    if isinstance(objects, Fault):
        yield judge([], held.token.mechanisms, held.token.module, objects)[0]
        return
    key, public = key_of(chosen, objects), held.certificate.public_key
    if key is None:
        yield found("signature.key_missing", module=held.token.module)
        return
    if not isinstance(public, PublicKey):  # a kind of key that TLS has no use for
        yield found("signature.failed", attempts=(held.certificate.key.text,))
        return
    tries = context.ports.tries
    if key.always_authenticate and tries.key_rests(held.token, key):
        yield found("signature.key_pin_refused", spent="before")
        return
    signer = TokenSigner(context.ports.drivers, held, key, public, tries)
    if _signs(signer):
        context.learn(signer)
    yield from judge(
        signer.tried, signer.mechanisms, held.token.module, signer.final, pss=signer.pss
    )


def _signs(signer: TokenSigner) -> bool:
    """Try what TLS would ask of this key first; where PSS fails, what TLS 1.2 asks without it."""
    try:
        signer.sign(challenge(signer.schemes))
    except SignerFailed:
        older = [name for name in signer.schemes if not name.startswith(_PSS)]
        if signer.final is not None or not signer.pss or len(older) in {0, len(signer.schemes)}:
            return False
        signer.pss = False
        return _signs(signer)
    return True


def _by_provider(context: Context, held: Held) -> Finding:
    """Have a cloud's provider sign a fresh challenge: it asks its user by itself."""
    data = secrets.token_bytes(CHALLENGE)
    begun = time.monotonic()
    signed = store_way.authorised(context.ports.store_keys, held.certificate, data)
    milliseconds = round((time.monotonic() - begun) * 1000)
    if isinstance(signed, StoreSigner):
        context.learn(signed)
        scheme = signed.schemes[0]
        return found("signature.valid", mechanism=scheme, milliseconds=milliseconds)
    return store_way.judge(signed, held.token)


def key_of(chosen: Chosen, objects: TokenObjects) -> TokenKey | None:
    """Return the certificate's key: of a copy's CKA_ID, one without its own login first."""
    ids = {chosen.held.id, *chosen.ids}
    own = [k for k in objects.keys if k.id in ids]
    return min(own, key=lambda k: k.always_authenticate, default=None)


def challenge(able: Sequence[str]) -> SignatureRequest:
    """Make what TLS would ask of this key first, over random bytes."""
    data = secrets.token_bytes(CHALLENGE)
    first = able[0] if able else "rsa_pkcs1_sha256"
    digest = first.rpartition("_")[2]
    if first.startswith("ecdsa"):
        return SignatureRequest(Algorithm.ECDSA, digest, data)
    if first.startswith("rsa_pss"):
        return SignatureRequest(Algorithm.RSA_PSS, digest, data, salt=32)
    return SignatureRequest(Algorithm.RSA_PKCS1, digest, data)


def judge(
    tried: Sequence[Tried],
    mechanisms: frozenset[str],
    module: str,
    fault: Fault | None,
    *,
    pss: bool = True,
) -> tuple[Finding, ...]:
    """Name what came of the attempts; ``pss`` is false where all those at PSS failed."""
    good = next((t for t in tried if t.result == "CKR_OK"), None)
    if good is not None:
        return _signed(good, mechanisms, pss=pss)
    if fault is not None and _own_login_refused(fault):
        return (found("signature.key_pin_refused", spent="now", ckr=fault.detail),)
    if fault is not None:
        return (_broken(fault, tried, module),)
    if any(t.result == BAD_SIGNATURE for t in tried):
        mechanism = next(t.mechanism for t in tried if t.result == BAD_SIGNATURE)
        return (found("signature.key_mismatch", mechanism=mechanism),)
    return (found("signature.failed", attempts=_attempts(tried)),)


def _signed(good: Tried, mechanisms: frozenset[str], *, pss: bool) -> tuple[Finding, ...]:
    valid = found("signature.valid", mechanism=good.mechanism, milliseconds=good.milliseconds)
    if "RSA" not in good.mechanism or (pss and can_pss(mechanisms)):
        return (valid,)
    rsa = tuple(sorted(m for m in mechanisms if "RSA" in m))
    return (valid, found("signature.no_pss", mechanisms=rsa))


def _broken(fault: Fault, tried: Sequence[Tried], module: str) -> Finding:
    match fault.kind:
        case FaultKind.DIED:
            return found("any.driver_died", call=fault.call, exit=fault.detail, module=module)
        case FaultKind.HUNG | FaultKind.CANCELLED:
            seconds = round(fault.seconds, 1)
            return found("any.timeout", call=fault.call, seconds=seconds, module=module)
        case FaultKind.REFUSED | FaultKind.NOT_LOADED | FaultKind.BLOCKED | FaultKind.NOT_PKCS11:
            if fault.detail in GONE:
                return found("signature.token_removed", ckr=fault.detail)
            return found("signature.failed", attempts=_attempts(tried) or (fault.detail,))


def _own_login_refused(fault: Fault) -> bool:
    """Tell whether the key's own login refused the PIN that the user's login had accepted."""
    about_the_pin = fault.detail.startswith("CKR_PIN_")
    return fault.kind is FaultKind.REFUSED and fault.call == "C_Login" and about_the_pin


def _attempts(tried: Sequence[Tried]) -> tuple[str, ...]:
    return tuple(f"{t.mechanism}: {t.result}" for t in tried)


CHECK = Check(run, requires=("pin",))
