import base64
from dataclasses import replace

import pytest
from tests.unit.checks.test_certificate import held
from tests.unit.checks.world import KEY, MODULE, TOKEN, World, fact, said
from tests.unit.pki.maker import AC2, LEAF, Made, key, leaf
from tests.unit.tls.softkey import BOTH, NO_PSS, PrivateKey, c_sign

from a3check.checks import signature
from a3check.checks.certificate import Chosen
from a3check.checks.pin import LoggedIn
from a3check.checks.signature import TokenSigner, Tried, challenge, cost, judge, key_of
from a3check.core.cryptoki import SignAttempt, TokenKey, TokenObjects
from a3check.core.fault import Fault, FaultKind
from a3check.core.question import TryEnd
from a3check.tls.signing import Algorithm, Attempt, Pss, SignatureRequest, SignerFailed, verifies

RSA = leaf(AC2, own="rsa leaf")
STRANGE = leaf(AC2, own="ed448 leaf")
ALWAYS = replace(KEY, always_authenticate=True)
OK, NO = "CKR_OK", "CKR_MECHANISM_INVALID"
EC = frozenset({"CKM_ECDSA"})


class Signing(list[bytes | Fault]):
    """Signs as the key would, wherever nothing else was scripted."""

    def __init__(self, world: World, secret: PrivateKey) -> None:
        super().__init__()
        self._world, self._secret = world, secret

    def pop(self, index: int = -1) -> bytes | Fault:  # type: ignore[override] # as it is called
        if self:
            return super().pop(index)
        attempt = self._world.drivers.attempts[-1]
        return c_sign(self._secret, _plain(attempt))


def _plain(attempt: SignAttempt) -> Attempt:
    pss = Pss(*attempt.pss) if attempt.pss else None
    return Attempt(attempt.mechanism, attempt.data, pss)


def world(made: Made = LEAF, mechanisms: frozenset[str] = EC, owner: str = "leaf") -> World:
    a = World()
    token = replace(TOKEN, mechanisms=mechanisms)
    a.learn(Chosen(held(made, KEY, token=token)), LoggedIn(token))
    a.drivers.signing = Signing(a, key(owner))  # type: ignore[arg-type] # EC or RSA
    return a


def refused(ckr: str) -> Fault:
    return Fault(FaultKind.REFUSED, "C_Sign", detail=ckr)


# ---- judge


def tried(*results: str, mechanism: str = "CKM_RSA_PKCS_PSS") -> tuple[Tried, ...]:
    return tuple(Tried(mechanism, result, 7) for result in results)


DIED = Fault(FaultKind.DIED, "C_Sign", detail="signal 11")
HUNG = Fault(FaultKind.HUNG, "C_Sign", 30.04)


@pytest.mark.parametrize(
    ("attempts", "fault", "codes"),
    [
        (tried(OK), None, ("signature.valid",)),
        (tried(NO, OK), None, ("signature.valid",)),
        (tried(OK), DIED, ("signature.valid",)),
        (tried("BAD_SIGNATURE"), None, ("signature.key_mismatch",)),
        (tried(NO, "BAD_SIGNATURE", NO), None, ("signature.key_mismatch",)),
        (tried(NO), None, ("signature.failed",)),
        ((), None, ("signature.failed",)),
        (tried("died"), DIED, ("any.driver_died",)),
        (tried("hung"), HUNG, ("any.timeout",)),
        ((), replace(HUNG, kind=FaultKind.CANCELLED), ("any.timeout",)),
        (tried("CKR_PIN_INCORRECT"), refused("CKR_PIN_INCORRECT"), ("signature.failed",)),
        ((), refused("CKR_DEVICE_REMOVED"), ("signature.token_removed",)),
        ((), refused("CKR_TOKEN_NOT_PRESENT"), ("signature.token_removed",)),
    ],
)
def test_judge(attempts: tuple[Tried, ...], fault: Fault | None, codes: tuple[str, ...]) -> None:
    assert said(judge(attempts, BOTH, MODULE, fault)) == codes


