"""Debian's package: our program with the packages of the environment, for Debian's own Python."""

import gzip
import hashlib
import importlib.metadata
import os
import shutil
import sysconfig
import tomllib
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from installers import compiled, fetch, linked, source, tools
from installers.fetch import HERE

LINUX = HERE / "linux"
_PACKAGES = ("PyKCS11", "pyscard", "cryptography", "cffi", "pycparser", "platformdirs")
_MORE = ("mss", "truststore", "shiboken6")
_UNWANTED = (".pyc", ".pyi", ".h", ".c", ".typed", ".json")
_TREE = "PySide6"
_ONE_PYTHON = ".cpython-"
"""In the name of what was compiled for one Python: installers.compiled brings those."""
_SCRIPTS = ("postinst", "prerm")


def build(
    work: Path, cache: Path, target: Path, cas: Path | None = None, *, laboratory: bool = True
) -> Path:
    """Write ``a3check_VERSION_amd64.deb`` into ``target`` and return it; ``work`` is emptied.

    Python's files are copied from this environment, which ``requirements.lock`` filled by hash.
    A laboratory's says so in its version (``0.1.0~laboratorio``, which a release replaces).
    """
    shutil.rmtree(work, ignore_errors=True)
    target.mkdir(parents=True, exist_ok=True)
    tree = work / "tree"
    library = tree / "usr" / "lib" / "a3check"
    for name in (*_PACKAGES, *_MORE):
        _copy_package(name, library)
    _copy_qt(library / _TREE)
    compiled.add(fetch.inputs(), cache, work / "pyscard", library)
    _strip(library)
    shown = source.shown(laboratory=laboratory)
    source.copy(library / "a3check", shown, cas)
    version = shown.replace("+", "~")
    _furnish(tree)
    _document(tree, version)
    _control(tree, version)
    _finish(tree)
    made = target / f"a3check_{version}_amd64.deb"
    command = [tools.find("dpkg-deb"), "--root-owner-group", "-Zxz", "--build", str(tree)]
    tools.run([*command, str(made)], SOURCE_DATE_EPOCH=str(source.moment()))
    return made


def maintainer() -> str:
    """Return who publishes the package, as ``linux/control`` names them."""
    control = (LINUX / "control").read_text("utf-8")
    return control.partition("Maintainer: ")[2].partition("\n")[0]


def _copy_package(name: str, library: Path) -> None:
    """Copy what a package has installed, but for its licence, which goes to the documents."""
    for file in importlib.metadata.files(name) or ():
        inside = not file.parts[0].endswith(".dist-info") and file.parts[0] not in {"..", "bin"}
        if inside and file.suffix not in _UNWANTED and _ONE_PYTHON not in file.name:
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


def _strip(library: Path) -> None:
    """Take what only a debugger reads from the libraries; Qt's stay as their wheel has them."""
    strip = tools.find("strip")
    for file in sorted(library.rglob("*.so")):
        if not file.is_relative_to(library / _TREE) and "shiboken" not in file.parts[-2]:
            tools.run([strip, "--strip-unneeded", str(file)])


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


def _document(work: Path, version: str) -> None:
    """Put the manual's page, Debian's changelog, and why lintian's remarks are as they are."""
    share = work / "usr" / "share"
    page = (LINUX / "a3check.1").read_text("utf-8").replace("@VERSION@", version)
    _pack(page, share / "man" / "man1" / "a3check.1.gz")
    when = format_datetime(datetime.fromtimestamp(source.moment(), UTC))
    entry = (
        f"a3check ({version}) unstable; urgency=medium\n\n  * CHANGELOG.md says what is new.\n\n"
    )
    _pack(f"{entry} -- {maintainer()}  {when}\n", share / "doc" / "a3check" / "changelog.gz")
    _put(LINUX / "lintian", share / "lintian" / "overrides" / "a3check")


def _pack(text: str, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _control(work: Path, version: str) -> None:
    files = sorted(path for path in work.rglob("*") if path.is_file())
    major, _, last = compiled.PYTHONS[-1].partition(".")
    facts = {
        "VERSION": version,
        "SIZE": str(sum(path.stat().st_size for path in files) // 1024),
        "PYTHON": compiled.PYTHONS[0],
        "NEXT": f"{major}.{int(last) + 1}",
        "LIBRARIES": ", ".join(linked.packages(work)),
    }
    text = (LINUX / "control").read_text("utf-8")
    for key, value in facts.items():
        text = text.replace(f"@{key}@", value)
    folder = work / "DEBIAN"
    folder.mkdir()
    (folder / "control").write_text(text, "utf-8")
    for script in _SCRIPTS:
        shutil.copyfile(LINUX / script, folder / script)
    sums = (
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  "
        f"{path.relative_to(work)}\n"
        for path in files
    )
    (folder / "md5sums").write_text("".join(sums), "utf-8")


def _finish(work: Path) -> None:
    moment = source.moment()
    for path in sorted(work.rglob("*"), reverse=True):
        program = path.is_dir() or path.name in _SCRIPTS or path.parent.name == "bin"
        path.chmod(0o755 if program else 0o644)
        os.utime(path, (moment, moment))
    work.chmod(0o755)
