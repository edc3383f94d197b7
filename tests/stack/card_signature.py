"""An RSA signature by the virtual card, asked for through OpenSC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.lab.clients import SHA256_RSA_PKCS, pkcs11

if TYPE_CHECKING:
    from tests.lab.pcscd import Pcscd
    from tests.lab.piv import PrivateKey

Keys = dict[str, tuple["PrivateKey", bytes]]
MESSAGE = b"what the server would have signed"


def rsa_sign(pcscd: Pcscd, *logins: bytes, **ask: object) -> dict[str, Any]:
    ask = {"mechanism": SHA256_RSA_PKCS, "data": MESSAGE.hex(), "signs": [None], **ask}
    return pkcs11(pcscd, *logins, **ask)
