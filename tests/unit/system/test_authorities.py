"""CA certificates on this computer."""

from pathlib import Path

import pytest

from a3check.system import authorities


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(authorities, "resource", lambda name: tmp_path / "bundle" / name)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_none_of_the_places_exists(tmp_path: Path) -> None:
    assert authorities.ca_certificates([str(tmp_path / "nenhuma.pem")]) == ()


def test_the_profile_s_then_the_cache_then_the_bundle(tmp_path: Path) -> None:
    assert authorities.cache_folder() == tmp_path / "cache/a3check/cas"
    _put(tmp_path / "bundle/cas/ac.crt", b"bundle")
    _put(tmp_path / "cache/a3check/cas/ac.crt", b"cache")
    _put(tmp_path / "cache/a3check/cas/again.crt", b"given")
    _put(tmp_path / "mine/deep/root.pem", b"folder")
    _put(tmp_path / "one.pem", b"given")
    extra = [str(tmp_path / "one.pem"), str(tmp_path / "mine")]
    assert authorities.ca_certificates(extra) == (b"given", b"folder", b"cache", b"bundle")


def test_what_cannot_be_read_is_skipped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(tmp_path / "cas/bad.crt", b"x")
    _put(tmp_path / "cas/good.crt", b"good")
    _put(tmp_path / "cas/huge.crt", b"long")
    read, limit = Path.read_bytes, 3

    def fail(path: Path) -> bytes:
        if path.name == "bad.crt":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", fail)
    monkeypatch.setattr(authorities, "LARGEST_FILE", limit + 1)
    _put(tmp_path / "cas/huge.crt", b"longer")
    assert authorities.ca_certificates([str(tmp_path / "cas")]) == (b"good",)
    assert "bad.crt" in caplog.text
    assert "huge.crt" in caplog.text
