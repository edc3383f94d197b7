"""How are certificates in Windows' store that a provider of the cloud serves shown as a token?

Some of those providers have no PKCS#11 module at all: their program puts the certificate into the
store and serves its key as a key storage provider. What is judged of a token's certificate is
judged of such a one, too; the PIN is none of ours: the provider asks on the phone, or in its own
window, as a reader with keys of its own does.
"""

import hashlib
from collections.abc import Iterable, Sequence

from a3check.core import knowledge
from a3check.core.cryptoki import (
    Candidate,
    Driver,
    Token,
    TokenCertificate,
    TokenKey,
    TokenObjects,
)
from a3check.core.store_key import StoreCertificate


def drivers(listed: Iterable[StoreCertificate]) -> tuple[Driver, ...]:
    """Return each provider of the cloud that the store names, as a driver with one token."""
    providers = dict.fromkeys(item.provider for item in listed)
    return tuple(driver for driver in map(_driver, providers) if driver is not None)


def objects(token: Token, listed: Sequence[StoreCertificate]) -> TokenObjects:
    """Return the certificates that a provider serves, each beside its key."""
    own = [item.der for item in listed if item.provider == token.module]
    names = [hashlib.sha256(der).digest() for der in own]
    return TokenObjects(
        tuple(TokenCertificate(name, "", der) for name, der in zip(names, own, strict=True)),
        tuple(TokenKey(name, "", always_authenticate=True) for name in names),
    )


def _driver(provider: str) -> Driver | None:
    cloud = knowledge.cloud_of(provider)
    if cloud is None:
        return None
    token = Token(
        module=provider,
        slot=0,
        reader="",
        label="",
        maker=cloud.company,
        model=cloud.brand,
        serial="",
        initialized=True,
        pinpad=True,
        in_store=True,
    )
    candidate = Candidate(provider, cloud.agent, cloud.brand, cloud.company, cloud=True)
    return Driver(candidate, tokens=(token,))
