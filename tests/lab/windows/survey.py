"""The product's own survey of modules, parent and probes, in Windows' Python.

Takes the folders of the product and of its libraries; reads paths and a deadline (JSON) on
standard input and writes what became of each module.
"""

from __future__ import annotations

import ctypes
import json
import sys

assert sys.platform == "win32"

sys.path[:0] = sys.argv[1:3]
sys.modules["_wmi"] = None  # type: ignore[assignment] # not shipped; Wine 8's ends the process

from a3check.core.cryptoki import Candidate, Driver  # noqa: E402 - its folder is an argument
from a3check.core.profile import Limits  # noqa: E402 - as above
from a3check.probes import spawner  # noqa: E402 - as above
from a3check.probes.drivers import ProbedDrivers  # noqa: E402 - as above
from a3check.system import guarded  # noqa: E402 - as above

BOOT = (
    "import sys; sys.path[:0] = sys.argv[1:3]; "
    "from a3check.probes.process import main; main(sys.argv[3])"
)


def told(driver: Driver) -> dict[str, object]:
    """Return what a test compares."""
    file = driver.file
    return {
        "works": driver.works,
        "company": driver.company,
        "slots": driver.slots,
        "header": None if driver.header is None else driver.header.found,
        "faults": [(f.kind, f.call, f.detail) for f in driver.faults],
        "missing": file.missing,
        "version": (file.version.version, file.version.company, file.version.product),
        "signed": file.signed,
        "signer": file.signer,
        "unsafe": guarded.replaceable(driver.candidate.path),
    }


spawner.command = lambda kind: [sys.executable, "-I", "-c", BOOT, *sys.argv[1:3], kind]
asked = json.load(sys.stdin)
limits = Limits(driver_start=asked["start"], driver_call=60.0)
drivers = ProbedDrivers(limits)
surveyed = drivers.survey([Candidate(path) for path in asked["paths"]])
drivers.release()
answer = {"code_page": ctypes.windll.kernel32.GetACP(), "drivers": [told(d) for d in surveyed]}
sys.stdout.write(json.dumps(answer))
