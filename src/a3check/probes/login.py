"""When does the PIN go to the token, and when is it forgotten?

Once for the user (CKU_USER); for a key with CKA_ALWAYS_AUTHENTICATE again before each of its uses
(CKU_CONTEXT_SPECIFIC, PKCS#11 v2.40 §5.6), but only after the user's login was accepted, and never
again after the first refusal: some cards guard that key with a PIN and a counter of its own.
"""

from typing import Any

import PyKCS11

from a3check.probes.names import code_name
from a3check.probes.objects import Key, Objects
from a3check.probes.process import Request
from a3check.probes.protocol import RefusalError, unpacked, wipe

_LONGEST_SIGNATURE = 2048
"""Bytes, for RSA with 16384 bits: C_Sign is called once, and not for its size first."""


class Login:
    """The PIN's one way into a module."""

    def __init__(self, api: Any, objects: Objects) -> None:  # noqa: ANN401 - PyKCS11 has no types
        self._api = api
        self._objects = objects
        self._tried: set[int] = set()
        self._accepted: set[int] = set()
        self._pin = bytearray()
        self._refused = ""

    def user(self, request: Request, slot: int) -> str:
        """Send the PIN of the request once; return the code's name, whichever it is."""
        if slot in self._tried:
            raise RefusalError("C_Login", "ALREADY_TRIED")
        session = self._objects.session(request, slot)
        self._tried.add(slot)
        request.calling("C_Login")
        code = self._send(session, PyKCS11.CKU_USER, request.secret)
        if not code:
            self._accepted.add(slot)
            self._pin = bytearray(request.secret)
        return code_name(code)

    def settle(self, request: Request, slot: int) -> None:
        """Keep the PIN only where a key of the token will ask for it at each use."""
        try:
            keys = self._objects.keys(request, slot) if self._pin else []
        except RefusalError:
            keys = []
        if not any(key.always_authenticate for key in keys):
            self.forget()

    def check(self) -> None:
        """Raise the refusal of a key's own login, if there was one: it ended everything."""
        if self._refused:
            raise RefusalError("C_Login", self._refused)

    def sign(self, request: Request, slot: int, key: Key) -> bytes:
        """Sign the request's ``data`` with its ``mechanism``."""
        if key.always_authenticate:
            self._may_authenticate(slot)
        else:
            self.forget()
        session, lib = self._objects.session(request, slot), self._api.lib
        mechanism = _mechanism(request)
        request.calling("C_SignInit")
        _check("C_SignInit", lib.C_SignInit(session, mechanism.to_native(), key.handle))
        if key.always_authenticate:
            self._authenticate(request, session)
        signature = PyKCS11.LowLevel.ckbytelist(_LONGEST_SIGNATURE)
        data = PyKCS11.ckbytelist(unpacked(request.params.get("data")))
        request.calling("C_Sign")
        _check("C_Sign", lib.C_Sign(session, data, signature))
        return bytes(signature)

    def leave(self, request: Request) -> None:
        """Forget the PIN and log out, so that the card does not stay open for others."""
        self.forget()
        if not self._accepted:
            return
        request.calling("C_Logout")
        for session in self._objects.sessions:
            self._api.lib.C_Logout(session)
        self._accepted.clear()

    def forget(self) -> None:
        """Overwrite the PIN."""
        wipe(self._pin)

    def _may_authenticate(self, slot: int) -> None:
        self.check()
        if slot not in self._accepted or not self._pin:
            raise RefusalError("C_Login", "CKR_USER_NOT_LOGGED_IN")

    def _authenticate(self, request: Request, session: Any) -> None:  # noqa: ANN401 - PyKCS11 has no types
        # Assumed refused until it is answered: whatever happens, there is no second one.
        self._refused = "CKR_FUNCTION_FAILED"
        request.calling("C_Login")
        code = self._send(session, PyKCS11.CKU_CONTEXT_SPECIFIC, self._pin)
        self._refused = code_name(code) if code else ""
        if code:
            self.forget()
            raise RefusalError("C_Login", self._refused)

    def _send(self, session: Any, user: int, pin: bytearray) -> int:  # noqa: ANN401 - PyKCS11 has no types
        """Call C_Login once; PyKCS11's own copies of the PIN end with the process, soon."""
        given = PyKCS11.LowLevel.ckbytelist(len(pin))
        try:
            for index, byte in enumerate(pin):
                given[index] = byte
            return int(self._api.lib.C_Login(session, user, given))
        finally:
            for index in range(len(pin)):
                given[index] = 0


def _mechanism(request: Request) -> Any:  # noqa: ANN401 - PyKCS11 has no types
    number = PyKCS11.CKM.get(request.text("mechanism"))
    if not isinstance(number, int):
        raise RefusalError("C_SignInit", "CKR_MECHANISM_INVALID")
    match request.params.get("pss"):
        case [str(digest), str(mask), int(salt)]:
            numbers = PyKCS11.CKM.get(digest), getattr(PyKCS11, mask, None)
            if None in numbers:
                raise RefusalError("C_SignInit", "CKR_MECHANISM_PARAM_INVALID")
            return PyKCS11.RSA_PSS_Mechanism(number, *numbers, salt)
        case _:
            return PyKCS11.Mechanism(number, None)


def _check(call: str, code: int) -> None:
    if code:
        raise RefusalError(call, code_name(code))
