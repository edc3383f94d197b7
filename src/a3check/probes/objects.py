"""Which certificates and private keys does a token show, and under which handles?"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import PyKCS11

from a3check.probes.library import MOST
from a3check.probes.names import code_name, legible
from a3check.probes.process import Request
from a3check.probes.protocol import RefusalError

_ROUND = 64
"""Handles asked for in one C_FindObjects."""
_KINDS = {PyKCS11.CKK_RSA: "rsa", PyKCS11.CKK_EC: "ec"}


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate object; an attribute that cannot be read is empty."""

    id: bytes
    label: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """A private key object; ``handle`` is PyKCS11's."""

    handle: Any
    id: bytes
    label: str
    kind: str
    always_authenticate: bool
    private: bool


class Objects:
    """The objects of each slot, read through one session a slot."""

    def __init__(self, api: Any) -> None:  # noqa: ANN401 - PyKCS11 has no types
        self._api = api
        self._sessions: dict[int, Any] = {}
        self._known: dict[tuple[int, bytes, str], Key] = {}

    @property
    def sessions(self) -> Sequence[Any]:
        """The sessions that are open (PyKCS11's handles)."""
        return tuple(self._sessions.values())

    def session(self, request: Request, slot: int) -> Any:  # noqa: ANN401 - PyKCS11 has no types
        """Return the slot's session, opened read-only when first asked for."""
        if slot not in self._sessions:
            request.calling("C_OpenSession")
            handle = PyKCS11.LowLevel.CK_SESSION_HANDLE()
            code = self._api.lib.C_OpenSession(slot, PyKCS11.CKF_SERIAL_SESSION, handle)
            _check("C_OpenSession", code)
            self._sessions[slot] = handle
        return self._sessions[slot]

    def certificates(self, request: Request, slot: int) -> list[Certificate]:
        """Read each certificate: ID, LABEL and VALUE in one call where the module lets us."""
        names = [PyKCS11.CKA_ID, PyKCS11.CKA_LABEL, PyKCS11.CKA_VALUE]
        found = []
        for handle in self._find(request, slot, PyKCS11.CKO_CERTIFICATE):
            identity, label, value = self._attributes(request, slot, handle, names)
            found.append(Certificate(identity, legible(label), value))
        return found

    def keys(self, request: Request, slot: int) -> list[Key]:
        """Read each private key; optional attributes apart, they would slow down the others."""
        names = [PyKCS11.CKA_ID, PyKCS11.CKA_LABEL, PyKCS11.CKA_KEY_TYPE]
        found = []
        for handle in self._find(request, slot, PyKCS11.CKO_PRIVATE_KEY):
            identity, label, kind = self._attributes(request, slot, handle, names)
            always = self._attributes(request, slot, handle, [PyKCS11.CKA_ALWAYS_AUTHENTICATE])[0]
            private = self._attributes(request, slot, handle, [PyKCS11.CKA_PRIVATE])[0]
            number = int.from_bytes(kind, sys.byteorder)
            found.append(
                Key(
                    handle,
                    identity,
                    legible(label),
                    _KINDS.get(number, "") if kind else "",
                    always_authenticate=any(always),
                    private=any(private),
                )
            )
        return found

    def key(self, request: Request, slot: int, identity: bytes, label: str) -> Key:
        """Return the private key with this ID and label, or with this ID, or with this label.

        It is looked for once: each look is several calls, and a handle holds as long as the login.
        """
        wanted = (slot, identity, label)
        if wanted in self._known:
            return self._known[wanted]
        ranked = sorted(self.keys(request, slot), key=lambda key: key.label != label)
        for key in ranked:
            if key.id == identity and (identity or key.label == label):
                self._known[wanted] = key
                return key
        raise RefusalError("C_FindObjects", "NO_SUCH_KEY")

    def forget_keys(self) -> None:
        """Look for every key anew: one could not be used."""
        self._known.clear()

    def _find(self, request: Request, slot: int, kind: int) -> list[Any]:
        session, lib = self.session(request, slot), self._api.lib
        template = PyKCS11.LowLevel.ckattrlist(1)
        template[0].SetNum(PyKCS11.CKA_CLASS, kind)
        request.calling("C_FindObjectsInit")
        _check("C_FindObjectsInit", lib.C_FindObjectsInit(session, template))
        request.calling("C_FindObjects")
        handles: list[Any] = []
        try:
            while True:
                some = PyKCS11.LowLevel.ckulonglist(_ROUND)
                _check("C_FindObjects", lib.C_FindObjects(session, some))
                if not len(some):
                    return handles
                if len(handles) + len(some) > MOST:
                    raise RefusalError("C_FindObjects", "ABSURD_COUNT")
                handles += [self._handle(number) for number in some]
        finally:
            request.calling("C_FindObjectsFinal")
            lib.C_FindObjectsFinal(session)

    def _handle(self, number: int) -> Any:  # noqa: ANN401 - PyKCS11 has no types
        handle = PyKCS11.LowLevel.CK_OBJECT_HANDLE()
        handle.assign(number)
        return handle

    def _attributes(
        self,
        request: Request,
        slot: int,
        handle: Any,  # noqa: ANN401 - PyKCS11 has no types
        names: list[int],
    ) -> list[bytes]:
        request.calling("C_GetAttributeValue")
        session = PyKCS11.Session(self._api, self.session(request, slot))
        try:
            values = session.getAttributeValue(handle, names, allAsBinary=True)
        except PyKCS11.PyKCS11Error:
            values = [_single(session, handle, name) for name in names]
        return [b"" if value is None else bytes(value) for value in values]


def _single(session: Any, handle: Any, name: int) -> Any:  # noqa: ANN401 - PyKCS11 has no types
    try:
        return session.getAttributeValue(handle, [name], allAsBinary=True)[0]
    except PyKCS11.PyKCS11Error:
        return None


def _check(call: str, code: int) -> None:
    if code:
        raise RefusalError(call, code_name(code))
