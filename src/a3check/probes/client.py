"""The parent's end of one probe process: one call, one deadline, and a value in any case."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from subprocess import TimeoutExpired
from typing import cast

from a3check.core.fault import Fault, FaultKind
from a3check.core.ports import JSON
from a3check.core.secret import Secret
from a3check.probes.ending import Calling, Ended, status
from a3check.probes.protocol import BrokenChannelError, Intake, line, wipe
from a3check.probes.room import has_room
from a3check.probes.spawner import Child, spawn
from a3check.probes.stderr import Stderr

GRACE = 1.0
"""Seconds that a probe has to end by itself once its channel is closed."""
_BURIAL = 2.0
"""Seconds to wait for a killed process; a driver may hold it in the kernel for longer."""

_PULSE = 0.25
"""Seconds between two looks at a silent child's life."""
_LAST_WORDS = 0.2
"""Seconds in which the last messages of a dead child still arrive."""

Reply = Mapping[str, JSON]
Answer = Callable[[str, Reply], Reply]
Heard = Callable[[Reply], None]


class ProbeProcess:
    """A child that may hang or crash in this program's place.

    Nothing here raises: what goes wrong is a :class:`~a3check.core.fault.Fault`,
    and a process that has ended answers every later call with the fault that
    ended it. One call at a time; :meth:`cancel` from any thread.
    """

    def __init__(self, kind: str) -> None:
        self._inbox: SimpleQueue[tuple[float, dict[str, object] | Ended]] = SimpleQueue()
        self._turn = threading.Lock()
        self._cancelled = threading.Event()
        self._fault: Fault | None = None
        self._child: Child | None = None
        self._stderr: Stderr | None = None
        self._numbers = 0
        self._buried = False
        self._calling = Calling("start", time.monotonic())
        try:
            self._child = spawn(kind)
        except OSError as error:
            self._fault = Fault(FaultKind.DIED, "start", detail=str(error))
            return
        self._stderr = Stderr(self._child)
        self._reader = threading.Thread(target=self._read, name="probe", daemon=True)
        self._reader.start()
        self._write(line({"parent": os.getpid()}))  # an empty pipe takes it at once

    @property
    def fault(self) -> Fault | None:
        """What ended it, or nothing while it lives."""
        return self._fault

    @property
    def alive(self) -> bool:
        """Whether another call makes sense: it has not ended, as far as can be seen."""
        return self._fault is None and self._child is not None and self._child.poll() is None

    @property
    def stderr(self) -> str:
        """What vendor code printed, the last 64 KiB of it; nothing from a PIN's coming on."""
        return self._stderr.text() if self._stderr else ""

    @property
    def pid(self) -> int:
        """The process's id; 0 where it was not started."""
        return self._child.pid if self._child else 0

    def call(
        self,
        method: str,
        seconds: float,
        params: Reply | None = None,
        *,
        secret: Secret | None = None,
        answer: Answer | None = None,
        heard: Heard | None = None,
    ) -> Reply | Fault:
        """Send a request and wait for its reply, ``seconds`` at most.

        ``secret`` follows as raw bytes and is emptied. ``answer`` serves the
        child's questions, whose time does not count; ``heard`` hears its
        events, each of which starts the waiting anew.
        """
        with self._turn:
            if self._fault is not None:
                if secret is not None:
                    secret.empty()
                return self._fault
            self._calling = Calling(method, time.monotonic())
            self._request(method, params or {}, secret)
            return self._wait(seconds, answer, heard)

    def end(self) -> None:
        """Let it end by itself for a moment, then kill it; safe from any thread."""
        if self._child is None or self._buried:
            return
        if self._fault is None and self._turn.acquire(blocking=False):
            try:
                self._close_requests()
                with contextlib.suppress(TimeoutExpired):
                    self._child.wait(GRACE)
            finally:
                self._turn.release()
        self._bury()
        self._fault = self._fault or Fault(FaultKind.DIED, "end", detail="ended")

    def cancel(self) -> None:
        """Kill it at once; a call that waits ends as cancelled. Safe from any thread."""
        self._cancelled.set()
        if self._buried:
            return
        self._kill()
        if self._turn.acquire(blocking=False):  # else the call that waits buries it
            try:
                self._end_as(Fault(FaultKind.CANCELLED, "cancel"))
            finally:
                self._turn.release()

    # ---- one call

    def _request(self, method: str, params: Reply, secret: Secret | None) -> None:
        self._numbers += 1
        header: dict[str, object] = {"id": self._numbers, "method": method, "params": params}
        if secret is None:
            self._send(line(header))
            return
        if self._stderr:
            self._stderr.mute()
        with secret.opened() as pin:
            packet = bytearray(line({**header, "secret": len(pin)}))
            packet += pin
        self._send(packet)

    def _send(self, packet: bytes | bytearray) -> None:
        """Write what the pipe takes at once here, all else from a thread of its own.

        A child that does not read blocks nobody; a signature has no time for a thread's start.
        """
        if self._child is not None and has_room(self._child.stdin, len(packet)):
            self._write(packet)
        else:
            threading.Thread(target=self._write, args=(packet,), daemon=True).start()

    def _write(self, packet: bytes | bytearray) -> None:
        stream = self._child.stdin if self._child else None
        try:
            with memoryview(packet) as view:
                done = 0
                while stream is not None and done < len(view):
                    done += stream.write(view[done:]) or 0
        except (OSError, ValueError):
            return  # its end is heard on the other channel
        finally:
            if isinstance(packet, bytearray):
                wipe(packet)

    def _wait(self, seconds: float, answer: Answer | None, heard: Heard | None) -> Reply | Fault:
        deadline = time.monotonic() + seconds
        while True:
            moment, message = self._next(deadline)
            if message is None:
                return self._end_as(self._calling.fault(FaultKind.HUNG))
            if isinstance(message, Ended):
                return self._end_as(self._death(message, deadline))
            if message.get("id") == self._numbers:
                return self._reply(message)
            if "ask" in message:
                self._answer(message, answer)
                deadline += time.monotonic() - moment
            elif message.get("event") == "calling":
                self._calling = Calling(str(message.get("call")), moment)
            elif "event" in message and heard is not None:
                heard(cast("Reply", message))
                deadline = time.monotonic() + seconds

    def _next(self, deadline: float) -> tuple[float, dict[str, object] | Ended | None]:
        """Return what comes next, or nothing at the deadline.

        A helper that vendor code forked may hold the channel open after the
        child's death: so its life is looked at, too.
        """
        while True:
            left = deadline - time.monotonic()
            dead = self._child is None or self._child.poll() is not None
            try:
                return self._inbox.get(
                    timeout=_LAST_WORDS if dead else max(0.0, min(left, _PULSE))
                )
            except Empty:
                if dead:
                    return time.monotonic(), Ended()
                if left <= 0:
                    return time.monotonic(), None

    def _reply(self, message: Mapping[str, object]) -> Reply | Fault:
        match message:
            case {"result": dict() as result}:
                return result
            case {"error": {"kind": str(kind), "call": call, "detail": detail}}:
                name = FaultKind(kind) if kind in set(FaultKind) else FaultKind.REFUSED
                seconds = self._calling.fault(name).seconds
                return Fault(name, str(call or self._calling.name), seconds, str(detail))
            case _:
                return self._end_as(self._calling.fault(FaultKind.DIED, "garbage"))

    def _answer(self, message: Mapping[str, object], answer: Answer | None) -> None:
        params = message.get("params")
        known = answer is not None and isinstance(params, dict)
        result: Reply = {}
        if known and answer is not None:
            result = answer(str(message.get("method")), cast("Reply", params))
        self._send(line({"answer": message["ask"], "result": result}))

    # ---- its end

    def _death(self, ended: Ended, deadline: float) -> Fault:
        """Say how it ended: by itself, or alive and deaf until the deadline."""
        if ended.garbage:
            return self._calling.fault(FaultKind.DIED, "garbage")
        if self._child is None:
            return self._calling.fault(FaultKind.DIED)
        try:
            code = self._child.wait(max(0.0, deadline - time.monotonic()))
        except TimeoutExpired:
            return self._calling.fault(FaultKind.HUNG)
        return self._calling.fault(FaultKind.DIED, status(code))

    def _end_as(self, fault: Fault) -> Fault:
        if self._cancelled.is_set():
            fault = self._calling.fault(FaultKind.CANCELLED)
        self._fault = fault
        self._bury()
        return fault

    def _bury(self) -> None:
        """Kill what is left of it, helpers that it forked included; let go of its streams."""
        if self._child is None or self._buried:
            return
        self._buried = True
        self._kill()
        with contextlib.suppress(TimeoutExpired):
            self._child.wait(_BURIAL)
        self._close_requests()
        if self._stderr:
            self._stderr.settle()
        if threading.current_thread() is not self._reader:
            self._reader.join(_LAST_WORDS)

    def _kill(self) -> None:
        if self._child is None:
            return
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                self._child.kill()
            else:
                # Its own session and group (spawner.py). Called while it lives, or right after its
                # end was noticed: its number is not given to another one so soon.
                os.killpg(self._child.pid, signal.SIGKILL)

    def _close_requests(self) -> None:
        if self._child is not None and self._child.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                self._child.stdin.close()

    # ---- its words

    def _read(self) -> None:
        stream = self._child.stdout if self._child else None
        if stream is None:
            return
        intake, garbage = Intake(stream), False  # type: ignore[arg-type] # unbuffered: a raw stream
        try:
            while (message := intake.message()) is not None:
                self._inbox.put((time.monotonic(), message))
        except BrokenChannelError:
            garbage = True
        self._inbox.put((time.monotonic(), Ended(garbage)))
        stream.close()
