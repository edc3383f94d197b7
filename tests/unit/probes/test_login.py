"""Where the PIN goes, how often, and when it is forgotten: against a module made of Python."""

from typing import Any

import PyKCS11
import pytest

from a3check.probes.login import Login
from a3check.probes.objects import Key, Objects
from a3check.probes.process import Request
from a3check.probes.protocol import RefusalError

PIN = b"2468-abcd"
USER, CONTEXT = PyKCS11.CKU_USER, PyKCS11.CKU_CONTEXT_SPECIFIC
PLAIN = Key(1, b"\1", "k", "rsa", always_authenticate=False, private=True)
GUARDED = Key(2, b"\2", "k", "rsa", always_authenticate=True, private=True)


class Library:
    """Answers what it is told to, and notes what arrives."""

    def __init__(self) -> None:
        self.logins: list[tuple[int, bytes]] = []
        self.given: list[Any] = []
        self.codes = {USER: 0, CONTEXT: 0}
        self.logouts = 0

    def C_OpenSession(self, *_: object) -> int:  # noqa: N802 - PKCS#11's name
        return 0

    def C_Login(self, _session: object, user: int, pin: Any) -> int:  # noqa: ANN401, N802 - PyKCS11's
        self.logins.append((user, bytes(pin)))
        self.given.append(pin)
        return self.codes[user]

    def C_Logout(self, _session: object) -> int:  # noqa: N802 - PKCS#11's name
        self.logouts += 1
        return 0

    def C_SignInit(self, *_: object) -> int:  # noqa: N802 - PKCS#11's name
        return 0

    def C_Sign(self, _session: object, _data: object, signature: Any) -> int:  # noqa: ANN401, N802 - PyKCS11's
        signature.resize(3)
        return 0


class Api:
    def __init__(self) -> None:
        self.lib = Library()


class Told(Request):
    """A request that tells nobody."""

    def __init__(self, secret: bytes = b"", **params: object) -> None:
        self.params = params
        self.secret = bytearray(secret)

    def calling(self, call: str) -> None:
        assert call.startswith("C_")


class Shown(Objects):
    """Shows the keys that it was given."""

    def __init__(self, api: Api, *keys: Key) -> None:
        super().__init__(api)
        self.given = keys

    def keys(self, request: Request, slot: int) -> list[Key]:  # noqa: ARG002 - as given
        return list(self.given)


def made(*keys: Key) -> tuple[Library, Login]:
    api = Api()
    return api.lib, Login(api, Shown(api, *keys))


def signing() -> Told:
    return Told(mechanism="CKM_RSA_PKCS", data="AAAA")


def test_the_pin_arrives_whole_and_its_copy_is_overwritten() -> None:
    lib, login = made()
    assert login.user(Told(PIN), 0) == "CKR_OK"
    assert lib.logins == [(USER, PIN)]
    assert bytes(lib.given[0]) == bytes(len(PIN))


def test_a_slot_is_logged_into_once() -> None:
    lib, login = made()
    lib.codes[USER] = PyKCS11.CKR_PIN_INCORRECT
    assert login.user(Told(PIN), 0) == "CKR_PIN_INCORRECT"
    with pytest.raises(RefusalError, match="ALREADY_TRIED"):
        login.user(Told(PIN), 0)
    assert len(lib.logins) == 1
    assert not login._pin


@pytest.mark.parametrize(("keys", "kept"), [((PLAIN,), b""), ((PLAIN, GUARDED), PIN), ((), b"")])
def test_the_pin_is_kept_only_for_a_key_that_will_ask(keys: tuple[Key, ...], kept: bytes) -> None:
    _, login = made(*keys)
    login.user(Told(PIN), 0)
    login.settle(Told(), 0)
    assert bytes(login._pin) == kept


def test_a_plain_key_forgets_the_pin() -> None:
    lib, login = made(PLAIN, GUARDED)
    login.user(Told(PIN), 0)
    login.settle(Told(), 0)
    assert login.sign(signing(), 0, PLAIN) == bytes(3)
    assert not login._pin
    with pytest.raises(RefusalError, match="CKR_USER_NOT_LOGGED_IN"):
        login.sign(signing(), 0, GUARDED)
    assert lib.logins == [(USER, PIN)]


def test_a_guarded_key_asks_each_time() -> None:
    lib, login = made(GUARDED)
    login.user(Told(PIN), 0)
    login.settle(Told(), 0)
    for _ in range(2):
        assert login.sign(signing(), 0, GUARDED) == bytes(3)
    assert lib.logins == [(USER, PIN), (CONTEXT, PIN), (CONTEXT, PIN)]


@pytest.mark.parametrize("code", [0, PyKCS11.CKR_PIN_INCORRECT])
def test_no_login_for_a_key_without_the_users(code: int) -> None:
    lib, login = made(GUARDED)
    if code:
        lib.codes[USER] = code
        login.user(Told(PIN), 0)
    before = len(lib.logins)
    with pytest.raises(RefusalError, match="CKR_USER_NOT_LOGGED_IN"):
        login.sign(signing(), 0, GUARDED)
    assert len(lib.logins) == before


def test_another_slots_login_does_not_count() -> None:
    lib, login = made(GUARDED)
    login.user(Told(PIN), 0)
    with pytest.raises(RefusalError, match="CKR_USER_NOT_LOGGED_IN"):
        login.sign(signing(), 1, GUARDED)
    assert lib.logins == [(USER, PIN)]


def test_the_first_refusal_ends_everything() -> None:
    lib, login = made(GUARDED)
    login.user(Told(PIN), 0)
    lib.codes[CONTEXT] = PyKCS11.CKR_PIN_INCORRECT
    for _ in range(2):
        with pytest.raises(RefusalError, match="CKR_PIN_INCORRECT"):
            login.sign(signing(), 0, GUARDED)
    with pytest.raises(RefusalError, match="CKR_PIN_INCORRECT"):
        login.check()
    assert lib.logins == [(USER, PIN), (CONTEXT, PIN)]
    assert not login._pin


def test_leaving_logs_out_and_forgets() -> None:
    lib, login = made(GUARDED)
    login.user(Told(PIN), 0)
    login.leave(Told())
    login.leave(Told())
    assert lib.logouts == 1
    assert not login._pin
