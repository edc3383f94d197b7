"""What replies of a PKCS#11 probe show, also those that no sound module gives."""

import pytest

from a3check.core.cryptoki import TokenCertificate, TokenKey, TokenObjects
from a3check.probes.module import tries_left
from a3check.probes.shown import objects, token

READY = 0x40C


def shown(**more: object) -> dict[str, object]:
    return {
        "label": "A3",
        "maker": "M",
        "model": "T",
        "serial": "01",
        "flags": READY,
        "pin_min": 4,
        "pin_max": 8,
        "mechanisms": ["CKM_RSA_PKCS"],
        **more,
    }


def test_a_token_in_order() -> None:
    found = token("/m.so", 7, "Reader", shown())
    assert found is not None
    assert (found.module, found.slot, found.reader, found.label) == ("/m.so", 7, "Reader", "A3")
    assert found.initialized
    assert found.login_required
    assert (found.pin_min, found.pin_max) == (4, 8)
    assert found.mechanisms == {"CKM_RSA_PKCS"}
    unset = (found.pin_locked, found.pin_final_try, found.pin_count_low, found.pinpad)
    assert not any(unset)


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        (0x10000, "pin_count_low"),
        (0x20000, "pin_final_try"),
        (0x40000, "pin_locked"),
        (0x80000, "pin_to_be_changed"),
        (0x100, "pinpad"),
    ],
)
def test_each_flag(flags: int, name: str) -> None:
    found = token("/m.so", 0, "", shown(flags=READY | flags))
    assert found is not None
    assert getattr(found, name) is True


@pytest.mark.parametrize("flags", [0, 0x400, 0x8])
def test_a_token_without_its_user_pin_is_not_initialised(flags: int) -> None:
    found = token("/m.so", 0, "", shown(flags=flags))
    assert found is not None
    assert not found.initialized


@pytest.mark.parametrize("length", [-1, 2**64 - 1, 2**32 - 1, None, "8"])
def test_an_unavailable_limit_is_none(length: object) -> None:
    found = token("/m.so", 0, "", shown(pin_min=length, pin_max=length))
    assert found is not None
    assert (found.pin_min, found.pin_max) == (0, 0)


def test_garbage_shows_nothing() -> None:
    assert token("/m.so", 0, "", None) is None
    assert token("/m.so", 0, "", [1]) is None
    empty = token("/m.so", 0, "", {"label": 5, "mechanisms": "x", "flags": None})
    assert empty is not None
    assert (empty.label, empty.mechanisms, empty.initialized) == ("", frozenset(), False)
    assert objects({"certificates": [5], "keys": "x"}, 1.0) == TokenObjects(seconds=1.0)


def test_objects() -> None:
    reply = {
        "certificates": [{"id": "AQ==", "label": "c", "value": "AgM="}],
        "keys": [
            {"id": "AQ==", "label": "k", "kind": "rsa", "always": True, "private": True},
            {"id": "AQ==", "label": "k", "kind": "rsa", "always": 1, "private": 1},
        ],
    }
    assert objects(reply, 0.5) == TokenObjects(
        (TokenCertificate(b"\1", "c", b"\2\3"),),
        (
            TokenKey(b"\1", "k", "rsa", always_authenticate=True, private=True),
            TokenKey(b"\1", "k", "rsa", always_authenticate=False, private=False),
        ),
        0.5,
    )


@pytest.mark.parametrize(("flags", "tries"), [(0, None), (0x20000, 1), (0x40000, 0), (0x60000, 0)])
def test_tries_left(flags: int, tries: int | None) -> None:
    found = token("/m.so", 0, "", shown(flags=READY | flags))
    assert found is not None
    assert tries_left(found) == tries
