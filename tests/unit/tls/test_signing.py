import contextlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, utils
from tests.unit.tls.softkey import BOTH, NO_PSS, RAW, PrivateKey, c_sign

from a3check.tls.signing import (
    SOFT,
    Algorithm,
    Attempt,
    Pss,
    SignatureRequest,
    SignerFailed,
    can_pss,
    finish,
    plan,
    schemes,
    verifies,
)

ALL = frozenset(
    {
        "CKM_RSA_PKCS",
        "CKM_RSA_X_509",
        "CKM_RSA_PKCS_PSS",
        "CKM_ECDSA",
        *(f"CKM_SHA{n}_RSA_PKCS{pss}" for n in (1, 224, 256, 384, 512) for pss in ("", "_PSS")),
        *(f"CKM_ECDSA_SHA{n}" for n in (1, 224, 256, 384, 512)),
    }
)
DIGESTS = {"sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def odd_key() -> rsa.RSAPrivateKey:
    """8k + 1 bits: EMSA-PSS is one byte shorter than the modulus."""
    return rsa.generate_private_key(65537, 2049)


@pytest.fixture(scope="module")
def p256() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def want(algorithm: Algorithm, digest: str = "sha256", **more: object) -> SignatureRequest:
    salt = DIGESTS[digest] if algorithm is Algorithm.RSA_PSS else 0
    fields: dict[str, object] = {"data": b"to be signed", "salt": salt, **more}
    return SignatureRequest(algorithm, digest, **fields)  # type: ignore[arg-type]  # test's words


def all_work(request: SignatureRequest, key: PrivateKey) -> list[str]:
    attempts = plan(request, key.public_key(), ALL)
    for attempt in attempts:
        signature = finish(attempt, c_sign(key, attempt))
        assert verifies(request, key.public_key(), signature), attempt
        assert Attempt.from_json(attempt.to_json()) == attempt
    return [attempt.mechanism for attempt in attempts]


@pytest.mark.parametrize("digest", DIGESTS)
def test_pkcs1_in_its_order(rsa_key: rsa.RSAPrivateKey, digest: str) -> None:
    assert all_work(want(Algorithm.RSA_PKCS1, digest), rsa_key) == [
        "CKM_RSA_PKCS",
        f"CKM_{digest.upper()}_RSA_PKCS",
        "CKM_RSA_X_509",
    ]


@pytest.mark.parametrize("digest", DIGESTS)
def test_pss_in_its_order(rsa_key: rsa.RSAPrivateKey, digest: str) -> None:
    assert all_work(want(Algorithm.RSA_PSS, digest), rsa_key) == [
        "CKM_RSA_PKCS_PSS",
        f"CKM_{digest.upper()}_RSA_PKCS_PSS",
        "CKM_RSA_X_509",
    ]


@pytest.mark.parametrize("digest", DIGESTS)
def test_pss_with_an_odd_modulus(odd_key: rsa.RSAPrivateKey, digest: str) -> None:
    assert len(all_work(want(Algorithm.RSA_PSS, digest), odd_key)) == 3


def test_pss_with_another_mask(rsa_key: rsa.RSAPrivateKey) -> None:
    request = want(Algorithm.RSA_PSS, mgf="sha1", salt=20)
    assert len(all_work(request, rsa_key)) == 3
    assert plan(request, rsa_key.public_key(), ALL)[0].pss == Pss(
        "CKM_SHA256", "CKG_MGF1_SHA1", 20
    )


def test_pss_names_of_sha1(rsa_key: rsa.RSAPrivateKey) -> None:
    attempt = plan(want(Algorithm.RSA_PSS, "sha1"), rsa_key.public_key(), ALL)[0]
    assert attempt.pss == Pss("CKM_SHA_1", "CKG_MGF1_SHA1", 20)


def test_ecdsa_in_its_order(p256: ec.EllipticCurvePrivateKey) -> None:
    assert all_work(want(Algorithm.ECDSA), p256) == ["CKM_ECDSA", "CKM_ECDSA_SHA256"]


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP521R1(), ec.BrainpoolP256R1()])
def test_other_curves(curve: ec.EllipticCurve) -> None:
    assert len(all_work(want(Algorithm.ECDSA), ec.generate_private_key(curve))) == 2


def test_a_long_digest_is_cut_for_a_short_curve(p256: ec.EllipticCurvePrivateKey) -> None:
    attempt, _ = plan(want(Algorithm.ECDSA, "sha512"), p256.public_key(), ALL)
    assert len(attempt.data) == 32


@pytest.mark.parametrize("algorithm", [Algorithm.RSA_PKCS1, Algorithm.RSA_PSS])
def test_a_digest_is_not_digested_again(rsa_key: rsa.RSAPrivateKey, algorithm: Algorithm) -> None:
    hashed = want(algorithm).hashed
    request = want(algorithm, data=hashed, prehashed=True)
    assert len(all_work(request, rsa_key)) == 2
    assert request.hashed == hashed


def test_a_digest_is_not_digested_again_for_ec(p256: ec.EllipticCurvePrivateKey) -> None:
    request = want(Algorithm.ECDSA, data=bytes(range(32)), prehashed=True)
    assert all_work(request, p256) == ["CKM_ECDSA"]


