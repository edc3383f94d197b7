"""What the provider is made of, without a handshake."""

import _ssl
import dataclasses
import struct
import sys

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.unit.tls.softkey import signer

from a3check.tls import functions, keys, openssl
from a3check.tls.keys import MOST_SIGNATURES, SigningKey
from a3check.tls.openssl import Buffer, Callback, OpenSSLError, Unavailable, load, read_memory
from a3check.tls.operation import Operation
from a3check.tls.params import Params, param_names, read_params, write_params
from a3check.tls.provider import Provider, provider
from a3check.tls.signing import Algorithm, SignatureRequest, SignerFailed, verifies

QUESTION = struct.Struct("@PIPNN")


def question(
    name: str, kind: int, room: int, *, asks: bool = False
) -> tuple[Buffer, list[Buffer]]:
    parts = [Buffer(name.encode()), Buffer(max(room, 1))]
    place = 0 if asks else parts[1].address
    row = QUESTION.pack(parts[0].address, kind, place, room, 7)
    return Buffer(row + bytes(QUESTION.size)), parts


def answered(array: Buffer) -> int:
    size: int = QUESTION.unpack(read_memory(array.address, QUESTION.size))[4]
    return size


def test_params_there_and_back() -> None:
    values: dict[str, int | str | bytes] = {
        "n": 1 << 2047,
        "zero": 0,
        "text": "prime256v1",
        "empty": "",
        "octets": b"a\0b",
    }
    params = Params(values)
    assert read_params(params.address) == values
    assert read_params(None) == {}


@pytest.mark.parametrize(
    ("kind", "room", "value", "written"),
    [
        (1, 4, 2048, (2048).to_bytes(4, sys.byteorder)),
        (2, 3, 65537, (65537).to_bytes(3, sys.byteorder)),
        (4, 10, "SHA256", b"SHA256\0"),
        (4, 6, "SHA256", b"SHA256"),
        (5, 4, b"abc", b"abc"),
    ],
)
def test_questions_are_answered(
    kind: int, room: int, value: int | str | bytes, written: bytes
) -> None:
    array, parts = question("x", kind, room)
    write_params(array.address, {"x": value, "y": 1})
    assert read_memory(parts[1].address, len(written)) == written
    assert answered(array) == len(written.rstrip(b"\0") if kind == 4 else written)


def test_a_question_for_the_size_only() -> None:
    array, _parts = question("n", 2, 0, asks=True)
    write_params(array.address, {"n": 1 << 2047})
    assert answered(array) == 257


def test_too_little_room_and_unknown_questions() -> None:
    array, _parts = question("x", 5, 2)
    with pytest.raises(ValueError, match="x"):
        write_params(array.address, {"x": b"abc"})
    write_params(array.address, {})
    assert answered(array) == 7


def test_a_text_by_pointer_and_a_negative_number() -> None:
    text = Buffer(b"SHA2-384")
    pointer = Buffer(struct.pack("@P", text.address))
    negative = Buffer((-1).to_bytes(4, sys.byteorder, signed=True))
    names = [Buffer(b"digest"), Buffer(b"saltlen")]
    rows = QUESTION.pack(names[0].address, 6, pointer.address, 8, 0)
    rows += QUESTION.pack(names[1].address, 1, negative.address, 4, 0)
    array = Buffer(rows + bytes(QUESTION.size))
    assert read_params(array.address) == {"digest": "SHA2-384", "saltlen": -1}


def test_names_are_laid_out() -> None:
    assert read_params(param_names({"n": int, "group": str, "pub": bytes})) == {
        "n": 0,
        "group": "",
        "pub": b"",
    }


RSA_KEY = rsa.generate_private_key(65537, 2048)
CURVES = [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.BrainpoolP384R1()]


def operation(kind: str = "rsa") -> Operation:
    key = SigningKey(RSA_KEY.public_key(), signer(RSA_KEY))
    return Operation(kind, key)


def test_tls13_settings() -> None:
    wanted = operation()
    wanted.set({"digest": "SHA2-384", "pad-mode": "pss", "saltlen": "digest", "else": 1})
    assert wanted.request(b"x") == SignatureRequest(
        Algorithm.RSA_PSS, "sha384", b"x", salt=48, mgf="sha384"
    )


@pytest.mark.parametrize(("salt", "length"), [(-1, 32), (-4, 32), (-3, 222), ("max", 222), (7, 7)])
def test_salts(salt: int | str, length: int) -> None:
    wanted = operation()
    wanted.set({"pad-mode": 6, "saltlen": salt, "mgf1-digest": "SHA1"})
    request = wanted.request(b"x")
    assert (request.salt, request.mgf) == (length, "sha1")


