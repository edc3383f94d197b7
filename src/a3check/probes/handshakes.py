"""TLS conversations for the checks, each in a process of its own (``core.ports.Handshakes``)."""

import threading
from collections.abc import Mapping

from a3check.core.fault import Fault, FaultKind
from a3check.core.ports import JSON, Signer
from a3check.core.profile import Limits
from a3check.probes.client import Answer, ProbeProcess, Reply

_MARGIN = 5.0
"""Seconds beyond the conversation's own deadline: the process starts and loads OpenSSL."""


class ProbedHandshakes:
    """The key stays where it is: each signature is asked of ``sign``, in this process."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._processes: set[ProbeProcess] = set()
        self._cancelled = False

    def converse(
        self, request: Mapping[str, JSON], sign: Signer | None = None
    ) -> Mapping[str, JSON] | Fault:
        """Hold a conversation (``tls.request.Request`` and ``tls.transcript.Transcript``).

        ``sign`` gets ``tls.signing.SignatureRequest`` in JSON form and answers
        ``{"signature": base64}`` or ``{"error": code}``; its time does not count.
        """
        with self._lock:
            if self._cancelled:
                return Fault(FaultKind.CANCELLED, "converse")
            process = ProbeProcess("tls")
            self._processes.add(process)
        try:
            return process.call(
                "converse", self._seconds(request), {"request": request}, answer=_answer(sign)
            )
        finally:
            process.end()
            with self._lock:
                self._processes.discard(process)

    def cancel(self) -> None:
        """Kill what runs, at once; nothing starts again."""
        with self._lock:
            self._cancelled = True
            processes = tuple(self._processes)
        for process in processes:
            process.cancel()

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
