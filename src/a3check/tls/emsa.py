"""The block that raw RSA signs for a PSS signature (RFC 8017), where the token cannot make it."""

import hashlib


def digest(name: str, data: bytes) -> bytes:
    """Hash by TLS's name; md5-sha1 is what TLS before 1.2 signs."""
    if name == "md5-sha1":
        return digest("md5", data) + digest("sha1", data)
    return hashlib.new(name, data, usedforsecurity=False).digest()


def pss(hashed: bytes, bits: int, salt: bytes, hash_name: str, mask_name: str) -> bytes:
    """EMSA-PSS-ENCODE, RFC 8017, 9.1.1; ``bits`` is one less than the modulus has."""
    last = digest(hash_name, bytes(8) + hashed + salt)
    length = (bits + 7) // 8
    block = bytes(length - len(salt) - len(last) - 2) + b"\x01" + salt
    mask = _mgf1(mask_name, last, len(block))
    masked = bytearray(a ^ b for a, b in zip(block, mask, strict=True))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + last + b"\xbc"


def _mgf1(name: str, seed: bytes, length: int) -> bytes:
    """MGF1, RFC 8017, B.2.1."""
    size = len(digest(name, b""))
    parts = (digest(name, seed + at.to_bytes(4, "big")) for at in range(-(-length // size)))
    return b"".join(parts)[:length]
