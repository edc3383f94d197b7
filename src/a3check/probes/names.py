"""How are a PKCS#11 module's codes and texts written?"""

import PyKCS11

_VENDOR_DEFINED = 0x8000_0000
_UNSIGNED = 0xFFFF_FFFF


def code_name(code: int) -> str:
    """Name a CKR code: ``CKR_PIN_INCORRECT``, ``CKR_VENDOR_0x80000001``, ``CKR_0x00000FFF``."""
    code &= _UNSIGNED
    if code & _VENDOR_DEFINED:
        return f"CKR_VENDOR_0x{code:08X}"
    name = PyKCS11.CKR.get(code)
    return str(name) if name else f"CKR_0x{code:08X}"


def mechanism_name(number: int) -> str:
    """Return the name of a mechanism: ``CKM_RSA_PKCS``, ``CKM_0x…``."""
    number &= _UNSIGNED
    name = PyKCS11.CKM.get(number)
    return str(name) if name else f"CKM_0x{number:08X}"


def legible(text: str | bytes) -> str:
    """Return a module's text without padding, ends and bytes that no one can read.

    PKCS#11 wants blank-padded UTF-8 (v2.40 §2.1.1); modules end it with a NUL, pad it with
    NULs or 0xFF, and write Latin-1.
    """
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    raw = raw.split(b"\0", 1)[0].rstrip(b"\xff")
    try:
        words = raw.decode("utf-8")
    except UnicodeDecodeError:
        words = raw.decode("cp1252", "replace")
    return "".join(c if c.isprintable() else " " for c in words).strip()
