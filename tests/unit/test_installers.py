"""What the installers hold and promise, without building them."""

import json
import re
import shutil
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from installers import (
    assemble,
    compiled,
    deb,
    fetch,
    launcher,
    linked,
    portable,
    sbom,
    setup,
    sign,
    signature,
    source,
    tools,
)

from a3check import __version__
from a3check.options import parse
from a3check.system import folders

ROOT = Path(__file__).parents[2]
INPUTS = tomllib.loads((ROOT / "installers" / "inputs.toml").read_text("utf-8"))
LOCKED = re.compile(r"^(\S+)==(\S+)", re.MULTILINE)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> assemble.Stage:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764201600")
    folder = tmp_path / "stage"
    for name in ("a3check.exe", "lib/a/b.pyc", "lib/c.pyc", "licencas/montagem.json"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return assemble.Stage(folder, "0.1.0+laboratorio", laboratory=True, ca_list=False)


def test_the_wheels_are_those_that_are_tested() -> None:
    tested = dict(LOCKED.findall((ROOT / "requirements.lock").read_text("utf-8")))
    shipped = dict(LOCKED.findall(fetch.LOCK.read_text("utf-8")))
    assert shipped.items() <= tested.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[<>=]", each)[0].lower() for each in project["dependencies"]}
    assert wanted - shipped.keys() == {"pykcs11"}
    assert INPUTS["pykcs11"]["file"] == f"pykcs11-{tested['pykcs11']}.tar.gz"
    assert shipped.keys() == sbom._LICENCES.keys()


def test_another_file_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    entry = {**INPUTS["pykcs11"], "file": "pykcs11.tar.gz"}
    (tmp_path / "pykcs11.tar.gz").write_bytes(b"another")
    with pytest.raises(fetch.WrongInput, match=INPUTS["pykcs11"]["sha256"]):
        fetch.pinned(entry, tmp_path)


def test_a_release_without_a_pin_is_refused(tmp_path: Path) -> None:
    given = tmp_path / "python-3.13.9-embed-amd64.zip"
    given.write_bytes(b"PK")
    with pytest.raises(fetch.WrongInput):
        fetch.check(given, INPUTS["runtime"]["release"]["sha256"])


def test_versions() -> None:
    assert source.version() == __version__
    assert launcher.numbers("0.1.0+laboratorio") == "0,1,0,0"
    assert launcher.numbers("12.3") == "12,3,0,0"


def test_a_laboratory_s_build_says_so(tmp_path: Path, stage: assemble.Stage) -> None:
    source.copy(tmp_path / "a3check", stage.version, None)
    said = (tmp_path / "a3check" / "__init__.py").read_text("utf-8")
    assert f'__version__ = "{__version__}+{source.LABORATORY}"' in said
    assert (tmp_path / "a3check" / "resources" / "pt_BR.toml").is_file()
    assert not (tmp_path / "a3check" / "resources" / "cas").exists()
    assert stage.name == "a3check-0.1.0-laboratorio"


@pytest.mark.parametrize(
    ("version", "laboratory", "ca_list", "refused"),
    [
        ("0.1.0+laboratorio", True, True, "laboratory"),
        ("0.1.0+laboratorio", False, True, "laboratory"),
        ("0.1.0", True, True, "laboratory"),
        ("0.1.0", False, False, "list of CAs"),
        ("0.1.0", False, True, ""),
    ],
)
def test_who_is_signed(
    stage: assemble.Stage, version: str, laboratory: bool, ca_list: bool, refused: str
) -> None:
    facts = {"version": version, "laboratory": laboratory, "ca_list": ca_list}
    (stage.folder / "licencas" / "montagem.json").write_text(json.dumps(facts), "utf-8")
    if not refused:
        sign.refuse(stage.folder)
        return
    with pytest.raises(signature.NotSigned, match=refused):
        sign.refuse(stage.folder)


def test_the_portable_copy_is_the_same_bytes_twice(tmp_path: Path, stage: assemble.Stage) -> None:
    first = portable.build(stage, tmp_path / "1").read_bytes()
    (stage.folder / "lib" / "c.pyc").touch()
    again = portable.build(stage, tmp_path / "2")
    assert again.read_bytes() == first
    with zipfile.ZipFile(again) as archive:
        assert f"a3check/{folders.PORTABLE}" in archive.namelist()
        assert "a3check-janela.exe" in archive.read(f"a3check/{folders.PORTABLE}").decode()


def test_the_setup_takes_every_file_to_its_place(stage: assemble.Stage) -> None:
    lines = setup._files(stage.folder).splitlines()
    assert lines[0] == 'SetOutPath "$INSTDIR"'
    assert 'SetOutPath "$INSTDIR\\lib\\a"' in lines
    assert sum(line.startswith("File ") for line in lines) == 4


def test_a_setup_that_was_cut_short_is_not_there(
    tmp_path: Path, stage: assemble.Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(command: list[str], **_: object) -> str:
        (name,) = (word.removeprefix("-DNAME=") for word in command if "-DNAME=" in word)
        Path(f"{name}.exe").write_bytes(b"MZ and no end")
        raise SystemExit("makensis did not end")

    monkeypatch.setattr(tools, "find", lambda name: name)
    monkeypatch.setattr(tools, "run", stop)
    with pytest.raises(SystemExit):
        setup.build(stage, tmp_path / "work", tmp_path / "target")
    assert not list((tmp_path / "target").iterdir())


def test_the_list_of_parts_is_the_same_twice(tmp_path: Path, stage: assemble.Stage) -> None:
    runtime = stage.folder / "runtime"
    runtime.mkdir()
    for name in ("python313.dll", "vcruntime140.dll"):
        (runtime / name).write_bytes(b"MZ")
    (runtime / "libcrypto-3.dll").write_bytes(b"MZ OpenSSL 3.0.15 3 Sep 2024")
    first = sbom.build(stage, INPUTS, "3.13.2", tmp_path / "1")
    parts = {part["name"]: part for part in json.loads(first.read_text("utf-8"))["components"]}
    assert parts["OpenSSL"]["version"] == "3.0.15"
    assert {"CPython", "pykcs11", "pyside6-essentials", "vcruntime140.dll"} <= parts.keys()
    assert sbom.build(stage, INPUTS, "3.13.2", tmp_path / "2").read_bytes() == first.read_bytes()
    other = sbom.build(replace(stage, version="0.2.0"), INPUTS, "3.13.2", tmp_path / "3")
    assert other.read_bytes() != first.read_bytes()


@pytest.mark.parametrize("builder", [SdistBuilder, WheelBuilder])
def test_nobody_walks_where_wine_links_to_the_whole_disk(
    builder: type[SdistBuilder] | type[WheelBuilder],
) -> None:
    config = builder(str(ROOT)).config
    for folder in ("build", "dist", ".venv"):
        assert config.directory_is_excluded(folder, "")
    assert not config.directory_is_excluded("src", "")


def test_exit_codes_and_options_are_documented() -> None:
    script = (launcher.WINDOWS / "a3check.nsi").read_text("utf-8")
    page = (ROOT / "docs" / "instalacao.md").read_text("utf-8")
    codes = re.findall(
        r"^!define (?:OLD_WINDOWS|OPEN|NO_RIGHTS|NOT_WRITTEN) (\d+)", script, re.MULTILINE
    )
    assert len(codes) == 4
    assert all(f"| {code} |" in page for code in codes)
    options = set(re.findall(r'GetOptions} \$\d "(/\w+)"', script))
    wanted = {"/AllUsers", "/CurrentUser", "/Close", "/Desktop", "/NoReports", "/Dados"}
    assert options == wanted
    assert all(f"`{option}`" in page for option in options)


def test_no_other_kind_of_file_is_taken_over() -> None:
    script = (launcher.WINDOWS / "a3check.nsi").read_text("utf-8")
    written = re.findall(r'WriteRegStr SHCTX "\$\{CLASSES\}\\(\.\w+)(\S*)" "(\S*)"', script)
    theirs = {(kind, key, name) for kind, key, name in written if kind != ".a3check"}
    assert theirs == {
        (".zip", "\\OpenWithProgids", "${REPORT}"),
        (".json", "\\OpenWithProgids", "${REPORT}"),
    }
    entry = (deb.LINUX / "a3check.desktop").read_text("utf-8")
    (types,) = re.findall(r"^MimeType=(.*)$", entry, re.MULTILINE)
    kinds = (deb.LINUX / "a3check.xml").read_text("utf-8")
    assert re.findall('mime-type type="(.*?)"', kinds) == [types.removesuffix(";")]
    assert re.findall('pattern="(.*?)"', kinds) == ["*.a3check"]
    told = (deb.LINUX / "a3check.metainfo.xml").read_text("utf-8")
    assert re.findall("<mediatype>(.*?)</mediatype>", told) == [types.removesuffix(";")]


def test_what_the_desktops_call_opens_the_file() -> None:
    script = (launcher.WINDOWS / "a3check.nsi").read_text("utf-8")
    commands = set(re.findall(r"""'"\$INSTDIR\\\$\{WINDOW\}" (.*)'""", script))
    assert commands == {'abrir "%1"'}
    entry = (deb.LINUX / "a3check.desktop").read_text("utf-8")
    (command,) = re.findall(r"^Exec=a3check (.*)$", entry, re.MULTILINE)
    assert command == "abrir %f"
    assert parse(("abrir", "C:\\x y.a3check")).arquivo == "C:\\x y.a3check"
    assert parse(("abrir",)).arquivo is None


def test_the_package_for_debian_is_for_every_python_that_it_names() -> None:
    text = (deb.LINUX / "control").read_text("utf-8")
    assert "Recommends: pcscd" in text
    assert "python3 (>= @PYTHON@), python3 (<< @NEXT@)" in text
    locked = (ROOT / "requirements.lock").read_text("utf-8")
    entries = compiled.locked(locked)
    assert [entry.partition("==")[0] for entry in entries] == ["cffi", "pykcs11"]
    assert all(entry.count("--hash=sha256:") > len(compiled.PYTHONS) for entry in entries)
    assert f"pyscard=={INPUTS['pyscard']['file'][8:-7]} " in locked
    assert INPUTS["pyscard"]["sha256"] in locked


def test_a_wheel_in_the_cache_that_is_not_the_pinned_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bring(python: str, _lock: Path, target: Path) -> None:
        (target / f"cffi-{python}.whl").write_bytes(b"another")

    monkeypatch.setattr(fetch, "linux_wheels", bring)
    with pytest.raises(fetch.WrongInput, match=r"not in requirements\.lock"):
        compiled.add(INPUTS, tmp_path, tmp_path / "work", tmp_path / "library")
    assert not (tmp_path / "library").exists()


def test_what_was_compiled_for_one_python_is_not_taken_from_this_one(tmp_path: Path) -> None:
    deb._copy_package("cffi", tmp_path)
    assert (tmp_path / "cffi" / "api.py").is_file()
    assert not list(tmp_path.glob("_cffi_backend*"))


@pytest.mark.skipif(shutil.which("readelf") is None, reason="binutils are not installed here")
def test_the_package_depends_on_what_its_libraries_are_linked_with(tmp_path: Path) -> None:
    shutil.copy(next(Path(shiboken6.__file__).parent.glob("Shiboken*.so")), tmp_path)
    with pytest.raises(fetch.WrongInput, match=r"knows no package of libshiboken6\.abi3\.so"):
        linked.packages(tmp_path)
    shutil.copy(next(Path(shiboken6.__file__).parent.glob("libshiboken6*")), tmp_path)
    assert {"libc6 (>= 2.34)", "libstdc++6"} <= set(linked.packages(tmp_path))


def test_a_laboratory_s_package_is_older_than_the_release() -> None:
    assert source.shown(laboratory=True).replace("+", "~") == f"{__version__}~laboratorio"
    assert source.shown(laboratory=False) == __version__
    assert deb.maintainer() == "a3check <a3check@invalid>"