def test_evidence() -> None:
    (valid,) = judge(tried(NO, OK), BOTH, MODULE, None)
    assert fact(valid, "mechanism", "milliseconds") == ("CKM_RSA_PKCS_PSS", 7)
    (wrong,) = judge(tried("BAD_SIGNATURE"), BOTH, MODULE, None)
    assert fact(wrong, "mechanism") == ("CKM_RSA_PKCS_PSS",)
    (failed,) = judge(tried(NO, "CKR_X"), BOTH, MODULE, None)
    assert fact(failed, "attempts") == ((f"CKM_RSA_PKCS_PSS: {NO}", "CKM_RSA_PKCS_PSS: CKR_X"),)
    (failed,) = judge((), BOTH, MODULE, refused("CKR_X"))
    assert fact(failed, "attempts") == (("CKR_X",),)
    (failed,) = judge(tried("CKR_X"), BOTH, MODULE, refused("CKR_X"))
    assert fact(failed, "attempts") == (("CKM_RSA_PKCS_PSS: CKR_X",),)
    (died,) = judge((), BOTH, MODULE, DIED)
    assert fact(died, "call", "exit", "module") == ("C_Sign", "signal 11", MODULE)
    (late,) = judge((), BOTH, MODULE, HUNG)
    assert fact(late, "call", "seconds", "module") == ("C_Sign", 30.0, MODULE)
    (gone,) = judge((), BOTH, MODULE, refused("CKR_DEVICE_REMOVED"))
    assert fact(gone, "ckr") == ("CKR_DEVICE_REMOVED",)


@pytest.mark.parametrize(
    ("mechanism", "mechanisms", "warned"),
    [
        ("CKM_RSA_PKCS", NO_PSS | {"CKM_ECDSA"}, True),
        ("CKM_RSA_PKCS", frozenset({"CKM_RSA_X_509"}), False),
        ("CKM_RSA_PKCS_PSS", BOTH, False),
        ("CKM_ECDSA", EC, False),
    ],
)
def test_a_token_without_pss(mechanism: str, mechanisms: frozenset[str], warned: bool) -> None:
    found = judge(tried(OK, mechanism=mechanism), mechanisms, MODULE, None)
    assert said(found) == ("signature.valid", *(("signature.no_pss",) if warned else ()))
    if warned:
        assert fact(found[1], "mechanisms") == (("CKM_RSA_PKCS", "CKM_SHA256_RSA_PKCS"),)


# ---- the key and the challenge


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ((), None),
        ((replace(KEY, id=b"\2"),), None),
        ((ALWAYS, KEY), KEY),
        ((KEY, ALWAYS), KEY),
        ((ALWAYS,), ALWAYS),
    ],
)
def test_a_key_that_wants_its_own_login_comes_last(
    keys: tuple[TokenKey, ...], key: TokenKey | None
) -> None:
    assert key_of(Chosen(held()), TokenObjects(keys=keys)) == key


def test_the_key_lies_under_the_id_of_any_copy() -> None:
    other = replace(KEY, id=b"\2")
    assert key_of(Chosen(held(), (b"\1", b"\2")), TokenObjects(keys=(other,))) == other
    assert key_of(Chosen(held(), (b"\1",)), TokenObjects(keys=(other,))) is None


@pytest.mark.parametrize(
    ("able", "algorithm", "digest", "salt"),
    [
        (("ecdsa_secp384r1_sha384",), Algorithm.ECDSA, "sha384", 0),
        (("rsa_pss_rsae_sha256", "rsa_pkcs1_sha1"), Algorithm.RSA_PSS, "sha256", 32),
        (("rsa_pkcs1_sha512",), Algorithm.RSA_PKCS1, "sha512", 0),
        ((), Algorithm.RSA_PKCS1, "sha256", 0),
    ],
)
def test_the_challenge(
    able: tuple[str, ...], algorithm: Algorithm, digest: str, salt: int
) -> None:
    request = challenge(able)
    assert (request.algorithm, request.digest, request.salt) == (algorithm, digest, salt)
    assert len(request.data) == 32
    assert request.data != challenge(able).data


# ---- run


@pytest.mark.parametrize(
    ("made", "mechanisms", "secret", "codes"),
    [
        (LEAF, EC, "leaf", ("signature.valid",)),
        (LEAF, EC, "another", ("signature.key_mismatch",)),
        (LEAF, frozenset[str](), "leaf", ("signature.failed",)),
        (RSA, BOTH, "rsa leaf", ("signature.valid",)),
        (RSA, NO_PSS, "rsa leaf", ("signature.valid", "signature.no_pss")),
    ],
)
def test_a_fresh_challenge_is_signed(
    made: Made, mechanisms: frozenset[str], secret: str, codes: tuple[str, ...]
) -> None:
    a = world(made, mechanisms, secret)
    assert said(a.run(signature.CHECK)) == codes
    assert (a.context.find(TokenSigner) is not None) is (codes[0] == "signature.valid")