def test_before_tls12(rsa_key: rsa.RSAPrivateKey) -> None:
    request = SignatureRequest(Algorithm.RSA_PKCS1, "md5-sha1", b"to be signed")
    assert all_work(request, rsa_key) == ["CKM_RSA_PKCS", "CKM_RSA_X_509"]
    other = SignatureRequest(Algorithm.RSA_PKCS1, "md5-sha1", b"something else")
    attempt = plan(other, rsa_key.public_key(), ALL)[0]
    assert not verifies(request, rsa_key.public_key(), c_sign(rsa_key, attempt))


def test_only_what_the_token_has(rsa_key: rsa.RSAPrivateKey) -> None:
    key = rsa_key.public_key()
    assert [a.mechanism for a in plan(want(Algorithm.RSA_PSS), key, RAW)] == ["CKM_RSA_X_509"]
    assert plan(want(Algorithm.RSA_PSS), key, NO_PSS) == ()
    assert plan(want(Algorithm.ECDSA), key, ALL) == ()


def test_a_key_too_small() -> None:
    # 512 bits are no longer made: the largest digest beside the smallest modulus is a number only.
    modulus = (1 << 511) + 9
    least = rsa.RSAPublicNumbers(65537, modulus)
    with contextlib.suppress(ValueError):
        assert plan(want(Algorithm.RSA_PKCS1, "sha512"), least.public_key(), ALL) == ()
    tiny = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 - on purpose
    assert plan(want(Algorithm.RSA_PSS, "sha512"), tiny, ALL) == ()
    assert plan(want(Algorithm.RSA_PSS, "sha384"), tiny, ALL)
    assert "rsa_pss_rsae_sha512" not in schemes(tiny, ALL)


def test_finish_knows_the_quirks() -> None:
    short = Attempt("CKM_RSA_PKCS", b"", size=4)
    assert finish(short, b"\x01\x02") == b"\0\0\x01\x02"
    halves = Attempt("CKM_ECDSA", b"", size=2, halves=True)
    assert finish(halves, b"\0\x01\0\x02") == utils.encode_dss_signature(1, 2)
    der = utils.encode_dss_signature(1, 2)
    assert finish(halves, der) == der
    assert finish(halves, b"") == utils.encode_dss_signature(0, 0)


def test_verifies_is_total(rsa_key: rsa.RSAPrivateKey, p256: ec.EllipticCurvePrivateKey) -> None:
    for algorithm in Algorithm:
        for key in (rsa_key.public_key(), p256.public_key()):
            for junk in (b"", b"\x30", bytes(256), b"\xff" * 300):
                assert not verifies(want(algorithm), key, junk)


def test_forecast(rsa_key: rsa.RSAPrivateKey, p256: ec.EllipticCurvePrivateKey) -> None:
    public = rsa_key.public_key()
    pkcs1 = tuple(f"rsa_pkcs1_{d}" for d in ("sha256", "sha384", "sha512", "sha1"))
    pss = tuple(f"rsa_pss_rsae_{d}" for d in ("sha256", "sha384", "sha512"))
    assert schemes(public, BOTH) == schemes(public, RAW) == pss + pkcs1
    assert schemes(public, NO_PSS) == pkcs1
    assert schemes(public, frozenset({"CKM_SHA256_RSA_PKCS"})) == ("rsa_pkcs1_sha256",)
    assert schemes(p256.public_key(), BOTH) == ("ecdsa_secp256r1_sha256",)
    assert schemes(p256.public_key(), RAW) == ()
    brainpool = ec.generate_private_key(ec.BrainpoolP256R1()).public_key()
    in_tls13, in_tls12 = "ecdsa_brainpoolP256r1tls13_sha256", "ecdsa_secp256r1_sha256"
    assert schemes(brainpool, BOTH) == (in_tls13, in_tls12)
    assert schemes(ec.generate_private_key(ec.SECP256K1()).public_key(), BOTH) == ()


def test_can_pss() -> None:
    assert can_pss(BOTH)
    assert can_pss(RAW)
    assert can_pss(frozenset({"CKM_SHA384_RSA_PKCS_PSS"}))
    assert not can_pss(NO_PSS)
    assert not can_pss(frozenset({"CKM_SHA1_RSA_PKCS_PSS"}))


def test_soft_holds_nothing_of_pin_session_or_removal() -> None:
    for final in ("PIN", "SESSION", "LOGGED", "DEVICE", "TOKEN", "CANCEL"):
        assert not [code for code in SOFT if final in code]


def test_signer_failed_carries_its_code() -> None:
    assert SignerFailed("CKR_PIN_INCORRECT").code == "CKR_PIN_INCORRECT"


def test_requests_travel() -> None:
    request = want(Algorithm.RSA_PSS, mgf="sha1")
    assert SignatureRequest.from_json(request.to_json()) == request


def test_a_key_of_another_kind_signs_nothing() -> None:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    request = want(Algorithm.ECDSA)
    assert plan(request, key, ALL) == ()  # type: ignore[arg-type]  # on purpose
    assert not verifies(request, key, b"")  # type: ignore[arg-type]  # on purpose
