"""The user's own store of intermediates, for whoever puts some there or takes them away."""

from types import TracebackType
from typing import Self

from a3check.core.fault import Fault
from a3check.core.profile import Limits
from a3check.probes.client import ProbeProcess
from a3check.probes.protocol import packed

KIND = "windows_cas"


class ProbedCas:
    """One process for one press; it is ended with the block."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process = ProbeProcess(KIND)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.end()

    def add(self, certificate: bytes) -> bool | Fault:
        """Put one there (DER); tell whether it was not there before."""
        asked = {"certificate": packed(certificate)}
        reply = self._process.call("add", self._limits.driver_start, asked)
        return reply if isinstance(reply, Fault) else reply.get("added") is True

    def remove(self, sha256: str) -> bool | Fault:
        """Take one away; tell whether it was there."""
        reply = self._process.call("remove", self._limits.driver_start, {"sha256": sha256})
        return reply if isinstance(reply, Fault) else reply.get("removed") is True
