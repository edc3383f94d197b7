"""Which library is missing, and what a file says of itself."""

from pathlib import Path

import pytest
from tests.unit.probes import pe

from a3check.core.cryptoki import FileVersion, HeaderFault, Signed
from a3check.probes import authenticode, dependencies, dossier, header

WANTED = header.Target("pe", "x86 64")


def _placed(folder: Path, **files: bytes) -> None:
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.dll").write_bytes(data)


def _absent(tmp_path: Path) -> tuple[str, ...]:
    own, system = tmp_path / "own", tmp_path / "System32"
    return dossier.absent(own / "module.dll", (own, system), WANTED)


def test_what_lies_nowhere_is_named(tmp_path: Path) -> None:
    module = pe.library("kernel32.dll", "beside.dll", "api-ms-win-crt-heap-l1-1-0.dll", "a.dll")
    _placed(tmp_path / "own", module=module, beside=pe.library("deep.dll", "KERNEL32.dll"))
    _placed(tmp_path / "System32", kernel32=pe.library("ext-ms-win-x.dll"))
    assert _absent(tmp_path) == ("a.dll", "deep.dll")


def test_one_for_another_processor_is_none(tmp_path: Path) -> None:
    _placed(tmp_path / "own", module=pe.library("b.dll"), b=pe.library(machine=pe.I386))
    assert _absent(tmp_path) == ("b.dll",)


def test_what_may_come_through_a_manifest_is_named_last(tmp_path: Path) -> None:
    _placed(tmp_path / "own", module=pe.library("MSVCR90.dll", "c.dll"))
    assert _absent(tmp_path) == ("c.dll",)
    _placed(tmp_path / "own", c=pe.library())
    assert _absent(tmp_path) == ("MSVCR90.dll",)


def test_a_module_that_is_gone_lacks_nothing(tmp_path: Path) -> None:
    assert _absent(tmp_path) == ()


def test_a_ring_and_a_crowd_come_to_an_end() -> None:
    ring = {"a.dll": pe.library("b.dll"), "b.dll": pe.library("a.dll")}
    assert dependencies.missing(pe.library("a.dll"), ring.get) == ()
    crowd = pe.library(*(f"{n}.dll" for n in range(dependencies.MOST + 5)))
    assert len(dependencies.missing(crowd, lambda _: None)) == dependencies.MOST


def test_where_libraries_are_looked_for() -> None:
    path = Path("/programas/m.dll")
    places = dossier.folders(path, {"SystemRoot": "/w"})
    assert places == (Path("/programas"), Path("/w/System32"))
    assert dossier.folders(path, {})[1].name == "System32"


def test_elsewhere_a_file_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "m.dll"
    path.write_bytes(pe.library("a.dll", texts={"CompanyName": "Casa"}))
    assert dossier.version(path) == FileVersion()
    assert dossier.missing(path) == ()
    assert authenticode.verify(str(path)) == (Signed.UNTOLD, "")


@pytest.mark.parametrize(
    ("hybrid", "wanted", "may"), [(7, "x86 64", True), (0, "x86 64", False), (7, "x86 32", False)]
)
def test_a_file_for_arm_with_code_for_x64(
    tmp_path: Path, hybrid: int, wanted: str, may: bool
) -> None:
    path = tmp_path / "m.dll"
    path.write_bytes(pe.library(machine=pe.ARM64, hybrid=hybrid))
    assert dossier.hybrid(path, HeaderFault(True, "ARM 64", wanted)) is may
    assert not dossier.hybrid(tmp_path / "gone.dll", HeaderFault(True, "ARM 64", wanted))


def test_this_process_s_processor() -> None:
    assert header.own_machine("linux")
    assert header.own_machine("win32")
