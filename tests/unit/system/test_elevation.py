"""What is run with an administrator's rights: Windows' own tools, with these arguments alone."""

from __future__ import annotations

import pytest

from a3check.core.repair import Repair
from a3check.system import elevation
from a3check.system.elevation import Command, command, run, system_folder

FOLDER = r"C:\Windows\System32"


@pytest.mark.parametrize(
    ("repair", "disabled", "arguments"),
    [
        (Repair.CARDS, False, r'/d /c ""C:\Windows\System32\sc.exe" start SCardSvr"'),
        (
            Repair.CARDS,
            True,
            (
                r'/d /c ""C:\Windows\System32\sc.exe" config SCardSvr start= demand'
                r' && "C:\Windows\System32\sc.exe" start SCardSvr"'
            ),
        ),
        (Repair.PROPAGATION, False, r'/d /c ""C:\Windows\System32\sc.exe" start CertPropSvc"'),
        (
            Repair.PROPAGATION,
            True,
            (
                r'/d /c ""C:\Windows\System32\sc.exe" config CertPropSvc start= demand'
                r' && "C:\Windows\System32\sc.exe" start CertPropSvc"'
            ),
        ),
    ],
)
def test_it_is_one_of_four_lines(repair: Repair, disabled: bool, arguments: str) -> None:
    wanted = command(repair, FOLDER, disabled=disabled)
    assert wanted == Command(rf"{FOLDER}\cmd.exe", arguments, FOLDER)


def test_nothing_else_is_run_with_rights() -> None:
    assert elevation.SERVICES.keys() == {r for r in Repair if r.elevated}
    with pytest.raises(KeyError):
        command(Repair.AUTHORITIES, FOLDER, disabled=False)


def test_elsewhere_there_is_nothing_to_run() -> None:
    with pytest.raises(OSError, match="no Windows"):
        system_folder()
    with pytest.raises(OSError, match="no Windows"):
        run(command(Repair.CARDS, FOLDER, disabled=False), 0)