def test_the_key_after_the_login_counts() -> None:
    a = world()
    a.drivers.held[MODULE] = TokenObjects(keys=(ALWAYS, KEY))
    assert said(a.run(signature.CHECK)) == ("signature.valid",)
    assert a.drivers.keys == [KEY]


def test_a_key_of_an_unknown_kind() -> None:
    a = world(STRANGE)
    (finding,) = a.run(signature.CHECK)
    assert said(finding) == ("signature.failed",)
    assert fact(finding, "attempts") == ((STRANGE.facts.key.text,),)
    assert a.drivers.keys == []


def test_no_key() -> None:
    a = world()
    a.drivers.held[MODULE] = TokenObjects()
    (finding,) = a.run(signature.CHECK)
    assert said(finding) == ("signature.key_missing",)
    assert fact(finding, "module") == (MODULE,)
    assert a.drivers.keys == []


def test_objects_that_cannot_be_read() -> None:
    a = world()
    a.drivers.held[MODULE] = Fault(FaultKind.HUNG, "C_FindObjects", 25)
    assert said(a.run(signature.CHECK)) == ("any.timeout",)
    assert a.drivers.keys == []


def test_without_a_login_nothing_is_signed() -> None:
    a = World().learn(Chosen(held(LEAF, KEY)))
    assert said(a.run(signature.CHECK)) == ("skipped: pin",)
    assert a.drivers.keys == []


# ---- the signer


def signer(*answers: bytes | Fault) -> TokenSigner:
    a = world(RSA, BOTH | NO_PSS, "rsa leaf")
    a.drivers.signing.extend(answers)
    chosen = a.context.recall(Chosen).held
    return TokenSigner(a.drivers, chosen, KEY, RSA.facts.public_key, a.tries)  # type: ignore[arg-type] # RSA


REQUEST = SignatureRequest(Algorithm.RSA_PKCS1, "sha256", b"data")


def test_a_soft_refusal_lets_the_next_way_try() -> None:
    made = signer(refused(NO))
    assert verifies(REQUEST, made.public, made.sign(REQUEST))
    assert [(t.mechanism, t.result) for t in made.tried] == [
        ("CKM_RSA_PKCS", NO),
        ("CKM_SHA256_RSA_PKCS", OK),
    ]
    assert all(t.milliseconds >= 0 for t in made.tried)


def test_a_bad_signature_lets_the_next_way_try() -> None:
    made = signer(bytes(256))
    made.sign(REQUEST)
    assert [t.result for t in made.tried] == ["BAD_SIGNATURE", OK]


@pytest.mark.parametrize("fault", [refused("CKR_PIN_INCORRECT"), DIED, HUNG, refused("CKR_X")])
def test_anything_else_is_final(fault: Fault) -> None:
    made = signer(fault)
    for _ in range(2):
        with pytest.raises(SignerFailed) as failed:
            made.sign(REQUEST)
        assert failed.value.code == (fault.detail or "hung")
    assert len(made.tried) == 1


def test_every_way_refused() -> None:
    made = signer(refused(NO), refused("CKR_DATA_INVALID"))
    with pytest.raises(SignerFailed) as failed:
        made.sign(REQUEST)
    assert failed.value.code == "CKR_DATA_INVALID"
    with pytest.raises(SignerFailed) as failed:
        made.sign(SignatureRequest(Algorithm.ECDSA, "sha256", b"data"))
    assert failed.value.code == NO


def test_the_answer_for_the_tls_probe() -> None:
    made = signer()
    answer = made.answer(REQUEST.to_json())
    raw = base64.b64decode(str(answer["signature"]))
    assert verifies(REQUEST, made.public, raw)
    assert signer(DIED).answer(REQUEST.to_json()) == {"error": "signal 11"}
    assert made.schemes[0] == "rsa_pss_rsae_sha256"


def test_pss_parameters_reach_the_token() -> None:
    a = world(RSA, BOTH, "rsa leaf")
    a.run(signature.CHECK)
    assert a.drivers.attempts[0].pss == ("CKM_SHA256", "CKG_MGF1_SHA256", 32)


# ---- a list of mechanisms that promises too much

PSS_FAILS = refused("CKR_FUNCTION_FAILED")
LYING = frozenset({"CKM_RSA_PKCS_PSS", "CKM_RSA_PKCS"})


