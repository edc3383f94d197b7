"""The settings' file: damaged, strange, shared, or not to be written."""

import json
import logging
import threading
from pathlib import Path

import pytest

from a3check.core.settings import Place, Settings
from a3check.core.wishes import Form
from a3check.system.memory import LARGEST, SettingsFile

FILLED = Settings(Place("Cidade Inventada", "AM", "Prefeitura Inventada"), Form.CARD)


def test_what_is_saved_is_loaded_and_private(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "data")
    assert file.load() == Settings()
    assert file.save(FILLED)
    assert SettingsFile(tmp_path / "data").load() == FILLED
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "settings.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"place": {"municipality": "C',
        b"[" * 50_000,
        b'{"form": "card"}' + b" " * LARGEST,
    ],
)
def test_a_damaged_file_is_the_defaults_and_a_line_in_the_log(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    file = SettingsFile(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert file.load() == Settings()
    assert "settings" in caplog.text
    assert file.save(FILLED)
    assert file.load() == FILLED


def test_keys_of_a_later_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": "dark", "place": {"state": "PA", "zip": "69000"}}))
    file = SettingsFile(tmp_path)
    assert file.load() == Settings(Place(state="PA"))
    assert file.save(FILLED)
    kept = json.loads(path.read_text("utf-8"))
    assert (kept["theme"], kept["place"]["zip"], kept["place"]["state"]) == ("dark", "69000", "AM")


def test_what_cannot_be_written_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "settings.json").mkdir()
    with caplog.at_level(logging.WARNING):
        assert not SettingsFile(tmp_path).save(FILLED)
        assert SettingsFile(tmp_path).load() == Settings()
    assert "Cidade" not in caplog.text


def test_two_windows_leave_one_whole_file(tmp_path: Path) -> None:
    ready = threading.Barrier(8)
    wished = [Settings(Place(f"Cidade {number}" * 9)) for number in range(8)]

    def keep(settings: Settings) -> None:
        ready.wait()
        for _ in range(10):
            assert SettingsFile(tmp_path).save(settings)
            assert SettingsFile(tmp_path).load() in wished

    threads = [threading.Thread(target=keep, args=(settings,)) for settings in wished]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert SettingsFile(tmp_path).load() in wished
    assert sorted(p.name for p in tmp_path.iterdir()) == ["settings.json", "settings.lock"]
