import copy
import hashlib
import hmac
import pickle

import pytest

from a3check.core.secret import Secret

PIN = b"135790"


def test_it_shows_itself_to_nobody() -> None:
    secret = Secret(bytearray(PIN))
    for shown in (repr(secret), str(secret), f"{secret}", repr([secret])):
        assert "135790" not in shown
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_is_not_copied(way: object) -> None:
    with pytest.raises(TypeError):
        way(Secret(bytearray(PIN)))  # type: ignore[operator] # three functions


def test_it_is_overwritten_in_place() -> None:
    class Watched(bytearray):
        cleared_as = b"?"

        def clear(self) -> None:
            Watched.cleared_as = bytes(self)
            super().clear()

    secret = Secret(Watched(PIN))
    assert len(secret) == 6
    secret.empty()
    assert Watched.cleared_as == bytes(6)
    assert len(secret) == 0
    secret.empty()


def test_it_is_lent_and_taken_back() -> None:
    secret = Secret(bytearray(PIN))
    with secret.opened() as opened:
        assert bytes(opened) == PIN
    assert len(secret) == 0
    secret = Secret(bytearray(PIN))
    with pytest.raises(ZeroDivisionError), secret.opened():
        _ = 1 / 0
    assert len(secret) == 0


def test_its_digest_depends_on_the_salt() -> None:
    secret = Secret(bytearray(PIN))
    assert secret.digest(b"a") == hmac.new(b"a", PIN, hashlib.sha256).digest()
    assert secret.digest(b"a") != secret.digest(b"b")


def test_a_twin_is_emptied_by_itself() -> None:
    one = Secret(bytearray(b"2468"))
    other = one.twin()
    one.empty()
    assert (len(one), len(other)) == (0, 4)
    with other.opened() as pin:
        assert pin == b"2468"
    assert len(other) == 0
