"""Asks Windows' service manager and Configuration Manager as the product does; prints JSON.

Arguments: the folders to import from (two), then ``services NAME...`` or ``devices [DLL]``; the
DLL stands in for cfgmgr32.
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import TYPE_CHECKING

sys.path[:0] = sys.argv[1:3]

from a3check.core.daemon import read  # noqa: E402 - they lie where the arguments say
from a3check.probes import services  # noqa: E402
from a3check.system import usb  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable


def main(what: str, *given: str) -> None:
    """Answer one question on the standard output."""
    answer = _services(*given) if what == "services" else _devices(*given)
    sys.stdout.write(json.dumps(answer))


def _services(*names: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in names:
        answers = services.ask(name)
        daemon = read(answers) if answers is not None else None
        found[name] = daemon and [
            daemon.installed,
            daemon.start,
            daemon.activity,
            daemon.triggered,
            daemon.error,
        ]
    return found


def _devices(library: str = "") -> list[object]:
    if library:
        _stand_in(library)
    looks = [usb.from_windows() for _ in range(2)]  # what devices said is kept from the first one
    assert [d.state for d in looks[0]] == [d.state for d in looks[1]]
    return [
        [d.vid, d.pid, d.state and [getattr(d.state, name) for name in d.state.__slots__]]
        for d in looks[1]
    ]


def _stand_in(library: str) -> None:
    real: Callable[..., object] = getattr(ctypes, "WinDLL")  # noqa: B009 - it is there on Windows

    def other(name: str, **_: object) -> object:
        assert name == "cfgmgr32.dll"
        return real(library)

    setattr(ctypes, "WinDLL", other)  # noqa: B010


main(*sys.argv[3:])