def test_other_settings() -> None:
    assert operation("ec").request(b"x").algorithm is Algorithm.ECDSA
    plain = operation()
    plain.set({"digest": "MD5-SHA1"})
    assert plain.request(b"x") == SignatureRequest(Algorithm.RSA_PKCS1, "md5-sha1", b"x")
    plain.set({"pad-mode": 3})
    with pytest.raises(KeyError):
        plain.request(b"x")
    with pytest.raises(ValueError, match="nonsense"):
        plain.set({"saltlen": "nonsense"})


def test_copies_go_their_own_way() -> None:
    one = operation()
    one.data += b"abc"
    other = one.copy()
    one.start(prehashed=True)
    assert (bytes(one.data), bytes(other.data), other.prehashed) == (b"", b"abc", False)


@pytest.mark.parametrize("curve", CURVES)
def test_ec_keys_there_and_back(curve: ec.EllipticCurve) -> None:
    public = ec.generate_private_key(curve).public_key()
    values = keys.public_params(public)
    assert keys.public_key(keys.kind(public), values) == public
    assert keys.facts(public)["bits"] == curve.key_size
    longest = keys.longest(public)
    assert len(ec.generate_private_key(curve).sign(b"", ec.ECDSA(hashes.SHA256()))) <= longest


def test_rsa_keys_there_and_back() -> None:
    public = RSA_KEY.public_key()
    assert keys.public_key("rsa", keys.public_params(public)) == public
    assert keys.facts(public) == {
        "bits": 2048,
        "security-bits": 112,
        "max-size": 256,
        "default-digest": "SHA256",
    }


def test_unknown_keys_are_refused() -> None:
    with pytest.raises(OpenSSLError):
        keys.public_key("ec", {"group": "sect163k1", "pub": b""})
    with pytest.raises(OpenSSLError):
        keys.public_key("rsa", {})


def test_a_signer_is_not_asked_after_it_failed() -> None:
    asked = []

    def fail(request: SignatureRequest) -> bytes:
        asked.append(request)
        raise SignerFailed("CKR_PIN_LOCKED")

    key = SigningKey(RSA_KEY.public_key(), fail)
    for _ in range(3):
        with pytest.raises(SignerFailed, match="CKR_PIN_LOCKED"):
            key.signature(SignatureRequest(Algorithm.RSA_PKCS1, "sha256", b"x"))
    assert len(asked) == 1


def test_a_token_is_not_worn_out() -> None:
    key = SigningKey(RSA_KEY.public_key(), signer(RSA_KEY))
    request = SignatureRequest(Algorithm.RSA_PKCS1, "sha256", b"x")
    for _ in range(MOST_SIGNATURES):
        key.signature(request)
    with pytest.raises(SignerFailed, match="TOO_MANY_SIGNATURES"):
        key.signature(request)


def test_what_is_raised_in_a_callback_stays_out_of_c() -> None:
    raised: list[BaseException] = []

    def stumble(_number: int) -> int:
        raise KeyboardInterrupt

    for shape in ("ii", "pi", "vi"):
        made = Callback(shape, stumble, raised.append)
        assert not openssl.call(made.address, shape, 1)
    assert len(raised) == 3


def test_a_library_without_the_functions_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "SSL", "SSL_of_the_future i p")
    libraries = openssl._libraries()
    with pytest.raises(Unavailable, match="SSL_of_the_future"):
        openssl.OpenSSL(*libraries)


def test_an_old_library_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openssl, "_OLDEST", 0xF0000000)
    libraries = openssl._libraries()
    with pytest.raises(Unavailable, match="older"):
        openssl.OpenSSL(*libraries)


