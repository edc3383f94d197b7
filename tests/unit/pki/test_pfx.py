"""A file with a private key in it is told from one with certificates alone."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from tests.unit.pki.maker import LEAF

from a3check.pki.pfx import is_pfx


def test_a_pfx_is_one_whatever_its_password() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    made = pkcs12.serialize_key_and_certificates(
        b"x", key, None, None, BestAvailableEncryption(b"x")
    )
    assert is_pfx(made)
    assert not is_pfx(made[:100]), "cut short: said as what cannot be read"


@pytest.mark.parametrize(
    ("blob", "so"),
    [
        (bytes.fromhex("308002010330800609"), True),  # of indefinite length
        (bytes.fromhex("3006020103300100"), True),
        (bytes.fromhex("3006020102300100"), False),  # another version
        (bytes.fromhex("3106020103300100"), False),  # a SET
        (bytes.fromhex("30800609"), False),
        (LEAF.der, False),
        (b"", False),
        (b"0", False),
    ],
)
def test_what_begins_otherwise_is_none(blob: bytes, so: bool) -> None:
    assert is_pfx(blob) is so
