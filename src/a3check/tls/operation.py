"""A signature under way: OpenSSL's settings are gathered until it says sign."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from a3check.tls.keys import SigningKey
from a3check.tls.params import Value
from a3check.tls.signing import Algorithm, SignatureRequest

SETTINGS: dict[str, type] = {"digest": str, "pad-mode": int, "saltlen": int, "mgf1-digest": str}
"""The parameters that `Operation.set` understands (provider-signature(7))."""

_DIGESTS = {
    "sha-1": "sha1",
    "sha2-224": "sha224",
    "sha2-256": "sha256",
    "sha2-384": "sha384",
    "sha2-512": "sha512",
    "sha-224": "sha224",
    "sha-256": "sha256",
    "sha-384": "sha384",
    "sha-512": "sha512",
}
_PADDINGS = {1: Algorithm.RSA_PKCS1, 6: Algorithm.RSA_PSS}
_PADDING_NAMES = {"pkcs1": 1, "pss": 6}
_SALT_NAMES = {"digest": -1, "auto": -2, "max": -3, "auto-digestmax": -4}
_SALT_AS_DIGEST = {-1, -4}


@dataclass(slots=True)
class Operation:
    """OpenSSL's signature context."""

    kind: str
    key: SigningKey | None = None
    prehashed: bool = False
    data: bytearray = field(default_factory=bytearray)
    _digest: str = "sha256"
    _mgf: str = ""
    _padding: int = 1
    _salt: int = -1

    def start(self, *, prehashed: bool) -> None:
        """Begin anew; the settings stay."""
        self.prehashed = prehashed
        self.data.clear()

    def copy(self) -> "Operation":
        """Return one that goes its own way from here."""
        return replace(self, data=bytearray(self.data))

    def set(self, values: Mapping[str, Value]) -> None:
        """Take settings; raises ValueError for a word that is not known."""
        for name, value in values.items():
            match name, value:
                case "digest", str():
                    self._digest = _digest(value)
                case "mgf1-digest", str():
                    self._mgf = _digest(value)
                case "pad-mode", int() | str():
                    self._padding = _number(value, _PADDING_NAMES)
                case "saltlen", int() | str():
                    self._salt = _number(value, _SALT_NAMES)

    def request(self, data: bytes) -> SignatureRequest:
        """Say what is to be signed; raises KeyError for a padding that TLS does not use."""
        algorithm = Algorithm.ECDSA if self.kind == "ec" else _PADDINGS[self._padding]
        plain = SignatureRequest(algorithm, self._digest, data, self.prehashed)
        if algorithm is not Algorithm.RSA_PSS or self.key is None:
            return plain
        size, salt = len(plain.hashed), self._salt
        if salt in _SALT_AS_DIGEST:
            salt = size
        elif salt < 0:  # as long as the key allows
            salt = (self.key.public.key_size + 6) // 8 - size - 2
        return replace(plain, salt=salt, mgf=self._mgf or self._digest)


def _digest(name: str) -> str:
    return _DIGESTS.get(name.lower(), name.lower())


def _number(value: int | str, names: Mapping[str, int]) -> int:
    return value if isinstance(value, int) else names.get(value) or int(value)
