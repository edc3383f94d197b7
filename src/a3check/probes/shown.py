"""What do a PKCS#11 probe's replies show? Pure: JSON in, values of ``core.ports`` out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from a3check.core.cryptoki import (
    FileFacts,
    Signed,
    Token,
    TokenCertificate,
    TokenKey,
    TokenObjects,
)
from a3check.probes.protocol import unpacked

# CK_TOKEN_INFO.flags, PKCS#11 v2.40 §3.2 (table 5)
_LOGIN_REQUIRED = 0x0004
_USER_PIN_INITIALIZED = 0x0008
_PROTECTED_PATH = 0x0100
_TOKEN_INITIALIZED = 0x0400
_COUNT_LOW = 0x0001_0000
_FINAL_TRY = 0x0002_0000
_LOCKED = 0x0004_0000
_TO_BE_CHANGED = 0x0008_0000
_LONGEST_PIN = 0xFFFF
"""Bytes; a limit above it is "unavailable information", shown as 0: none."""


def signature(facts: FileFacts, shown: Mapping[str, object]) -> FileFacts:
    """Add to a file's facts what its signature said; a state of no known name tells nothing."""
    state = _text(shown, "signed")
    signed = Signed(state) if state in set(Signed) else Signed.UNTOLD
    return replace(facts, signed=signed, signer=_text(shown, "signer"))


def token(module: str, slot: int, reader: str, shown: object) -> Token | None:
    """Return the token of a reply, or nothing where the slot has none."""
    if not isinstance(shown, Mapping):
        return None
    flags = _number(shown, "flags")
    ready = _TOKEN_INITIALIZED | _USER_PIN_INITIALIZED
    return Token(
        module=module,
        slot=slot,
        reader=reader,
        label=_text(shown, "label"),
        maker=_text(shown, "maker"),
        model=_text(shown, "model"),
        serial=_text(shown, "serial"),
        initialized=flags & ready == ready,
        pin_locked=bool(flags & _LOCKED),
        pin_final_try=bool(flags & _FINAL_TRY),
        pin_count_low=bool(flags & _COUNT_LOW),
        pin_to_be_changed=bool(flags & _TO_BE_CHANGED),
        pin_min=_length(shown, "pin_min"),
        pin_max=_length(shown, "pin_max"),
        pinpad=bool(flags & _PROTECTED_PATH),
        login_required=bool(flags & _LOGIN_REQUIRED),
        mechanisms=frozenset(str(name) for name in _items(shown, "mechanisms")),
    )


def objects(reply: Mapping[str, object], seconds: float) -> TokenObjects:
    """Return the certificates and keys of a reply."""
    return TokenObjects(
        tuple(
            TokenCertificate(unpacked(c.get("id")), _text(c, "label"), unpacked(c.get("value")))
            for c in _items(reply, "certificates")
            if isinstance(c, Mapping)
        ),
        tuple(
            TokenKey(
                unpacked(key.get("id")),
                _text(key, "label"),
                _text(key, "kind"),
                always_authenticate=key.get("always") is True,
                private=key.get("private") is True,
            )
            for key in _items(reply, "keys")
            if isinstance(key, Mapping)
        ),
        seconds,
    )


def _items(reply: Mapping[str, object], name: str) -> Sequence[object]:
    value = reply.get(name)
    return value if isinstance(value, list) else ()


def _text(reply: Mapping[str, object], name: str) -> str:
    value = reply.get(name)
    return value if isinstance(value, str) else ""


def _number(reply: Mapping[str, object], name: str) -> int:
    value = reply.get(name)
    return value if isinstance(value, int) else 0


def _length(reply: Mapping[str, object], name: str) -> int:
    value = _number(reply, name)
    return value if 0 <= value <= _LONGEST_PIN else 0
