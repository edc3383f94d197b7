"""PKCS#11 modules for the checks, each in a process of its own (``core.ports.Drivers``)."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from a3check.core.cryptoki import (
    Candidate,
    Driver,
    LoginAnswer,
    SignAttempt,
    Token,
    TokenKey,
    TokenObjects,
)
from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.secret import Secret
from a3check.probes.module import Module


class ProbedDrivers:
    """All modules of one run. Make a new one for each run: it remembers every login it sent."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._modules: dict[str, Module] = {}
        self._tried: set[tuple[str, str, str]] = set()
        self._cancelled = False

    def survey(self, candidates: Sequence[Candidate]) -> tuple[Driver, ...]:
        """Look at each module, all at once; the answer has the order of ``candidates``.

        A module that was surveyed before is ended and looked at anew.
        """
        modules = [Module(candidate, self._limits) for candidate in candidates]
        with self._lock:
            former = [self._modules.pop(c.path, None) for c in candidates]
            self._modules |= {module.candidate.path: module for module in modules}
            cancelled = self._cancelled
        _together([module.finish for module in former if module is not None])
        if cancelled:
            for module in modules:
                module.cancel()
        _together([module.survey for module in modules])
        return tuple(module.driver for module in modules)

    def objects(self, token: Token) -> TokenObjects | Fault:
        """Read certificates and visible private keys of a token."""
        module = self._modules.get(token.module)
        return module.objects(token) if module else _unknown("C_OpenSession")

    def login(self, token: Token, pin: Secret) -> LoginAnswer | Fault:
        """Send the PIN once and empty it; a second time for the same token is refused here.

        Refused without a login, as ``detail`` says: ``ALREADY_TRIED``, ``EMPTY_PIN`` (of a
        token without a keypad of its own), ``TOKEN_CHANGED`` (another one is in the slot by
        now), ``PIN_LOCKED`` and ``PIN_FINAL_TRY`` (its flags, read just before).
        """
        try:
            return self._login(token, pin)
        finally:
            pin.empty()

    def sign(self, token: Token, key: TokenKey, attempt: SignAttempt) -> bytes | Fault:
        """Sign once with the key of a logged-in token."""
        module = self._modules.get(token.module)
        return module.sign(token, key, attempt) if module else _unknown("C_SignInit")

    def release(self) -> tuple[Driver, ...]:
        """Finalize and end every module's process; answer those that broke while ending."""
        with self._lock:
            modules = list(self._modules.values())
        broken: dict[int, Fault] = {}

        def finish(index: int, module: Module) -> None:
            if fault := module.finish():
                broken[index] = fault

        _together([partial(finish, index, module) for index, module in enumerate(modules)])
        with self._lock:  # not before: `cancel` must reach a module that hangs while it ends
            self._modules.clear()
        return tuple(replace(modules[i].driver, faults=(broken[i],)) for i in sorted(broken))

    def cancel(self) -> None:
        """Kill every process at once; what waits ends as cancelled, and nothing starts again."""
        with self._lock:
            self._cancelled = True
        self.interrupt()

    def waiting(self) -> tuple[str, ...]:
        """Return the paths of the modules that have been asked and have not answered yet."""
        with self._lock:
            return tuple(path for path, module in self._modules.items() if module.waiting)

    def interrupt(self) -> None:
        """Kill every module's process at once; a later survey starts new ones."""
        with self._lock:
            modules = list(self._modules.values())
        for module in modules:
            module.cancel()

    def _login(self, token: Token, pin: Secret) -> LoginAnswer | Fault:
        module = self._modules.get(token.module)
        if module is None:
            return _unknown("C_Login")
        if not len(pin) and not token.pinpad:
            return Fault(FaultKind.REFUSED, "C_Login", detail="EMPTY_PIN")
        with self._lock:
            again = token.identity in self._tried
            self._tried.add(token.identity)
        if again:
            return Fault(FaultKind.REFUSED, "C_Login", detail="ALREADY_TRIED")
        return module.login(token, pin)


def _unknown(call: str) -> Fault:
    return Fault(FaultKind.REFUSED, call, detail="NOT_LOADED")


def _together(works: Sequence[Callable[[], object]]) -> None:
    """Do all at the same time, each bounded by its own deadlines; raise a defect of our own."""
    defects: list[Exception] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as defect:  # noqa: BLE001 - raised again by the thread that waits
            defects.append(defect)

    # Daemons: the program's end does not wait for a module that hangs.
    threads = [threading.Thread(target=guarded, args=(w,), daemon=True) for w in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if defects:
        raise defects[0]
