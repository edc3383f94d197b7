"""The laboratory's tokens list, sign and show their flags, seen through pkcs11-tool."""

from __future__ import annotations

import hashlib
import os
import subprocess
from typing import TYPE_CHECKING, Final

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from tests.lab.laboratory import KEY_CACHE, TOKEN_LABEL, Laboratory
from tests.lab.pki import Pki
from tests.lab.softhsm import PIN, PinFlag, SoftHsm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


pytestmark = pytest.mark.lab

RUN_SECONDS: Final = 30.0


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki(KEY_CACHE, "http://127.0.0.1:9")


def run(command: Sequence[str], hsm: SoftHsm) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **hsm.environment}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=RUN_SECONDS, check=False
    )


def pkcs11_tool(hsm: SoftHsm, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(["pkcs11-tool", "--module", str(hsm.module), *arguments], hsm)


def sign(lab: Laboratory, folder: Path, key_id: str, mechanism: str, data: bytes) -> bytes:
    message, signature = folder / "message", folder / "signature"
    message.write_bytes(data)
    result = pkcs11_tool(
        lab.hsm,
        *("--token-label", TOKEN_LABEL, "--login", "--pin", lab.pin, "--id", key_id),
        *("--sign", "-m", mechanism, "-f", "openssl", "-i", str(message), "-o", str(signature)),
    )
    assert result.returncode == 0, result.stderr
    return signature.read_bytes()


def test_the_token_lists_the_certificate_before_the_login(lab: Laboratory) -> None:
    slots = pkcs11_tool(lab.hsm, "-L").stdout
    assert TOKEN_LABEL in slots
    assert slots.count("uninitialized") == 1
    objects = pkcs11_tool(lab.hsm, "-O", "--token-label", TOKEN_LABEL).stdout
    assert objects.count("Certificate Object") == 2
    assert "FULANO DE TAL TESTE" in objects
    assert "Private Key" not in objects


def test_the_rsa_key_signs_after_the_login(lab: Laboratory, tmp_path: Path) -> None:
    public = lab.entities[0].certificate.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    signature = sign(lab, tmp_path, "01", "SHA256-RSA-PKCS", b"challenge")
    public.verify(signature, b"challenge", padding.PKCS1v15(), hashes.SHA256())


def test_the_elliptic_key_signs_after_the_login(lab: Laboratory, tmp_path: Path) -> None:
    public = lab.entities[1].certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    digest = hashlib.sha256(b"challenge").digest()
    signature = sign(lab, tmp_path, "02", "ECDSA", digest)
    public.verify(signature, b"challenge", ec.ECDSA(hashes.SHA256()))


def test_a_wrong_pin_leaves_a_mark_and_a_right_one_takes_it_away(tmp_path: Path, pki: Pki) -> None:
    hsm = SoftHsm(tmp_path)
    token = hsm.add_token("MARCAS")
    token.put(pki.leaf())
    login = ("--token-label", "MARCAS", "--login", "-O", "--pin")
    assert token.shown == PinFlag(0)
    assert "CKR_PIN_INCORRECT" in pkcs11_tool(hsm, *login, "00000000").stderr
    assert token.shown == PinFlag.COUNT_LOW
    assert "user PIN count low" in pkcs11_tool(hsm, "-L").stdout
    assert "Private Key" in pkcs11_tool(hsm, *login, PIN).stdout
    assert token.shown == PinFlag(0)


@pytest.mark.parametrize(
    ("flag", "words"),
    [(PinFlag.FINAL_TRY, "final user PIN try"), (PinFlag.LOCKED, "user PIN locked")],
)
def test_flags_can_be_shown(tmp_path: Path, flag: PinFlag, words: str) -> None:
    hsm = SoftHsm(tmp_path)
    hsm.add_token("OUTRO")
    token = hsm.add_token("SINAIS")
    token.show(flag)
    assert pkcs11_tool(hsm, "-L").stdout.count(words) == 1


def test_objects_can_be_left_out_or_shown(tmp_path: Path, pki: Pki) -> None:
    hsm = SoftHsm(tmp_path)
    token = hsm.add_token("PARTES")
    token.put(pki.leaf(), b"\1", "sem chave", key=False)
    token.put(pki.leaf("ecnpj"), b"\2", "sem certificado", certificate=False)
    token.put(pki.leaf("ecpf_ec"), b"\3", "chave visivel", private=False, public_key=True)
    token.put(pki.leaf("ecpf_other_holder"), b"\4", "sempre", always_authenticate=True)
    token.put(pki.variant("unreadable"), b"\5", "ilegivel", key=False)
    token.put_authorities(pki.leaf())
    before = pkcs11_tool(hsm, "-O", "--token-label", "PARTES").stdout
    assert before.count("Certificate Object") == 7
    assert before.count("Private Key Object") == 1
    assert before.count("Public Key Object") == 1
    login = ("--token-label", "PARTES", "--login", "--pin", PIN)
    after = pkcs11_tool(hsm, "-O", *login).stdout
    assert after.count("Private Key Object") == 3
    assert after.count("Access:     always authenticate, sensitive") == 1