@pytest.mark.parametrize(
    "answers",
    [(PSS_FAILS,), (bytes(256),)],
    ids=["refused", "wrong"],
)
def test_pss_that_fails_leaves_what_tls12_takes(answers: tuple[bytes | Fault, ...]) -> None:
    a = world(RSA, LYING, "rsa leaf")
    a.drivers.signing.extend(answers)
    valid, warned = a.run(signature.CHECK)
    assert said((valid, warned)) == ("signature.valid", "signature.no_pss")
    assert fact(valid, "mechanism") == ("CKM_RSA_PKCS",)
    made = a.context.recall(TokenSigner)
    assert not [scheme for scheme in made.schemes if "pss" in scheme]
    assert "rsa_pkcs1_sha256" in made.schemes
    assert a.drivers.pins == []


def test_another_key_fails_at_both() -> None:
    a = world(RSA, LYING, "rsa another")
    assert said(a.run(signature.CHECK)) == ("signature.key_mismatch",)
    assert [t.mechanism for t in a.drivers.attempts] == ["CKM_RSA_PKCS_PSS", "CKM_RSA_PKCS"]


def test_a_final_fault_at_pss_ends_it() -> None:
    a = world(RSA, LYING, "rsa leaf")
    a.drivers.signing.append(refused("CKR_PIN_INCORRECT"))
    assert said(a.run(signature.CHECK)) == ("signature.failed",)
    assert len(a.drivers.attempts) == 1


def test_a_token_of_pss_alone_is_tried_once() -> None:
    a = world(RSA, frozenset({"CKM_RSA_PKCS_PSS"}), "rsa leaf")
    a.drivers.signing.append(PSS_FAILS)
    assert said(a.run(signature.CHECK)) == ("signature.failed",)
    assert len(a.drivers.attempts) == 1


# ---- a key that wants its own login


def guarded(*answers: bytes | Fault) -> World:
    a = world()
    a.drivers.held[MODULE] = TokenObjects(keys=(ALWAYS,))
    a.drivers.signing.extend(answers)
    return a


def own_login(ckr: str) -> Fault:
    return Fault(FaultKind.REFUSED, "C_Login", detail=ckr)


def test_its_use_is_counted_before_and_forgotten_after() -> None:
    a = guarded()
    assert said(a.run(signature.CHECK)) == ("signature.valid",)
    assert a.events == ["begin key", "end key accepted"]
    a.context.recall(TokenSigner).sign(challenge(("ecdsa_secp256r1_sha256",)))
    assert a.tries.key_ends == [TryEnd.ACCEPTED, TryEnd.ACCEPTED]


def test_its_refusal_has_a_code_of_its_own() -> None:
    a = guarded(own_login("CKR_PIN_INCORRECT"))
    (finding,) = a.run(signature.CHECK)
    assert said(finding) == ("signature.key_pin_refused",)
    assert fact(finding, "spent", "ckr") == ("now", "CKR_PIN_INCORRECT")
    assert a.events == ["begin key", "end key spent"]
    assert a.context.find(TokenSigner) is None


def test_after_a_refusal_it_is_left_alone() -> None:
    a = guarded()
    a.tries.rests = True
    (finding,) = a.run(signature.CHECK)
    assert said(finding) == ("signature.key_pin_refused",)
    assert fact(finding, "spent", "ckr") == ("before", None)
    assert a.drivers.keys == []
    assert a.events == []


def test_another_a3check_is_at_this_key() -> None:
    a = guarded()
    a.tries.key_free = False
    (finding,) = a.run(signature.CHECK)
    assert fact(finding, "attempts") == (("CKM_ECDSA: KEY_RESTS",),)
    assert a.drivers.keys == []


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (b"signature", TryEnd.ACCEPTED),
        (own_login("CKR_PIN_INCORRECT"), TryEnd.SPENT),
        (own_login("CKR_FUNCTION_FAILED"), TryEnd.SPENT),
        (own_login("CKR_USER_NOT_LOGGED_IN"), TryEnd.UNTOUCHED),
        (own_login("CKR_OPERATION_NOT_INITIALIZED"), TryEnd.UNTOUCHED),
        (Fault(FaultKind.HUNG, "C_Login", 30), TryEnd.SPENT),
        (Fault(FaultKind.DIED, "sign"), TryEnd.SPENT),
        (HUNG, TryEnd.UNTOUCHED),
        (DIED, TryEnd.UNTOUCHED),
        (refused(NO), TryEnd.UNTOUCHED),
    ],
)
def test_what_its_use_cost(answer: bytes | Fault, end: TryEnd) -> None:
    assert cost(answer) is end


def test_a_defect_of_ours_counts() -> None:
    a = guarded()
    a.drivers.signing = []
    with pytest.raises(IndexError):
        a.run(signature.CHECK)
    assert a.tries.key_ends == [TryEnd.SPENT]
