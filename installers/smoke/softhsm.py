"""SoftHSM's DLL for Windows, compiled here: a fixture of the tests, never shipped."""

import os
import shutil
import subprocess
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from installers import fetch, tools

HERE = Path(__file__).resolve().parent
_SOFTHSM = (
    "softhsm2_2.6.1.orig.tar.gz",
    "ac9ac1e3f4402f88bf3e626a18f070f8031c031947ed469c6e17482495ec72b6",
)
_OPENSSL = (
    "openssl_3.0.20.orig.tar.gz",
    "c80a01dfc70ece4dc21168932c37739042d404d46ccc81a5986dd75314ecda6f",
)
"""Upstream's tarballs as Debian 12 keeps them."""
_MIRROR = "http://deb.debian.org/debian"
_KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
_LEFT = ("Botan", "DB.cpp", "DBObject", "DBToken", "test")
_FLAGS = ("-O1", "-std=gnu++11", "-w", "-fpermissive", "-DCRYPTOKI_EXPORTS", "-DHAVE_CONFIG_H")
_LIBRARIES = ("-lws2_32", "-lcrypt32", "-lgdi32", "-ladvapi32", "-luser32")
_PATIENCE = 900.0
"""Seconds for OpenSSL: 2 minutes on two free processors."""


def library(work: Path) -> Path:
    """Return ``softhsm2.dll``, compiled at the first call (some 3 minutes)."""
    made = work / "softhsm2.dll"
    if not made.exists():
        work.mkdir(parents=True, exist_ok=True)
        _sources(work)
        openssl = _openssl(work)
        _softhsm(work, openssl, made)
    return made


def _sources(work: Path) -> None:
    """Bring and unpack both tarballs by apt, with a list of its own: the system's stays."""
    missing = [name for name, _ in (_SOFTHSM, _OPENSSL) if not (work / name).exists()]
    if missing:
        (work / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        listed = work / "sources.list"
        listed.write_text(f"deb-src [signed-by={_KEYS}] {_MIRROR} bookworm main\n", "ascii")
        own = ["-o", f"Dir::Etc::sourcelist={listed}", "-o", "Dir::Etc::sourceparts=/dev/null"]
        apt = ["apt-get", "-q", *own, "-o", f"Dir::State::lists={work / 'lists'}"]
        tools.run([*apt, "update"], cwd=work)
        # A patch that has left the mirror is not needed: the tarballs are upstream's.
        wanted = [name.partition("_")[0] for name in missing]
        command = [*apt, "source", "--download-only", *wanted]
        subprocess.run(command, cwd=work, check=False, timeout=_PATIENCE, stdin=subprocess.DEVNULL)
    for name, digest in (_SOFTHSM, _OPENSSL):
        fetch.check(work / name, digest)
        with tarfile.open(work / name) as archive:
            archive.extractall(work)


def _openssl(work: Path) -> Path:
    """Compile libcrypto alone, static."""
    folder = next(work.glob("openssl-3*"))
    if not (folder / "libcrypto.a").exists():
        left = ("no-shared", "no-tests", "no-engine", "no-dso", "no-legacy", "no-ui-console")
        cross = "--cross-compile-prefix=x86_64-w64-mingw32-"
        tools.run(["perl", "Configure", "mingw64", *left, cross], cwd=folder)
        with (work / "openssl.log").open("wb") as log:
            for target in ("build_generated", "libcrypto.a"):
                command = ["make", f"-j{os.cpu_count()}", target]
                subprocess.run(
                    command, cwd=folder, check=True, timeout=_PATIENCE, stdout=log, stderr=log
                )
    return folder


def _softhsm(work: Path, openssl: Path, made: Path) -> None:
    root = next(work.glob("softhsm2-2*")) / "src" / "lib"
    shutil.copyfile(HERE / "softhsm.h", work / "config.h")
    sources = [
        path
        for path in sorted(root.rglob("*.cpp"))
        if not any(part in str(path.relative_to(root)) for part in _LEFT)
    ]
    folders = [f"-I{path}" for path in sorted({path.parent for path in root.rglob("*.h")})]
    folders += [f"-I{work}", f"-I{openssl / 'include'}"]
    objects = work / "objects"
    objects.mkdir(exist_ok=True)

    def compile_one(path: Path) -> Path:
        target = objects / f"{path.parent.name}-{path.stem}.o"
        command = [tools.mingw("g++"), *_FLAGS, "-include", str(work / "config.h"), *folders]
        tools.run([*command, "-c", str(path), "-o", str(target)])
        return target

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        compiled = [str(path) for path in pool.map(compile_one, sources)]
    link = [tools.mingw("g++"), "-shared", "-static", "-s", "-o", str(made), *compiled]
    tools.run([*link, str(openssl / "libcrypto.a"), *_LIBRARIES])
