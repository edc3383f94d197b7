"""The child's end of a probe: serves one kind of request until its parent lets go.

Only the standard library is imported before the kind's own module.
"""

import importlib
import io
import os
from collections.abc import Callable, Mapping
from typing import NoReturn

from a3check.probes.isolation import harden, parent_is, take_over_channel
from a3check.probes.opening import EXIT_CRASH
from a3check.probes.protocol import (
    UNAVAILABLE,
    BrokenChannelError,
    Intake,
    RefusalError,
    line,
    wipe,
)

EXIT_ORPHAN = 70
"""The parent was gone before anything began."""
EXIT_CHANNEL = 71
"""The channel to the parent was lost: vendor code closed it, or the parent ended."""
_KINDS = {
    "pcsc": "a3check.probes.pcsc",
    "pkcs11": "a3check.probes.pkcs11",
    "tls": "a3check.probes.tls",
    "windows_cas": "a3check.probes.windows_cas",
    "windows_key": "a3check.probes.windows_key",
}


class Request:
    """One request: its parameters and its way back to the parent while it runs."""

    def __init__(self, server: "_Server", params: Mapping[str, object], secret: bytearray) -> None:
        self._server = server
        self.params = params
        self.secret = secret

    def calling(self, call: str) -> None:
        """Say which call of the vendor's interface begins, so that its end can be named."""
        self._server.send({"event": "calling", "call": call})

    def tell(self, event: str, **data: object) -> None:
        """Tell the parent of something."""
        self._server.send({"event": event, **data})

    def ask(self, method: str, params: Mapping[str, object]) -> Mapping[str, object]:
        """Ask the parent something and wait for its answer."""
        return self._server.ask(method, params)

    def text(self, name: str) -> str:
        """Return a parameter as text."""
        return str(self.params.get(name, ""))

    def number(self, name: str) -> int:
        """Return a parameter as a whole number; anything else is 0."""
        value = self.params.get(name, 0)
        return value if isinstance(value, int) else 0


Method = Callable[[Request], Mapping[str, object]]


def main(kind: str) -> None:
    """Serve ``kind`` (a key of ``_KINDS``) on this process's standard streams."""
    harden()
    requests, replies = take_over_channel()
    server = _Server(Intake(io.FileIO(requests)), replies)
    server.serve(kind)


class _Server:
    def __init__(self, intake: Intake, replies: int) -> None:
        self._intake = intake
        self._replies = replies
        self._questions = 0

    def serve(self, kind: str) -> NoReturn:
        hello = self._receive()
        if hello is None or not parent_is(_number(hello, "parent")):
            os._exit(EXIT_ORPHAN)
        methods = _methods(kind)
        while (message := self._receive()) is not None:
            secret = self._intake.secret(_number(message, "secret"))
            params = message.get("params")
            request = Request(self, params if isinstance(params, dict) else {}, secret)
            try:
                outcome = _outcome(methods.get(str(message.get("method"))), request)
            finally:
                wipe(secret)
            self.send({"id": message.get("id"), **outcome})
        # No clean-up of Python's or the vendor's: destructors crash, and the parent asked for
        # C_Finalize where it wanted it. Not one frame up: PyKCS11 finalizes once more, when freed.
        os._exit(0)

    def send(self, message: Mapping[str, object]) -> None:
        rest = memoryview(line(message))
        try:
            while rest:
                rest = rest[os.write(self._replies, rest) :]
        except OSError:
            os._exit(EXIT_CHANNEL)

    def ask(self, method: str, params: Mapping[str, object]) -> Mapping[str, object]:
        self._questions += 1
        self.send({"ask": self._questions, "method": method, "params": params})
        answer = self._receive()
        if answer is None or answer.get("answer") != self._questions:
            os._exit(EXIT_CHANNEL)
        result = answer.get("result")
        return result if isinstance(result, dict) else {}

    def _receive(self) -> dict[str, object] | None:
        try:
            return self._intake.message()
        except BrokenChannelError:
            os._exit(EXIT_CHANNEL)


def _methods(kind: str) -> Mapping[str, Method]:
    """Import what may be missing on this computer: libpcsclite, a C++ runtime, OpenSSL."""
    try:
        methods: Mapping[str, Method] = importlib.import_module(_KINDS[kind]).methods()
    except ImportError:
        return {}
    return methods


def _outcome(method: Method | None, request: Request) -> Mapping[str, object]:
    if method is None:
        return {"error": {"kind": "refused", "call": "import", "detail": UNAVAILABLE}}
    try:
        return {"result": method(request)}
    except RefusalError as refusal:
        error = {"kind": refusal.kind, "call": refusal.call, "detail": refusal.detail}
    except Exception as defect:  # noqa: BLE001 - the probe's edge: all ends as a value
        if is_crash(defect):
            os._exit(EXIT_CRASH)
        # The type alone: its words might hold what must not be repeated.
        error = {"kind": "refused", "call": "", "detail": f"a3check: {type(defect).__name__}"}
    return {"error": error}


def is_crash(error: Exception) -> bool:
    """Tell whether ctypes raised this in place of a crash (``exception: access violation …``).

    Windows' structured exceptions alone (CPython, ``Modules/_ctypes/callproc.c``).
    """
    return isinstance(error, OSError) and str(error).startswith("exception: ")


def _number(message: Mapping[str, object], name: str) -> int:
    value = message.get(name, 0)
    return value if isinstance(value, int) else 0