def test_a_newer_library_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is that every function is there, not the number."""
    declare = openssl._declare

    def newer(library: object, name: str, *types: str) -> object:
        plain = declare(library, name, *types)
        return (lambda: 0x40000030) if name == "OpenSSL_version_num" else plain

    monkeypatch.setattr(openssl, "_declare", newer)
    assert openssl.OpenSSL(*openssl._libraries()).OpenSSL_version_num() == 0x40000030


def test_a_file_that_cannot_be_loaded_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ssl, "__file__", "/nonexistent/_ssl.so")
    with pytest.raises(Unavailable):
        openssl._libraries()


def test_an_undeclared_function_is_our_slip() -> None:
    with pytest.raises(AttributeError, match="functions"):
        load().SSL_of_the_future()


@pytest.mark.parametrize(
    ("der", "text"),
    [
        ("3000", ""),
        ("ffff", ""),
        ("", ""),
        ("300d310b300906035504030c024f6b", "CN=Ok"),
        ("30173115301306035504030c0c4f7267c3a36f2c204122422e", 'CN=Orgão\\, A\\"B.'),
    ],
)
def test_names_as_text(der: str, text: str) -> None:
    assert load().name_text(bytes.fromhex(der)) == text


def test_what_is_no_certificate() -> None:
    with pytest.raises(OpenSSLError):
        load().certificate(b"no certificate")


@dataclasses.dataclass
class Cell:
    """Stands for a size_t * of OpenSSL's."""

    value: int = -1

    def __setitem__(self, index: int, value: int) -> None:
        assert index == 0
        self.value = value


def token_operation() -> tuple[Provider, int, int]:
    """Give a key that was imported with its signer, and an operation of RSA's."""
    served = provider(load())
    key = served._new_key("rsa")
    served._signers[5] = SigningKey(RSA_KEY.public_key(), signer(RSA_KEY))
    values = Params(keys.public_params(RSA_KEY.public_key()) | {"a3check-signer": 5})
    assert served._import(key, 0, values.address) == 1
    del served._signers[5]
    return served, key, served._new_operation("rsa")


def test_signing_piece_by_piece_and_by_copy() -> None:
    served, key, operation = token_operation()
    assert served._start_digest(operation, b"SHA2-256", key, None) == 1
    text = Buffer(b"to be signed")
    served._update(operation, text.address, 12)
    copy = served._copy_operation(operation)
    place, length = Buffer(256), Cell()
    assert served._final(copy, None, length, 0) == 1
    assert length.value == 256
    assert served._final(copy, place.address, length, 256) == 1
    made = read_memory(place.address, 256)
    request = SignatureRequest(Algorithm.RSA_PKCS1, "sha256", b"to be signed")
    assert verifies(request, RSA_KEY.public_key(), made)
    assert served._final(copy, place.address, length, 255) == 0
    for number in (operation, copy):
        served._free_operation(number)
    served._free_key(key)
    assert served.live == 0


def test_signing_a_digest() -> None:
    served, key, operation = token_operation()
    settings = Params({"digest": "SHA256", "pad-mode": 6, "saltlen": 32})
    assert served._start_prehashed(operation, key, settings.address) == 1
    digest, place, length = Buffer(bytes(range(32))), Buffer(256), Cell()
    assert served._sign(operation, place.address, length, 256, digest.address, 32) == 1
    request = SignatureRequest(
        Algorithm.RSA_PSS, "sha256", bytes(range(32)), prehashed=True, salt=32
    )
    assert verifies(request, RSA_KEY.public_key(), read_memory(place.address, 256))
    served._free_operation(operation)
    served._free_key(key)


def test_a_public_key_signs_nothing_and_the_private_part_stays() -> None:
    served = provider(load())
    key, empty, operation = (
        served._new_key("rsa"),
        served._new_key("rsa"),
        served._new_operation("rsa"),
    )
    values = Params(keys.public_params(RSA_KEY.public_key()))
    assert served._import(key, 0, values.address) == 1
    assert served._start_digest(operation, None, key, None) == 0
    assert served._sign(operation, None, Cell(), 0, 0, 0) == 0
    assert served._export(key, functions.KEYPAIR, 0, 0) == 0
    assert served._key_facts(empty, 0) == 0
    assert served._match(key, empty, 0) == 0
    assert served._match(key, key, 0) == 1
    kept: list[dict[str, int | str | bytes]] = []

    def receive(address: int, _argument: int) -> int:
        kept.append(read_params(address))
        return 1

    catcher = Callback("ipp", receive, kept.append)  # type: ignore[arg-type]  # never called
    public_only = functions.KEYPAIR & ~functions.PRIVATE
    assert served._export(key, public_only, catcher.address, 0) == 1
    assert kept == [keys.public_params(RSA_KEY.public_key())]
    served._free_operation(operation)
    for number in (key, empty):
        served._free_key(number)


def test_a_provider_that_openssl_refuses_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("a3check.tls.provider._registered", [])
    bound = load()
    monkeypatch.setattr(bound, "OSSL_PROVIDER_load", lambda _context, _name: None)
    with pytest.raises(Unavailable):
        provider(bound)
