"""The PKCS#11 probe: one module, loaded and asked in a process of its own."""

from collections.abc import Mapping

import PyKCS11

from a3check.probes import authenticode, library, opening
from a3check.probes.login import Login
from a3check.probes.names import code_name, legible, mechanism_name
from a3check.probes.objects import Objects
from a3check.probes.process import Method, Request
from a3check.probes.protocol import RefusalError, packed, unpacked

_NO_TOKEN_AFTER_ALL = {
    PyKCS11.CKR_TOKEN_NOT_PRESENT,
    PyKCS11.CKR_TOKEN_NOT_RECOGNIZED,
    PyKCS11.CKR_DEVICE_REMOVED,
    PyKCS11.CKR_DEVICE_ERROR,
}
"""What a sound module says of a card that is not its own, mute, or in another's hands."""


def methods() -> Mapping[str, Method]:
    """Return what the parent may ask for."""
    module = _Module()
    return {
        "verify": _verify,
        "load": module.load,
        "slots": module.slots,
        "slot": module.slot,
        "objects": module.objects,
        "login": module.login,
        "settle": module.settle,
        "sign": module.sign,
        "finalize": module.finalize,
    }


class _Module:
    def __init__(self) -> None:
        self._api = PyKCS11.PyKCS11Lib()
        self._library: library.Library | None = None
        self._initialized = False
        self._objects = Objects(self._api)
        self._login = Login(self._api, self._objects)

    def load(self, request: Request) -> Mapping[str, object]:
        """Load the file and initialise it: C_Initialize is part of PyKCS11's load."""
        path = request.text("path")
        self._library = library.load(path, request.calling, code_name)
        request.calling("C_Initialize")
        try:
            self._api.load(opening.pykcs11_path(path))
        except PyKCS11.PyKCS11Error as error:
            raise _refusal("C_Initialize", error) from None
        self._initialized = True
        return {}

    def slots(self, request: Request) -> Mapping[str, object]:
        """Say who made the module, and list its slots, those with a token first."""
        about: dict[str, object] = {"version": "", "company": "", "refused": None}
        try:
            request.calling("C_GetInfo")
            info = self._api.getInfo()
        except PyKCS11.PyKCS11Error as error:
            about["refused"] = {"call": "C_GetInfo", "detail": code_name(error.value)}
        else:
            about["version"] = ".".join(str(part) for part in info.libraryVersion)
            about["company"] = legible(info.manufacturerID)
        loaded = self._loaded()
        request.calling("C_GetSlotList")
        every = loaded.slots(with_token=False)
        full = loaded.slots(with_token=True)
        return {**about, "slots": list(dict.fromkeys([*full, *every])), "tokens": len(full)}

    def slot(self, request: Request) -> Mapping[str, object]:
        """Describe one slot and the token in it."""
        slot = request.number("slot")
        try:
            request.calling("C_GetSlotInfo")
            info = self._api.getSlotInfo(slot)
        except PyKCS11.PyKCS11Error as error:
            raise _refusal("C_GetSlotInfo", error) from None
        answer: dict[str, object] = {"description": legible(info.slotDescription), "token": None}
        if not info.flags & PyKCS11.CKF_TOKEN_PRESENT:
            return answer
        try:
            token = self._token(request, slot)
        except PyKCS11.PyKCS11Error as error:
            if error.value not in _NO_TOKEN_AFTER_ALL:
                answer["refused"] = {"call": "C_GetTokenInfo", "detail": code_name(error.value)}
            return answer
        answer["token"] = {**token, "mechanisms": self._mechanisms(request, slot, token)}
        return answer

    def objects(self, request: Request) -> Mapping[str, object]:
        """Read the certificates and the private keys that the token shows now."""
        slot = request.number("slot")
        return {
            "certificates": [
                {"id": packed(item.id), "label": item.label, "value": packed(item.value)}
                for item in self._objects.certificates(request, slot)
            ],
            "keys": [
                {
                    "id": packed(key.id),
                    "label": key.label,
                    "kind": key.kind,
                    "always": key.always_authenticate,
                    "private": key.private,
                }
                for key in self._objects.keys(request, slot)
            ],
        }

    def login(self, request: Request) -> Mapping[str, object]:
        """Send the PIN once, to the token that the user was asked about and no other."""
        slot = request.number("slot")
        try:
            token = self._token(request, slot)
        except PyKCS11.PyKCS11Error as error:
            raise _refusal("C_GetTokenInfo", error) from None
        expected = request.params.get("token")
        if not isinstance(expected, dict) or any(token[k] != v for k, v in expected.items()):
            raise RefusalError("C_GetTokenInfo", "TOKEN_CHANGED")
        flags = token["flags"]
        keypad = isinstance(flags, int) and flags & PyKCS11.CKF_PROTECTED_AUTHENTICATION_PATH
        if bool(request.params.get("keypad")) is not bool(keypad):
            raise RefusalError("C_GetTokenInfo", "TOKEN_CHANGED")
        if isinstance(flags, int) and flags & PyKCS11.CKF_USER_PIN_LOCKED:
            raise RefusalError("C_GetTokenInfo", "PIN_LOCKED")
        if isinstance(flags, int) and flags & PyKCS11.CKF_USER_PIN_FINAL_TRY:
            raise RefusalError("C_GetTokenInfo", "PIN_FINAL_TRY")
        return {"ckr": self._login.user(request, slot)}

    def settle(self, request: Request) -> Mapping[str, object]:
        """Read the token's flags after a login, and forget a PIN that no key will ask for."""
        slot = request.number("slot")
        try:
            token = self._token(request, slot)
        except PyKCS11.PyKCS11Error as error:
            self._login.forget()
            raise _refusal("C_GetTokenInfo", error) from None
        self._login.settle(request, slot)
        return {"token": {**token, "mechanisms": []}}

    def sign(self, request: Request) -> Mapping[str, object]:
        """Sign once; nothing more once a key's own login was refused."""
        self._login.check()
        key = self._objects.key(
            request,
            request.number("slot"),
            unpacked(request.params.get("id")),
            request.text("label"),
        )
        try:
            return {"signature": packed(self._login.sign(request, request.number("slot"), key))}
        except RefusalError:
            self._objects.forget_keys()
            raise

    def finalize(self, request: Request) -> Mapping[str, object]:
        """Log out and end the module's work, where it had begun."""
        if not self._initialized:
            return {}
        self._login.leave(request)
        request.calling("C_Finalize")
        code = self._api.lib.C_Finalize()
        if code:
            raise RefusalError("C_Finalize", code_name(code))
        return {}

    def _loaded(self) -> library.Library:
        if self._library is None:
            raise RefusalError("load", "NOT_LOADED")
        return self._library

    def _token(self, request: Request, slot: int) -> dict[str, object]:
        request.calling("C_GetTokenInfo")
        info = self._api.getTokenInfo(slot)
        return {
            "label": legible(info.label),
            "maker": legible(info.manufacturerID),
            "model": legible(info.model),
            "serial": legible(info.serialNumber),
            "flags": info.flags,
            "pin_min": info.ulMinPinLen,
            "pin_max": info.ulMaxPinLen,
        }

    def _mechanisms(self, request: Request, slot: int, token: Mapping[str, object]) -> list[str]:
        flags = token["flags"]
        if not isinstance(flags, int) or not flags & PyKCS11.CKF_TOKEN_INITIALIZED:
            return []
        request.calling("C_GetMechanismList")
        try:
            return [mechanism_name(number) for number in self._loaded().mechanisms(slot)]
        except RefusalError:
            return []  # what it can do is then found out by trying


def _verify(request: Request) -> Mapping[str, object]:
    """Verify the file's signature: before anything of it runs in this process."""
    request.calling("WinVerifyTrust")
    signed, signer = authenticode.verify(request.text("path"))
    return {"signed": signed.value, "signer": signer}


def _refusal(call: str, error: PyKCS11.PyKCS11Error) -> RefusalError:
    return RefusalError(call, code_name(error.value))
