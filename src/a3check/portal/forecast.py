"""Will a server take this certificate, by what it said when it asked for one?"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from a3check.pki import der, names
from a3check.tls.transcript import Transcript

_MODERN = "TLSv1.3"
_OLD_ONLY = ("rsa_pkcs1_", "ecdsa_sha1", "dsa_")
"""What TLS 1.3 lists for certificates and forbids in CertificateVerify (RFC 8446, 4.2.3)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be shown: the names in the chain, and the TLS schemes that the key can make.

    ``whole`` tells that the chain reaches its root: only then is a name not in it.
    ``schemes`` empty means that no limit is known.
    """

    issuers: frozenset[names.Canonical]
    schemes: tuple[str, ...]
    whole: bool


def expected(said: Transcript, offer: Offer) -> str | None:
    """Return the code that a request foretells; nothing where it promises well, or says nothing.

    The same answer is used before the certificate is shown and after: the codes agree.
    """
    if is_without_scheme(said, offer.schemes):
        return "login.nothing_sent"
    return "login.issuer_not_listed" if is_unlisted(said, offer) else None


def is_without_scheme(said: Transcript, able: tuple[str, ...]) -> bool:
    """Tell whether the last request names schemes and this key can make none of them.

    TLS 1.3 needs PSS of an RSA key (RFC 8446, 4.4.3).
    """
    wanted = said.requests[-1].schemes if said.requests else ()
    modern = said.version == _MODERN
    usable = {s for s in wanted if not (modern and s.startswith(_OLD_ONLY))}
    return bool(wanted and able) and not usable & set(able)


def is_unlisted(said: Transcript, offer: Offer) -> bool:
    """Tell whether the server named the CAs that it accepts and none is in the whole chain."""
    named = [issuer.der for request in said.requests for issuer in request.issuers]
    return bool(named) and offer.whole and not _names_one(named, offer.issuers)


def _names_one(named: list[bytes], issuers: AbstractSet[names.Canonical]) -> bool:
    return any(_canonical(raw) in issuers for raw in named)


def _canonical(raw: bytes) -> names.Canonical | None:
    try:
        return names.parse(der.element(raw)).canonical
    except der.DerError:
        return None
