"""SWIG, which writes what stands between Python and a library."""

import zipfile
from pathlib import Path
from typing import Any

from installers import fetch, tools


def wrap(
    entry: dict[str, Any], cache: Path, work: Path, interface: Path, modules: Path, *options: str
) -> Path:
    """Write the C of ``interface`` into ``work`` and its Python into ``modules``; return the C.

    ``entry`` pins SWIG's wheel. C++ with the option ``-c++``.
    """
    with zipfile.ZipFile(fetch.pinned(entry, cache)) as wheel:
        wheel.extractall(work / "swig")
    data = work / "swig" / "swig" / "data"
    program = next((data / "bin").glob("swig*"))
    program.chmod(0o755)
    library = next((data / "share" / "swig").iterdir())
    wrapped = work / f"{interface.stem}_wrap.{'cpp' if '-c++' in options else 'c'}"
    command = [str(program), "-python", *options, "-outdir", str(modules), "-o", str(wrapped)]
    tools.run([*command, interface.name], cwd=interface.parent, SWIG_LIB=str(library))
    return wrapped
