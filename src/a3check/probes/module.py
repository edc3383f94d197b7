"""One PKCS#11 module and its process: what it shows, what it signs, and how it breaks."""

import stat
import struct
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from a3check.core.cryptoki import (
    Candidate,
    Driver,
    FileFacts,
    HeaderFault,
    LoginAnswer,
    SignAttempt,
    Token,
    TokenKey,
    TokenObjects,
)
from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.secret import Secret
from a3check.probes import dossier, header, shown
from a3check.probes.client import ProbeProcess, Reply
from a3check.probes.protocol import packed, unpacked

KEYPAD = 60.0
"""Seconds that a person has for the PIN at the reader's own keys; most readers give 30."""
VERIFY = 10.0
"""Seconds for Windows to verify a file's signature; without an answer the module is tried."""
MOST_SLOTS = 64
"""Slots looked at, those with a token first; more is a module's mistake (200 were seen)."""

_ABOUT_THE_PIN = "CKR_PIN_"
_ASKED_AGAIN = {"CKR_OK", "CKR_USER_ALREADY_LOGGED_IN", "CKR_USER_PIN_NOT_INITIALIZED"}


@dataclass(slots=True)
class Module:
    """A module from its first look to its end.

    Nothing raises. A fault that ended the process answers whatever is asked later; a process
    with a token in it lives until :meth:`finish`.
    """

    candidate: Candidate
    limits: Limits
    driver: Driver = field(init=False)
    _process: ProbeProcess | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _cancelled: bool = False
    _calls: int = 0

    @property
    def waiting(self) -> bool:
        """Whether it has been asked something and has not answered yet."""
        return self._calls > 0

    def __post_init__(self) -> None:
        self.driver = Driver(self.candidate)

    def survey(self) -> Driver:
        """Read the header, load, initialise, list the slots and look at their tokens."""
        begun = time.monotonic()
        found = header_fault(Path(self.candidate.path))
        self._note_file(FileFacts(dossier.version(Path(self.candidate.path))))
        if found is None:
            self._look()
        elif isinstance(found, Fault):
            self.driver = replace(self.driver, faults=(found,))
        else:
            self.driver = replace(self.driver, header=found)
        if not self.driver.tokens and (broke := self.finish()):
            self._note(broke)
        self.driver = replace(self.driver, seconds=time.monotonic() - begun)
        return self.driver

    def objects(self, token: Token) -> TokenObjects | Fault:
        """Read certificates and the private keys that show."""
        begun = time.monotonic()
        reply = self._call("objects", self.limits.driver_call, {"slot": token.slot})
        if isinstance(reply, Fault):
            return reply
        return shown.objects(reply, time.monotonic() - begun)

    def login(self, token: Token, pin: Secret) -> LoginAnswer | Fault:
        """Send the PIN; the second question, for the flags, may fail without harm."""
        begun = time.monotonic()
        expected = {"serial": token.serial, "maker": token.maker, "label": token.label}
        asked: Reply = {"slot": token.slot, "token": expected, "keypad": token.pinpad}
        if token.pinpad:
            pin.empty()
            reply = self._call("login", max(KEYPAD, self.limits.driver_call), asked)
        else:
            reply = self._call("login", self.limits.driver_call, asked, pin)
        if isinstance(reply, Fault):
            return reply
        ckr, seconds = str(reply.get("ckr")), time.monotonic() - begun
        # After any other error C_GetTokenInfo is known to hang (OpenSC, card removed or mute).
        if ckr not in _ASKED_AGAIN and not ckr.startswith(_ABOUT_THE_PIN):
            return LoginAnswer(ckr, seconds)
        after = self._call("settle", self.limits.driver_call, {"slot": token.slot})
        if isinstance(after, Fault):
            return LoginAnswer(ckr, seconds)
        again = shown.token(self.candidate.path, token.slot, token.reader, after.get("token"))
        if again is None:
            return LoginAnswer(ckr, seconds)
        again = replace(again, mechanisms=token.mechanisms)
        return LoginAnswer(ckr, seconds, again, None if ckr == "CKR_OK" else tries_left(again))

    def sign(self, token: Token, key: TokenKey, attempt: SignAttempt) -> bytes | Fault:
        """Sign once."""
        asked: Reply = {
            "slot": token.slot,
            "id": packed(key.id),
            "label": key.label,
            "mechanism": attempt.mechanism,
            "data": packed(attempt.data),
            "pss": list(attempt.pss) if attempt.pss else None,
        }
        reply = self._call("sign", self.limits.sign, asked)
        if isinstance(reply, Fault):
            return reply
        return unpacked(reply.get("signature")) or Fault(
            FaultKind.REFUSED, "C_Sign", detail="EMPTY_SIGNATURE"
        )

    def finish(self) -> Fault | None:
        """Finalize the module and end its process; answer what broke only now."""
        process = self._process
        if process is None or process.fault is not None:
            return None
        reply = process.call("finalize", self.limits.driver_call)
        process.end()
        return reply if isinstance(reply, Fault) else None

    def cancel(self) -> None:
        """Kill its process at once, and start none any more."""
        with self._lock:
            self._cancelled = True
            process = self._process
        if process is not None:
            process.cancel()

    # ---- the first look

    def _look(self) -> None:
        if sys.platform == "win32":
            self._verify()
        reply = self._load()
        if not isinstance(reply, Fault):
            reply = self._call("slots", self.limits.driver_call)
        if isinstance(reply, Fault):
            self._note(reply)
        else:
            self._look_at_slots(reply)
        process = self._process
        if process is None:
            return
        self.driver = replace(self.driver, stderr=process.stderr)
        if process.fault is not None and self.driver.tokens and not self._cancelled:
            # One slot hung or crashed after another had answered: that one is served anew.
            self._load()
            self._call("slots", self.limits.driver_call)

    def _verify(self) -> None:
        """Ask for the signature before the file is loaded; no answer is no fault of the module."""
        if self._start():
            answer = self._call("verify", VERIFY, {"path": self.candidate.path})
            if not isinstance(answer, Fault):
                self._note_file(shown.signature(self.driver.file, answer))

    def _load(self) -> Reply | Fault:
        # Verified in the same process, where that went well: it has done nothing else yet.
        fresh = self._process is not None and self._process.fault is None
        if not fresh and not self._start():
            return Fault(FaultKind.CANCELLED, "load")
        reply = self._call("load", self.limits.driver_start, {"path": self.candidate.path})
        if isinstance(reply, Fault) and reply.kind is FaultKind.NOT_LOADED:
            absent = dossier.missing(Path(self.candidate.path))
            self._note_file(replace(self.driver.file, missing=absent))
        return reply

    def _start(self) -> bool:
        """Start its process; not once it was cancelled."""
        with self._lock:
            if not self._cancelled:
                self._process = ProbeProcess("pkcs11")
            return not self._cancelled

    def _look_at_slots(self, about: Reply) -> None:
        self.driver = replace(
            self.driver, version=str(about.get("version")), company=str(about.get("company"))
        )
        self._note_refusal(about)
        enough = time.monotonic() + self.limits.driver_call
        slots = about.get("slots")
        for slot in slots[:MOST_SLOTS] if isinstance(slots, list) else ():
            if not isinstance(slot, int) or time.monotonic() > enough:
                break
            reply = self._call("slot", self.limits.driver_call, {"slot": slot})
            if isinstance(reply, Fault):
                self._note(reply)
                if self._dead:
                    break
            else:
                self._note_slot(slot, reply)

    def _note_slot(self, slot: int, reply: Reply) -> None:
        reader = str(reply.get("description"))
        self._note_refusal(reply)
        self.driver = replace(self.driver, slots=(*self.driver.slots, reader))
        token = shown.token(self.candidate.path, slot, reader, reply.get("token"))
        if token is not None:
            self.driver = replace(self.driver, tokens=(*self.driver.tokens, token))

    def _note_refusal(self, reply: Reply) -> None:
        refused = reply.get("refused")
        if isinstance(refused, Mapping):
            call, detail = str(refused.get("call")), str(refused.get("detail"))
            self._note(Fault(FaultKind.REFUSED, call, detail=detail))

    def _note_file(self, facts: FileFacts) -> None:
        self.driver = replace(self.driver, file=facts)

    def _note(self, fault: Fault) -> None:
        """Add a fault, the same one of several slots once."""
        known = {(f.kind, f.call, f.detail) for f in self.driver.faults}
        if (fault.kind, fault.call, fault.detail) not in known:
            self.driver = replace(self.driver, faults=(*self.driver.faults, fault))

    # ---- its process

    @property
    def _dead(self) -> bool:
        return self._process is None or self._process.fault is not None

    def _call(
        self, method: str, seconds: float, params: Reply | None = None, pin: Secret | None = None
    ) -> Reply | Fault:
        if self._process is None:
            if pin is not None:
                pin.empty()
            return Fault(FaultKind.REFUSED, method, detail="NOT_LOADED")
        self._calls += 1
        try:
            return self._process.call(method, seconds, params, secret=pin)
        finally:
            self._calls -= 1


def tries_left(token: Token) -> int | None:
    """Return how many tries the flags leave, where they say so."""
    if token.pin_locked:
        return 0
    return 1 if token.pin_final_try else None


def header_fault(path: Path) -> HeaderFault | Fault | None:
    """Read a file's header: why it cannot be loaded here, or nothing where it may be tried."""
    bits = struct.calcsize("P") * 8
    wanted = header.target(sys.platform, header.own_machine(sys.platform), bits)
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return HeaderFault(library=False)
        with path.open("rb") as file:
            fault = header.examine(file.read(header.HEAD), found.st_size, wanted)
        return None if fault and dossier.hybrid(path, fault) else fault
    except OSError as error:
        return Fault(FaultKind.NOT_LOADED, "load", detail=error.strerror or "")
