"""TLS conversations for the checks, in processes of their own (``core.ports.Handshakes``)."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from a3check.core.fault import Fault, FaultKind
from a3check.core.ports import JSON, Signer
from a3check.core.profile import Limits
from a3check.probes.client import Answer, ProbeProcess, Reply

IDLE = 3.0
"""Seconds that a process waits for the same host's next conversation: a walk has several."""
_MARGIN = 5.0
"""Seconds beyond the conversation's own deadline: the process starts and loads OpenSSL."""


@dataclass(frozen=True, slots=True)
class _Purpose:
    """What a process is for: what one host has said in it never meets another host or the key."""

    host: str
    with_key: bool


class ProbedHandshakes:
    """The key stays where it is: each signature is asked of ``sign``, in this process.

    A process is started for each host, once without and once with the certificate; it stays for
    that host's next conversation, since its start costs more than a handshake.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._processes: set[ProbeProcess] = set()
        self._idle: dict[_Purpose, tuple[ProbeProcess, threading.Timer]] = {}
        self._cancelled = False

    def converse(
        self, request: Mapping[str, JSON], sign: Signer | None = None
    ) -> Mapping[str, JSON] | Fault:
        """Hold a conversation (``tls.request.Request`` and ``tls.transcript.Transcript``).

        ``sign`` gets ``tls.signing.SignatureRequest`` in JSON form and answers
        ``{"signature": base64}`` or ``{"error": code}``; its time does not count.
        """
        purpose = _Purpose(str(request.get("host")), request.get("identity") is not None)
        process = self._take(purpose)
        if process is None:
            return Fault(FaultKind.CANCELLED, "converse")
        reply: Reply | Fault | None = None
        try:
            reply = process.call(
                "converse", self._seconds(request), {"request": request}, answer=_answer(sign)
            )
            return reply
        finally:
            well = reply is not None and not isinstance(reply, Fault)
            if not (well and self._keep(purpose, process)):
                self._end(process)

    def cancel(self) -> None:
        """Kill what runs, at once; nothing starts again."""
        with self._lock:
            self._cancelled = True
        self.interrupt()

    def interrupt(self) -> None:
        """Kill what runs, at once; a later conversation has a process of its own."""
        with self._lock:
            processes = tuple(self._processes)
            self._idle.clear()
        for process in processes:
            process.cancel()

    def _take(self, purpose: _Purpose) -> ProbeProcess | None:
        """Return the process that waits for this, or a new one; nothing after a cancel."""
        with self._lock:
            if self._cancelled:
                return None
            waiting, timer = self._idle.pop(purpose, (None, None))
            if timer is not None:
                timer.cancel()
            if waiting is not None and waiting.alive:
                return waiting
            process = ProbeProcess("tls")
            self._processes.add(process)
        if waiting is not None:
            self._end(waiting)
        return process

    def _keep(self, purpose: _Purpose, process: ProbeProcess) -> bool:
        """Let it wait for the next conversation, where no other does and none was cancelled."""
        timer = threading.Timer(IDLE, self._retire, (purpose, process))
        timer.daemon = True
        with self._lock:
            if self._cancelled or purpose in self._idle:
                return False
            self._idle[purpose] = (process, timer)
        timer.start()
        return True

    def _retire(self, purpose: _Purpose, process: ProbeProcess) -> None:
        """End it where it still waits; one that was taken meanwhile is another's to end."""
        with self._lock:
            waits, timer = self._idle.get(purpose, (None, None))
            if waits is not process or timer is not threading.current_thread():
                return
            del self._idle[purpose]
        self._end(process)

    def _end(self, process: ProbeProcess) -> None:
        process.end()
        with self._lock:
            self._processes.discard(process)

    def _seconds(self, request: Mapping[str, JSON]) -> float:
        total = request.get("total_seconds")
        if isinstance(total, int | float) and not isinstance(total, bool):
            return float(total) + _MARGIN
        return self._limits.connect + self._limits.handshake + _MARGIN


def _answer(sign: Signer | None) -> Answer | None:
    if sign is None:
        return None

    def answer(_method: str, params: Reply) -> Reply:
        return sign(params)

    return answer
