"""Debian's package: our program with the packages of the environment, for Debian's own Python."""

import hashlib
import importlib.metadata
import os
import py_compile
import shutil
import sys
import sysconfig
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from installers import source, tools
from installers.fetch import HERE

LINUX = HERE / "linux"
_PACKAGES = ("PyKCS11", "pyscard", "cryptography", "cffi", "pycparser", "platformdirs")
_MORE = ("mss", "truststore", "shiboken6")
_UNWANTED = (".pyc", ".pyi", ".h", ".c", ".typed", ".json")
_TREE = "PySide6"


def build(work: Path, target: Path, cas: Path | None = None) -> Path:
    """Write ``a3check_VERSION_amd64.deb`` into ``target`` and return it; ``work`` is emptied.

    The packages are copied from this environment, which ``requirements.lock`` filled by hash:
    pyscard is compiled there, against Debian's libpcsclite.
    """
    shutil.rmtree(work, ignore_errors=True)
    target.mkdir(parents=True, exist_ok=True)
    library = work / "usr" / "lib" / "a3check"
    for name in (*_PACKAGES, *_MORE):
        _copy_package(name, library)
    _copy_qt(library / _TREE)
    source.copy(library / "a3check", source.version(), cas)
    _compile(library)
    _furnish(work)
    _control(work)
    _finish(work)
    made = target / f"a3check_{source.version()}_amd64.deb"
    command = [tools.find("dpkg-deb"), "--root-owner-group", "-Zxz", "--build", str(work)]
    tools.run([*command, str(made)], SOURCE_DATE_EPOCH=str(source.moment()))
    return made


def _copy_package(name: str, library: Path) -> None:
    """Copy what a package has installed, but for its licence, which goes to the documents."""
    for file in importlib.metadata.files(name) or ():
        inside = not file.parts[0].endswith(".dist-info") and file.parts[0] not in {"..", "bin"}
        if inside and file.suffix not in _UNWANTED:
            _put(Path(str(file.locate())), library / file)
        elif "LICEN" in file.name.upper() or file.name.upper().startswith("COPYING"):
            documents = library.parent.parent / "share" / "doc" / "a3check" / "licences"
            if "Commercial" not in file.name:
                _put(Path(str(file.locate())), documents / f"{name}-{file.name}")


def _copy_qt(library: Path) -> None:
    package = Path(sysconfig.get_path("platlib")) / _TREE
    for pattern in tomllib.loads((LINUX / "qt.toml").read_text("utf-8"))["keep"]:
        found = sorted(package.glob(pattern))
        if not found:
            raise SystemExit(f"PySide6 has no {pattern}")
        for file in found:
            _put(file, library / file.relative_to(package))


def _put(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, place)


def _compile(library: Path) -> None:
    """Add the bytecode, for Debian's Python of this minor version; later nobody can write it."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    root = library.parent.parent.parent
    for file in sorted(library.rglob("*.py")):
        shown = f"/{file.relative_to(root)}"
        py_compile.compile(str(file), dfile=shown, doraise=True, invalidation_mode=mode)


def _furnish(work: Path) -> None:
    """Put the command, menu entry, kind of file, icons, AppStream's data and the copyright."""
    share = work / "usr" / "share"
    _put(LINUX / "a3check", work / "usr" / "bin" / "a3check")
    (work / "usr" / "bin" / "a3check").chmod(0o755)
    _put(LINUX / "a3check.desktop", share / "applications" / "a3check.desktop")
    _put(LINUX / "a3check.xml", share / "mime" / "packages" / "a3check.xml")
    for icon in sorted((LINUX / "icons").glob("*/a3check.png")):
        _put(icon, share / "icons" / "hicolor" / icon.parent.name / "apps" / "a3check.png")
    day = datetime.fromtimestamp(source.moment(), UTC).date().isoformat()
    told = (LINUX / "a3check.metainfo.xml").read_text("utf-8")
    told = told.replace("@VERSION@", source.version()).replace("@DATE@", day)
    place = share / "metainfo" / "a3check.metainfo.xml"
    place.parent.mkdir(parents=True)
    place.write_text(told, "utf-8")
    _put(LINUX / "copyright", share / "doc" / "a3check" / "copyright")
    _put(
        HERE / "licences" / "LGPL-3.txt", share / "doc" / "a3check" / "licences" / "Qt-LGPL-3.txt"
    )


def _control(work: Path) -> None:
    files = sorted(path for path in work.rglob("*") if path.is_file())
    major, minor = sys.version_info[:2]
    facts = {
        "VERSION": source.version(),
        "SIZE": str(sum(path.stat().st_size for path in files) // 1024),
        "PYTHON": f"{major}.{minor}",
        "NEXT": f"{major}.{minor + 1}",
    }
    text = (LINUX / "control").read_text("utf-8")
    for key, value in facts.items():
        text = text.replace(f"@{key}@", value)
    folder = work / "DEBIAN"
    folder.mkdir()
    (folder / "control").write_text(text, "utf-8")
    sums = (
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  "
        f"{path.relative_to(work)}\n"
        for path in files
    )
    (folder / "md5sums").write_text("".join(sums), "utf-8")


def _finish(work: Path) -> None:
    moment = source.moment()
    for path in sorted(work.rglob("*"), reverse=True):
        program = path.is_dir() or path == work / "usr" / "bin" / "a3check"
        path.chmod(0o755 if program else 0o644)
        os.utime(path, (moment, moment))
    work.chmod(0o755)
