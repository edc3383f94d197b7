import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from a3check.system import authorities, folders


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    return tmp_path


@pytest.mark.parametrize("folder", [folders.data, folders.cache, folders.logs])
def test_a_folder_of_the_users_own(folder: Callable[[], Path], home: Path) -> None:
    made = folder()
    assert made.is_relative_to(home)
    assert made.stat().st_mode & 0o777 == 0o700
    assert folder() == made


def test_one_key_an_installation() -> None:
    first = folders.key()
    assert (len(first), folders.key()) == (32, first)
    assert (folders.data() / "key").stat().st_mode & 0o777 == 0o600


def test_first_starts_at_the_same_moment_agree_on_the_key() -> None:
    starts = 8
    for _ in range(40):
        ready, keys = threading.Barrier(starts), list[bytes]()

        def start(ready: threading.Barrier = ready, keys: list[bytes] = keys) -> None:
            ready.wait()
            keys.append(folders.key())

        threads = [threading.Thread(target=start) for _ in range(starts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert keys == [folders.key()] * starts
        (folders.data() / "key").unlink()


def test_a_damaged_key_is_made_anew() -> None:
    folders.key()
    (folders.data() / "key").write_bytes(b"short")
    assert len(folders.key()) == 32


def test_a_file_is_written_whole_or_not_at_all(home: Path) -> None:
    path = home / "report"
    folders.write(path, b"one")
    folders.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    folder = home / "folder"
    (folder / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="folder"):
        folders.write(folder, b"three")
    assert sorted(p.name for p in home.iterdir()) == ["folder", "report"]
    with pytest.raises(FileNotFoundError):
        folders.write(home / "none" / "file", b"")


def test_a_portable_copy_keeps_all_beside_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "stick" / "a3check-janela.exe"))
    kept = (folders.data_path, folders.cache_path, folders.logs_path)
    assert not any(path().is_relative_to(tmp_path / "stick") for path in kept)
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / folders.PORTABLE).touch()
    beside = tmp_path / "stick" / "dados"
    assert [path() for path in kept] == [beside, beside / "cache", beside / "logs"]
    assert authorities.cache_folder() == beside / "cache" / "cas"
    assert len(folders.key()) == 32
    assert (beside / "key").is_file()
