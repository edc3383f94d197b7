"""Writes into a SoftHSM token, in a process of its own: one JSON job on stdin, nothing in argv.

`{"module": path, "job": "create" | "put", "label": ..., "pin": ..., ...}`; ends with 0 when done.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

import PyKCS11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

Job = dict[str, Any]
Template = list[tuple[int, object]]


def main() -> None:
    """Carry out the job that stands on stdin."""
    job: Job = json.load(sys.stdin)
    library = PyKCS11.PyKCS11Lib()
    library.load(job["module"])
    if job["job"] == "create":
        _create(library, job)
    else:
        _put(library, job)


def _create(library: PyKCS11.PyKCS11Lib, job: Job) -> None:
    slot = next(
        slot
        for slot in library.getSlotList(tokenPresent=True)
        if not library.getTokenInfo(slot).flags & PyKCS11.CKF_TOKEN_INITIALIZED
    )
    # PyKCS11 hands the label on as it is; C_InitToken wants 32 bytes, padded with blanks.
    padding = " " * (32 - len(job["label"].encode()))
    library.initToken(slot, job["so_pin"], job["label"] + padding)
    if job["pin"] is None:
        return
    session = library.openSession(slot, PyKCS11.CKF_SERIAL_SESSION | PyKCS11.CKF_RW_SESSION)
    session.login(job["so_pin"], PyKCS11.CKU_SO)
    session.initPin(job["pin"])
    session.logout()
    session.closeSession()


def _put(library: PyKCS11.PyKCS11Lib, job: Job) -> None:
    slot = next(
        slot
        for slot in library.getSlotList(tokenPresent=True)
        if library.getTokenInfo(slot).label.strip() == job["label"]
    )
    session = library.openSession(slot, PyKCS11.CKF_SERIAL_SESSION | PyKCS11.CKF_RW_SESSION)
    session.login(job["pin"])
    named = [(PyKCS11.CKA_ID, bytes.fromhex(job["id"])), (PyKCS11.CKA_LABEL, job["name"])]
    if job["certificate"] is not None:
        session.createObject([*named, *_certificate(job)])
    if job["key"] is not None:
        key = load_pem_private_key(job["key"].encode(), None, unsafe_skip_rsa_key_validation=True)
        session.createObject([*named, *_private(job), *_numbers(key)])
        if job["public_key"]:
            session.createObject([*named, *_public(key)])
    session.logout()
    session.closeSession()


def _certificate(job: Job) -> Template:
    subject = x509.load_der_x509_certificate(base64.b64decode(job["subject_of"])).subject
    return [
        (PyKCS11.CKA_CLASS, PyKCS11.CKO_CERTIFICATE),
        (PyKCS11.CKA_CERTIFICATE_TYPE, PyKCS11.CKC_X_509),
        (PyKCS11.CKA_TOKEN, True),
        (PyKCS11.CKA_PRIVATE, False),
        (PyKCS11.CKA_SUBJECT, subject.public_bytes()),
        (PyKCS11.CKA_VALUE, base64.b64decode(job["certificate"])),
    ]


def _private(job: Job) -> Template:
    return [
        (PyKCS11.CKA_CLASS, PyKCS11.CKO_PRIVATE_KEY),
        (PyKCS11.CKA_TOKEN, True),
        (PyKCS11.CKA_PRIVATE, job["private"]),
        (PyKCS11.CKA_SENSITIVE, True),
        (PyKCS11.CKA_EXTRACTABLE, False),
        (PyKCS11.CKA_SIGN, True),
        (PyKCS11.CKA_DECRYPT, True),
        (PyKCS11.CKA_ALWAYS_AUTHENTICATE, job["always_authenticate"]),
    ]


def _numbers(key: object) -> Template:
    if isinstance(key, rsa.RSAPrivateKey):
        private = key.private_numbers()
        public = private.public_numbers
        values = {
            PyKCS11.CKA_MODULUS: public.n,
            PyKCS11.CKA_PUBLIC_EXPONENT: public.e,
            PyKCS11.CKA_PRIVATE_EXPONENT: private.d,
            PyKCS11.CKA_PRIME_1: private.p,
            PyKCS11.CKA_PRIME_2: private.q,
            PyKCS11.CKA_EXPONENT_1: private.dmp1,
            PyKCS11.CKA_EXPONENT_2: private.dmq1,
            PyKCS11.CKA_COEFFICIENT: private.iqmp,
        }
        numbers = [(name, _octets(value)) for name, value in values.items()]
        return [(PyKCS11.CKA_KEY_TYPE, PyKCS11.CKK_RSA), *numbers]
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("neither RSA nor EC")
    return [
        (PyKCS11.CKA_KEY_TYPE, PyKCS11.CKK_EC),
        (PyKCS11.CKA_EC_PARAMS, _curve(key)),
        (PyKCS11.CKA_VALUE, _octets(key.private_numbers().private_value)),
    ]


def _public(key: object) -> Template:
    shared = [
        (PyKCS11.CKA_CLASS, PyKCS11.CKO_PUBLIC_KEY),
        (PyKCS11.CKA_TOKEN, True),
        (PyKCS11.CKA_PRIVATE, False),
        (PyKCS11.CKA_VERIFY, True),
    ]
    if isinstance(key, rsa.RSAPrivateKey):
        public = key.public_key().public_numbers()
        return [
            *shared,
            (PyKCS11.CKA_KEY_TYPE, PyKCS11.CKK_RSA),
            (PyKCS11.CKA_MODULUS, _octets(public.n)),
            (PyKCS11.CKA_PUBLIC_EXPONENT, _octets(public.e)),
        ]
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("neither RSA nor EC")
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return [
        *shared,
        (PyKCS11.CKA_KEY_TYPE, PyKCS11.CKK_EC),
        (PyKCS11.CKA_EC_PARAMS, _curve(key)),
        # PKCS#11 3.0 section 2.3.3: the point as a DER OCTET STRING.
        (PyKCS11.CKA_EC_POINT, bytes([0x04, len(point)]) + point),
    ]


def _curve(key: ec.EllipticCurvePrivateKey) -> bytes:
    # The named curve's OID in DER: prime256v1 and secp384r1 are all that the laboratory makes.
    is_p256 = isinstance(key.curve, ec.SECP256R1)
    return bytes.fromhex("06082a8648ce3d030107" if is_p256 else "06052b81040022")


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


if __name__ == "__main__":
    main()
