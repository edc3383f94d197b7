"""Runs in Windows' Python: starts a service that Wine has as a3check starts its two, and says how.

Arguments: the sources, the libraries, the service, and ``disabled`` or ``stopped``.
"""

from __future__ import annotations

import sys


def main(service: str, state: str) -> None:
    from a3check.core.repair import Repair  # noqa: PLC0415 - once its folder is known
    from a3check.system import elevation  # noqa: PLC0415 - as above

    elevation.SERVICES = {Repair.CARDS: service}
    folder, disabled = elevation.system_folder(), state == "disabled"
    wanted = elevation.command(Repair.CARDS, folder, disabled=disabled)
    print(wanted.file)
    print(elevation.run(wanted, 0))


sys.path[:0] = sys.argv[1:3]
main(*sys.argv[3:5])
