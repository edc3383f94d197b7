"""Which licences stand beside the program?"""

import shutil
from pathlib import Path

from installers.fetch import HERE, ROOT

_NAMES = ("LICEN", "COPYING", "NOTICE", "AUTHORS")


def collect(work: Path, folder: Path) -> None:
    """Fill ``folder/licencas``: ours, Python's, and those of each package in ``work``."""
    target = folder / "licencas"
    target.mkdir()
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE.txt")
    shutil.copyfile(folder / "runtime" / "LICENSE.txt", target / "Python-OpenSSL.txt")
    (folder / "runtime" / "LICENSE.txt").unlink()
    for path in sorted((HERE / "licences").iterdir()):
        shutil.copyfile(path, target / path.name)
    for sdist in sorted((work / "pykcs11").glob("pykcs11-*/COPYING")):
        shutil.copyfile(sdist, target / "PyKCS11.txt")
    for info in sorted((work / "wheels").glob("*.dist-info")):
        name = info.name.partition("-")[0]
        for path in sorted(path for path in info.rglob("*") if path.is_file()):
            if path.name.upper().startswith(_NAMES) and "Commercial" not in path.name:
                shutil.copyfile(path, target / f"{name}-{path.name.removesuffix('.txt')}.txt")
