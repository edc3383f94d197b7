"""The copy of a3check that runs from a USB stick and writes beside itself."""

import time
import zipfile
from pathlib import Path

from installers import launcher, source
from installers.assemble import Stage

_MARK = launcher.WINDOWS / "portatil.txt"
"""Its name is a3check.system.folders.PORTABLE; it says to people what it does."""
_READABLE = 0o644 << 16
_UNIX = 3


def build(stage: Stage, target: Path) -> Path:
    """Write ``NAME-portatil.zip`` into ``target``, the same bytes each time; return it."""
    target.mkdir(parents=True, exist_ok=True)
    made = target / f"{stage.name}-portatil.zip"
    moment = time.gmtime(source.moment())[:6]
    files = {
        path.relative_to(stage.folder).as_posix(): path.read_bytes()
        for path in stage.folder.rglob("*")
        if path.is_file()
    }
    text = _MARK.read_text("utf-8").replace("\n", "\r\n")
    files[_MARK.name] = text.encode("utf-8-sig")
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"a3check/{name}", moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE
            entry.create_system = _UNIX  # else it depends on where it was made
            archive.writestr(entry, content, compresslevel=6)
    return made
