"""A release's Python and list of CAs: what is refused, and in one line."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import Mock

import pytest
from installers import __main__ as build
from installers import assemble, deb, fetch, release, runtime, source, verify_runtime
from tests.lab import code_signing
from tests.unit.probes import pe

from a3check.pki import calist
from a3check.system.authorities import LIST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYTHON: Final = "3.13.9"
NAMES: Final = ("python313.dll", "python3.dll", "python.exe", "vcruntime140.dll", "LICENSE.txt")
TOOL: Final = shutil.which("osslsigncode")
SIGNER: Final = "Python Software Foundation"
publisher = cache(code_signing.publisher)


def package(
    folder: Path, *, without: str = "", version: str = PYTHON, signer: str = "", cut: int = 0
) -> Path:
    """Make a file that looks like python.org's: `python-3.13.9-embed-amd64.zip`."""
    content = {name: pe.library("KERNEL32.dll") for name in NAMES if name.endswith(("dll", "exe"))}
    content["python313.dll"] = pe.library("KERNEL32.dll", texts={"FileVersion": version})
    content["LICENSE.txt"] = b"PSF"
    if signer:
        content = {name: signed(folder, name, each, signer) for name, each in content.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, each in content.items():
            if name != without:
                archive.writestr(name, each)
    made = folder / f"python-{PYTHON}-embed-amd64.zip"
    made.write_bytes(packed.getvalue()[: -cut or None])
    return made


def signed(folder: Path, name: str, content: bytes, signer: str) -> bytes:
    if name in {"LICENSE.txt", "vcruntime140.dll"}:
        return content
    chain, key, _ = code_signing.written(publisher(signer), folder / "keys")
    before, after = folder / "before", folder / "after"
    before.write_bytes(content)
    after.unlink(missing_ok=True)
    command = ["osslsigncode", "sign", "-h", "sha256", "-certs", str(chain), "-key", str(key)]
    command += ["-in", str(before), "-out", str(after)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return after.read_bytes()


@pytest.fixture
def pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """Let inputs.toml pin a file, and say that only a few names of it are shipped."""

    def write(given: Path, *, digest: str = "", python: str = PYTHON) -> Path:
        inputs = tmp_path / "inputs.toml"
        inputs.write_text(
            f'[runtime.release]\npython = "{python}"\nfile = "{given.name}"\n'
            f'sha256 = "{digest or fetch.sha256(given)}"\n[keep]\nruntime = {list(NAMES)}\n'
        )
        monkeypatch.setattr(fetch, "INPUTS", inputs)
        return given

    return write


def unpacked(given: Path, folder: Path) -> runtime.Runtime:
    inputs = fetch.inputs()
    return runtime.release(inputs["runtime"]["release"], given, inputs["keep"]["runtime"], folder)


def verified(monkeypatch: pytest.MonkeyPatch, given: Path, root: Path) -> int:
    monkeypatch.setattr(sys, "argv", ["verify_runtime", str(given), "--ca", str(root)])
    return verify_runtime.main()


def test_the_pinned_package(tmp_path: Path, pin: Callable[[Path], Path]) -> None:
    python = unpacked(pin(package(tmp_path)), tmp_path / "runtime")
    assert (python.python, python.minor, python.laboratory) == (PYTHON, "3.13", False)
    assert {path.name for path in python.folder.iterdir()} == set(NAMES)


@pytest.mark.parametrize(
    ("how", "pinned", "said"),
    [
        ({}, {"digest": "0" * 64}, "SHA-256 is"),
        ({"cut": 200}, {}, "no whole ZIP"),
        ({"without": "python3.dll"}, {}, "has no python3.dll"),
        ({"without": "python313.dll"}, {}, "has no python313.dll"),
        ({"version": "3.13.2"}, {}, "python313.dll says 3.13.2; pinned is Python 3.13.9"),
        ({"version": ""}, {}, "says no version"),
        ({}, {"python": "3.14.1"}, "has no python314.dll; pinned is Python 3.14.1"),
    ],
)
def test_another_package_is_refused_in_a_line(
    tmp_path: Path,
    pin: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    how: dict[str, Any],
    pinned: dict[str, str],
    said: str,
) -> None:
    given = pin(package(tmp_path, **how), **pinned)
    with pytest.raises(fetch.WrongInput, match=said):
        unpacked(given, tmp_path / "runtime")
    assert verified(monkeypatch, given, tmp_path / "root.pem") == 1
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_a_file_that_is_not_there(tmp_path: Path, pin: Callable[[Path], Path]) -> None:
    given = pin(package(tmp_path))
    given.unlink()
    with pytest.raises(fetch.WrongInput, match="no such file"):
        unpacked(given, tmp_path / "runtime")


@pytest.mark.skipif(TOOL is None, reason="osslsigncode is not installed here")
@pytest.mark.parametrize(
    ("signer", "trusted", "status", "said"),
    [
        (SIGNER, SIGNER, 0, "3 files are signed by the Python Software Foundation\n"),
        ("", SIGNER, 1, "python.exe is not signed\n"),
        ("Somebody Else", "Somebody Else", 1, "python.exe is signed by somebody else: /CN=S"),
        (SIGNER, "Somebody Else", 1, "does not hold, or leads to another root\n"),
    ],
)
def test_whose_signature_a_release_s_python_bears(
    tmp_path: Path,
    pin: Callable[[Path], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    signer: str,
    trusted: str,
    status: int,
    said: str,
) -> None:
    given = pin(package(tmp_path, signer=signer))
    root = tmp_path / "root.pem"
    root.write_bytes(publisher(trusted).path[-1].pem)
    assert verified(monkeypatch, given, root) == status
    told = capsys.readouterr()
    assert said in told.out + told.err
    assert (told.out + told.err).count("\n") == 1


def test_nothing_is_verified_against_an_empty_pin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verified(monkeypatch, package(tmp_path), tmp_path / "root.pem") == 1
    assert "[runtime.release] of installers/inputs.toml is empty" in capsys.readouterr().err


# ---- what the build itself refuses


@pytest.fixture
def cas(tmp_path: Path) -> Path:
    folder = tmp_path / "cas"
    folder.mkdir()
    (folder / LIST).write_bytes(calist.dumps(date(2026, 11, 27), [b"a certificate"]))
    return folder


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Start the build and return why it was refused, before it has done anything."""
    for part in (assemble.assemble, deb.build):
        monkeypatch.setattr(
            f"{part.__module__}.{part.__name__}", Mock(side_effect=AssertionError("begun"))
        )
    target = tmp_path / "target"
    target.mkdir()
    (target / "older").touch()

    def start(*more: str) -> str:
        words = ["--build", str(tmp_path / "build"), "--target", str(target), *more]
        monkeypatch.setattr(sys, "argv", ["installers", *words])
        with pytest.raises((SystemExit, release.NotFilledIn, fetch.WrongInput)) as refused:
            build.main()
        assert (target / "older").exists()
        if isinstance(refused.value, SystemExit):
            return capsys.readouterr().err.splitlines()[-1]
        assert "\n" not in str(refused.value)
        return str(refused.value)

    return start


def test_a_release_says_in_a_line_what_is_to_be_filled_in(
    tmp_path: Path, run: Callable[..., str], cas: Path
) -> None:
    said = run("--runtime", str(package(tmp_path)))
    assert said.startswith(
        "no release yet; to be filled in: [runtime.release] of installers/inputs"
    )
    assert "https://www.python.org/downloads/windows/" in said
    assert "Maintainer in installers/linux/control" in said
    assert "installers/linux/a3check.metainfo.xml" in said
    assert "--cas" in said
    said = run("--runtime", str(package(tmp_path)), "--cas", str(cas))
    assert "[runtime.release]" in said
    assert "--cas" not in said


def test_a_release_with_all_filled_in_is_none_of_its_business(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pin: Callable[[Path], Path], cas: Path
) -> None:
    pin(package(tmp_path))
    linux = tmp_path / "linux"
    linux.mkdir()
    (linux / "control").write_text("Maintainer: Prefeitura <ti@prefeitura.example>\n")
    (linux / "a3check.metainfo.xml").write_text("<id>example.prefeitura.a3check</id>")
    monkeypatch.setattr(deb, "LINUX", linux)
    release.check(fetch.inputs(), cas)
    (linux / "control").write_text("Maintainer: a3check <a3check@invalid>\n")
    with pytest.raises(release.NotFilledIn, match=r"to be filled in: Maintainer [^;]+$"):
        release.check(fetch.inputs(), cas)


def test_a_folder_without_the_list_of_cas(
    tmp_path: Path, run: Callable[..., str], cas: Path
) -> None:
    assert "no icp-brasil.pem in it; fill" in run("--cas", str(tmp_path / "nowhere"))
    assert "no icp-brasil.pem in it; fill" in run("--cas", str(tmp_path))
    (cas / LIST).write_bytes((cas / LIST).read_bytes()[:-9])
    assert "is damaged" in run("--cas", str(cas))


def test_only_the_list_itself_is_shipped(tmp_path: Path, cas: Path) -> None:
    (cas / "notes.txt").write_text("somebody's")
    source.copy(tmp_path / "a3check", "0.1.0", cas)
    shipped = tmp_path / "a3check" / "resources" / "cas"
    assert [path.name for path in shipped.iterdir()] == [LIST]
    assert (shipped / LIST).read_bytes() == (cas / LIST).read_bytes()


def staged(tmp_path: Path, version: str, *, laboratory: bool, ca_list: bool) -> None:
    description = tmp_path / "build" / "windows" / "stage" / assemble.DESCRIPTION
    description.parent.mkdir(parents=True)
    facts = f'"version": "{version}", "laboratory": {laboratory}, "ca_list": {ca_list}'
    description.write_text(f"{{{facts.replace('T', 't').replace('F', 'f')}}}")


@pytest.mark.parametrize(
    ("version", "more", "said"),
    [
        (None, (), "nothing is assembled there"),
        ("0.0.9+laboratorio", (), "is 0.0.9+laboratorio, this is "),
        ("now", ("--runtime", "x.zip"), "not with --runtime"),
        ("now", ("--only", "linux"), "--keep-stage is for Windows"),
        ("now", (), "the .deb would differ from the stage"),
    ],
)
def test_a_stage_that_cannot_be_kept(
    tmp_path: Path, run: Callable[..., str], version: str | None, more: tuple[str, ...], said: str
) -> None:
    if version:
        now = source.shown(laboratory=True)
        staged(tmp_path, version.replace("now", now), laboratory=True, ca_list=True)
    assert said in run("--keep-stage", *more)
