"""A PIV card application (NIST SP 800-73-4) with real PIN counters, from command to answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from tests.lab.apdu import SHORT_LE, Command, Sw, parse, parse_tlv, tlv

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

SELECT, GET_DATA, VERIFY, RESET_RETRY, SIGN, GET_RESPONSE = 0xA4, 0xCB, 0x20, 0x2C, 0x87, 0xC0
CHANGE_PIN = 0x24
PIV_AID = bytes.fromhex("A000000308000010000100")
CERTIFICATE_TAGS = {"9A": 0x5FC105, "9C": 0x5FC10A, "9D": 0x5FC10B, "9E": 0x5FC101}
PIN_SIZE = 8
_CHUID, _CCC, _DISCOVERY = 0x5FC102, 0x5FC107, 0x7E
_PIN_REFERENCE = 0x80
_CHAINED = 0x10
_ALGORITHMS = {0x05: 3072, 0x06: 1024, 0x07: 2048, 0x11: 256, 0x14: 384}
_HASHES: dict[int, hashes.HashAlgorithm] = {
    20: hashes.SHA1(),  # noqa: S303 - what the caller hashed with is not the card's choice
    28: hashes.SHA224(),
    32: hashes.SHA256(),
    48: hashes.SHA384(),
    64: hashes.SHA512(),
}


@dataclass(slots=True)
class Counter:
    """A secret of the card and its tries: `left` counts down on a wrong one, 0 is blocked."""

    secret: bytes = field(repr=False)
    tries: int
    left: int

    def check(self, candidate: bytes) -> bool:
        """Compare; burns a try when wrong, gives all of them back when right."""
        if self.left == 0:
            return False
        right = candidate == self.secret
        self.left = self.tries if right else self.left - 1
        return right

    @property
    def status(self) -> int:
        """The status word that tells the tries left."""
        return Sw.TRIES | self.left if self.left else Sw.BLOCKED


class PivApplication:
    """The card's program: `answer(apdu)` gives data and status word; it knows no sockets.

    keys: slot ("9A", "9C", "9D", "9E") to private key (RSA or P-256/P-384) and its certificate
    (DER). pin and puk are 4 to 8 bytes. 9A and 9D want the PIN once, 9E never, 9C "always": each
    signature uses up one VERIFY. With `strict_always` the VERIFY of the login itself does not
    open 9C, only one given after it; with `sign_pin` likewise, and that later VERIFY is judged
    by this other PIN with its own counter. For these two any SELECT, failed ones too, forgets
    the login: OpenSC leaves the card logged in when it ends and begins by selecting, so a new
    program's login is not taken for the later VERIFY.

    `certificates` (slot to DER, or None for an absent object) and `objects` (tag to the whole
    answer, or None) may be changed at any time.
    """

    def __init__(
        self,
        keys: Mapping[str, tuple[PrivateKey, bytes]],
        *,
        pin: bytes,
        puk: bytes,
        tries: int = 3,
        sign_pin: bytes | None = None,
        strict_always: bool = False,
        serial: bytes,
    ) -> None:
        self.keys = {slot: key for slot, (key, _) in keys.items()}
        self.certificates: dict[str, bytes | None] = {slot: der for slot, (_, der) in keys.items()}
        self.objects: dict[int, bytes | None] = {
            _CHUID: tlv(0x53, _chuid(serial)),
            _CCC: tlv(0x53, _capabilities(serial)),
            _DISCOVERY: tlv(0x7E, tlv(0x4F, PIV_AID) + tlv(0x5F2F, b"\x40\x00")),
        }
        self.user = Counter(_padded(pin), tries, tries)
        self.unblock = Counter(_padded(puk), tries, tries)
        self.sign = Counter(_padded(sign_pin), tries, tries) if sign_pin is not None else None
        self.signatures = 0
        self._strict = strict_always
        self._handlers: dict[int, Callable[[Command], tuple[bytes, int]]] = {
            SELECT: self._select,
            GET_DATA: self._get_data,
            VERIFY: self._verify,
            CHANGE_PIN: self._change_pin,
            RESET_RETRY: self._reset_retry,
            SIGN: self._authenticate,
        }
        self.power()

    def power(self) -> None:
        """Power up or reset: nothing selected, nobody logged in; counters stay as they are."""
        self._selected = self._logged_in = self._always_open = False
        self._chain = b""
        self._rest = b""

    def answer(self, raw: bytes) -> bytes:
        """Answer one command APDU; the data is followed by the status word."""
        try:
            command = parse(raw)
        except ValueError:
            return Sw.WRONG_LENGTH.to_bytes(2)
        if command.ins == GET_RESPONSE:
            return self._portion(command.le)
        data, self._chain = self._chain + command.data, b""
        if command.cla & _CHAINED:
            self._chain = data
            return Sw.OK.to_bytes(2)
        handler = self._handlers.get(command.ins)
        if handler is None:
            return Sw.NO_INS.to_bytes(2)
        if not self._selected and command.ins != SELECT:
            return Sw.NOT_FOUND.to_bytes(2)
        whole = Command(command.cla, command.ins, command.p1, command.p2, data, command.le)
        self._rest, status = handler(whole)
        return self._portion(command.le) if status == Sw.OK else status.to_bytes(2)

    def _portion(self, le: int) -> bytes:
        size = le or SHORT_LE
        data, self._rest = self._rest[:size], self._rest[size:]
        more = Sw.MORE | (len(self._rest) if len(self._rest) < SHORT_LE else 0)
        return data + (more if self._rest else Sw.OK).to_bytes(2)

    def _select(self, command: Command) -> tuple[bytes, int]:
        if self._strict or self.sign is not None:
            self._logged_in = self._always_open = False
        if not PIV_AID.startswith(command.data) or command.p1 != 0x04:
            return b"", Sw.NOT_FOUND
        if not self._selected:
            self._logged_in = self._always_open = False
        self._selected = True
        properties = tlv(0x4F, PIV_AID[5:]) + tlv(0x79, tlv(0x4F, PIV_AID[:5]))
        return tlv(0x61, properties), Sw.OK

    def _get_data(self, command: Command) -> tuple[bytes, int]:
        if command.p1p2 != 0x3FFF:
            return b"", Sw.BAD_P1P2
        try:
            tag = int.from_bytes(parse_tlv(command.data)[0x5C])
        except (KeyError, ValueError):
            return b"", Sw.BAD_DATA
        found = self.objects.get(tag)
        for slot, number in CERTIFICATE_TAGS.items():
            der = self.certificates.get(slot)
            if number == tag and der is not None and tag not in self.objects:
                found = tlv(0x53, tlv(0x70, der) + tlv(0x71, b"\0") + tlv(0xFE, b""))
        return (found, Sw.OK) if found is not None else (b"", Sw.NOT_FOUND)

    def _verify(self, command: Command) -> tuple[bytes, int]:
        if command.p2 != _PIN_REFERENCE:
            return b"", Sw.NO_REFERENCE
        if command.p1 == 0xFF:
            self._logged_in = self._always_open = False
            return b"", Sw.OK
        if not command.data:
            return b"", Sw.OK if self._logged_in else self.user.status
        again = self._logged_in
        counter = self.sign if again and self.sign is not None else self.user
        self._always_open = False
        if counter is self.user:
            self._logged_in = False
        if not counter.check(command.data):
            return b"", counter.status
        self._logged_in = True
        self._always_open = again or not (self._strict or self.sign is not None)
        return b"", Sw.OK

    def _change_pin(self, command: Command) -> tuple[bytes, int]:
        return self._replace(self.user, command)

    def _reset_retry(self, command: Command) -> tuple[bytes, int]:
        return self._replace(self.unblock, command)

    def _replace(self, guard: Counter, command: Command) -> tuple[bytes, int]:
        old, new = command.data[:PIN_SIZE], command.data[PIN_SIZE:]
        if len(new) != PIN_SIZE or command.p1p2 != _PIN_REFERENCE:
            return b"", Sw.BAD_DATA
        if not guard.check(old):
            return b"", guard.status
        self.user.secret, self.user.left = new, self.user.tries
        return b"", Sw.OK

    def _authenticate(self, command: Command) -> tuple[bytes, int]:
        slot = f"{command.p2:02X}"
        key = self.keys.get(slot)
        if key is None or _ALGORITHMS.get(command.p1) != key.key_size:
            return b"", Sw.BAD_P1P2
        if not (slot == "9E" or (self._always_open if slot == "9C" else self._logged_in)):
            return b"", Sw.NOT_VERIFIED
        try:
            challenge = parse_tlv(parse_tlv(command.data)[0x7C])[0x81]
            signature = _sign(key, challenge)
        except (KeyError, ValueError):
            return b"", Sw.BAD_DATA
        self._always_open = self._always_open and slot != "9C"
        self.signatures += 1
        return tlv(0x7C, tlv(0x82, signature)), Sw.OK


def _sign(key: PrivateKey, challenge: bytes) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        algorithm = _HASHES.get(len(challenge))
        if algorithm is None:
            raise ValueError("no hash has this length")
        return key.sign(challenge, ec.ECDSA(Prehashed(algorithm)))
    numbers = key.private_numbers()
    message = int.from_bytes(challenge)
    if message >= numbers.public_numbers.n:
        raise ValueError("larger than the modulus")
    # Garner's way with the two primes: four times as quick as one power.
    first = pow(message, numbers.dmp1, numbers.p)
    second = pow(message, numbers.dmq1, numbers.q)
    value = second + (first - second) * numbers.iqmp % numbers.p * numbers.q
    return value.to_bytes(key.key_size // 8)


def _padded(pin: bytes) -> bytes:
    return pin.ljust(PIN_SIZE, b"\xff")


def _chuid(serial: bytes) -> bytes:
    agency = bytes.fromhex("D4E739DA739CED39CE739D836858210842108421C84210C3EB")  # FASC-N 9999
    parts = ((0x30, agency), (0x34, serial), (0x35, b"20491231"), (0x3E, b""), (0xFE, b""))
    return b"".join(tlv(tag, value) for tag, value in parts)


def _capabilities(serial: bytes) -> bytes:
    identifier = bytes.fromhex("A000000116FF02") + serial[:14]
    short = ((0xF1, b"\x21"), (0xF2, b"\x21"), (0xF3, b""), (0xF4, b"\0"), (0xF5, b"\x10"))
    empty = tuple((tag, b"") for tag in (0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE))
    return b"".join(tlv(tag, value) for tag, value in ((0xF0, identifier), *short, *empty))
