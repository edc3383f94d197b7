"""Does the key of a certificate in the cloud sign, once its provider has asked its user?

The provider's own window, or the phone, asks: no PIN goes through here. Whatever a signature
answers but a signature is final, as it is for a token's key.
"""

from a3check.core.check import found
from a3check.core.cryptoki import Token
from a3check.core.fault import Fault, FaultKind
from a3check.core.model import Finding
from a3check.core.store_key import StoreKeys
from a3check.pki.certificate import Certificate
from a3check.portal.browser_way import BAD_SIGNATURE, NO_SCHEME, WANTS_A_WINDOW, StoreSigner
from a3check.tls import store_key
from a3check.tls.signing import PublicKey, SignerFailed

LATE = "timeout"
"""Our own word: nobody has said yes in time."""
CANCELLED = frozenset({*WANTS_A_WINDOW, "ERROR_TIMEOUT", "NTE_USER_CANCELLED"})
"""What a provider answers whose question was not answered with a yes."""


def authorised(keys: StoreKeys, certificate: Certificate, challenge: bytes) -> StoreSigner | Fault:
    """Open the key, its provider's windows allowed, and have a challenge signed once."""
    key, public = keys.open(certificate.der, window=True), certificate.public_key
    if isinstance(key, Fault):
        return key
    unusable = Fault(FaultKind.REFUSED, "sign", detail=NO_SCHEME)
    if not isinstance(public, PublicKey):
        return unusable
    signer = StoreSigner(keys, key, public)
    if not signer.schemes:  # an elliptic curve behind a CSP
        return unusable
    try:
        signer.sign(store_key.request(signer.schemes[0], challenge))
    except SignerFailed:
        return signer.final or unusable
    return signer


def judge(fault: Fault, token: Token) -> Finding:
    """Name why there is no signature."""
    match fault.kind:
        case FaultKind.DIED:
            exit_ = {"exit": fault.detail}
            return found("any.driver_died", call=fault.call, module=token.module, **exit_)
        case FaultKind.HUNG | FaultKind.CANCELLED:
            return found("signature.not_authorised", product=token.model, error=LATE)
        case FaultKind.REFUSED | FaultKind.NOT_LOADED | FaultKind.BLOCKED | FaultKind.NOT_PKCS11:
            if fault.detail in CANCELLED:
                error = fault.detail
                return found("signature.not_authorised", product=token.model, error=error)
            if fault.detail == BAD_SIGNATURE:
                return found("signature.key_mismatch", mechanism=fault.call)
            told = {"call": fault.call, "error": fault.detail}
            return found("signature.provider_refused", provider=token.module, **told)
