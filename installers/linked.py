"""Which packages of Debian do the shipped libraries need?"""

import re
import tomllib
from pathlib import Path

from installers import fetch, tools

_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
_LIBC = "libc6 (>= 2.34)"
"""What Qt's wheels are built for (manylinux_2_34)."""


def packages(folder: Path) -> list[str]:
    """Name the packages that bring what the libraries below ``folder`` are linked with.

    Raises :class:`fetch.WrongInput` for a library that linux/libraries.toml does not know.
    """
    known = tomllib.loads((fetch.HERE / "linux" / "libraries.toml").read_text("utf-8"))
    shipped = sorted(path for path in folder.rglob("*.so*") if path.is_file())
    said = tools.run([tools.find("readelf"), "-d", *map(str, shipped)])
    wanted = set(_NEEDED.findall(said)) - {path.name for path in shipped}
    if strange := sorted(wanted - known.keys()):
        raise fetch.WrongInput(f"linux/libraries.toml knows no package of {', '.join(strange)}")
    found = {known[name] for name in wanted}
    return [_LIBC if name == "libc6" else name for name in sorted(found)]
