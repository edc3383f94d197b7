"""Which PKCS#11 modules exist, in trees of our own."""

from pathlib import Path

import pytest

from a3check.core.knowledge import Confidence, KnownDriver, ProductKind
from a3check.core.profile import DriverWishes
from a3check.system import modules


def _row(
    key: str, path: str, arch: str = "x86_64", **more: Confidence | ProductKind
) -> KnownDriver:
    kind = more.get("kind", ProductKind.TOKEN)
    confidence = more.get("confidence", Confidence.HIGH)
    assert isinstance(kind, ProductKind)
    assert isinstance(confidence, Confidence)
    return KnownDriver(key, key.title(), "Fabricante", kind, "linux", arch, path, confidence)


def _file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x7fELF")
    path.chmod(0o644)
    return path


def _found(
    tmp_path: Path, rows: list[KnownDriver], wishes: DriverWishes | None = None
) -> list[str]:
    found = modules.existing(
        wishes or DriverWishes(),
        rows,
        "x86_64",
        lambda path: f"{tmp_path}{path}",
        modules.unsafe_by_mode,
    )
    return [Path(c.path).relative_to(tmp_path).as_posix() for c in found]


def test_one_a_product_the_first_that_exists(tmp_path: Path) -> None:
    for name in ("usr/lib/b.so", "usr/lib/c.so", "usr/lib/z.so"):
        _file(tmp_path / name)
    rows = [_row("x", f"/usr/lib/{n}.so") for n in "abc"] + [_row("z", "/usr/lib/z.so")]
    assert _found(tmp_path, rows) == ["usr/lib/b.so", "usr/lib/z.so"]


def test_what_is_no_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "folder.so").mkdir()
    (tmp_path / "dangling.so").symlink_to(tmp_path / "gone.so")
    (tmp_path / "loop.so").symlink_to(tmp_path / "loop.so")
    rows = [_row(n, f"/{n}.so") for n in ("folder", "dangling", "loop", "absent")]
    assert _found(tmp_path, rows) == []


def test_one_file_under_two_names_is_listed_once(tmp_path: Path) -> None:
    _file(tmp_path / "real.so")
    (tmp_path / "link.so").symlink_to(tmp_path / "real.so")
    assert _found(tmp_path, [_row("a", "/link.so"), _row("b", "/real.so")]) == ["link.so"]


def test_another_processor_only_where_there_is_none_of_ours(tmp_path: Path) -> None:
    for name in ("32.so", "64.so", "only32.so"):
        _file(tmp_path / name)
    rows = [_row("a", "/32.so", "x86"), _row("a", "/64.so"), _row("b", "/only32.so", "x86")]
    assert _found(tmp_path, rows) == ["64.so", "only32.so"]


def test_an_open_version_takes_the_highest(tmp_path: Path) -> None:
    for name in ("lib.so.3.1", "lib.so.3.2"):
        _file(tmp_path / name)
    assert _found(tmp_path, [_row("a", "/lib.so.3.*"), _row("b", "/none.*")]) == ["lib.so.3.2"]


def test_badly_attested_and_test_modules_are_left_alone(tmp_path: Path) -> None:
    _file(tmp_path / "low.so")
    _file(tmp_path / "soft.so")
    rows = [
        _row("a", "/low.so", confidence=Confidence.LOW),
        _row("b", "/soft.so", kind=ProductKind.TEST),
    ]
    assert _found(tmp_path, rows) == []
    named = DriverWishes((str(tmp_path / "soft.so"),))
    assert _found(tmp_path, rows, named) == ["soft.so"]


def test_the_profile_s_come_first_or_alone(tmp_path: Path) -> None:
    mine, known = _file(tmp_path / "mine.so"), _file(tmp_path / "known.so")
    rows = [_row("k", "/known.so"), _row("m", "/mine.so")]
    asked = (str(mine), str(tmp_path / "gone.so"), "relative.so", str(mine))
    assert _found(tmp_path, rows, DriverWishes(asked)) == ["mine.so", "known.so"]
    assert _found(tmp_path, rows, DriverWishes(asked, only_these=True)) == ["mine.so"]
    assert known.exists()


def test_a_candidate_carries_the_catalogue_s_words(tmp_path: Path) -> None:
    path = _file(tmp_path / "agent.so")
    found = modules.existing(
        DriverWishes(),
        [_row("nuvem", str(path), kind=ProductKind.CLOUD)],
        "x86_64",
        str,
        lambda _: True,
    )
    assert (found[0].product_key, found[0].product, found[0].maker) == (
        "nuvem",
        "Nuvem",
        "Fabricante",
    )
    assert found[0].cloud
    assert found[0].unsafe


@pytest.mark.parametrize(
    ("loosen", "unsafe"),
    [("", False), ("lib/m.so", True), ("lib", True), ("other/real.so", True), (".", True)],
)
def test_unsafe_by_mode(tmp_path: Path, loosen: str, unsafe: bool) -> None:
    top = tmp_path / "top"
    _file(top / "lib/m.so")
    _file(top / "other/real.so")
    for folder in (".", "lib", "other"):
        (top / folder).chmod(0o755)
    target = top / "lib/m.so"
    if loosen.startswith("other"):
        target.unlink()
        target.symlink_to(top / "other/real.so")
    if loosen:
        (top / loosen).chmod(0o777)
    assert modules.unsafe_by_mode(str(target)) is unsafe


def test_a_sticky_folder_above_is_no_danger(tmp_path: Path) -> None:
    path = _file(tmp_path / "shared/lib/m.so")
    path.parent.chmod(0o755)
    (tmp_path / "shared").chmod(0o1777)
    assert not modules.unsafe_by_mode(str(path))
    assert not modules.unsafe_by_mode(str(tmp_path / "shared/lib/absent/m.so"))


def test_a_module_that_is_not_there_is_logged_without_its_folders(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = tmp_path / "maria" / "gone.so"
    assert _found(tmp_path, [], DriverWishes((str(home),))) == []
    assert "gone.so" in caplog.text
    assert "maria" not in caplog.text
