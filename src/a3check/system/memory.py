"""Where are the settings kept between two starts?"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from a3check.core.settings import Settings, document_of, settings_of
from a3check.system import folders, lockfile

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from pathlib import Path

    from a3check.core.ports import JSON

logger = logging.getLogger(__name__)

LARGEST = 64 * 1024
"""Bytes; ours has some hundred, and a larger one is not ours."""


class SettingsFile:
    """``settings.json`` in a folder of the user's; nothing raises.

    Each window writes all that it knows at once, the last one stays; keys of a later version
    are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self) -> Settings:
        """Return what was remembered; defaults where nothing was, or where it cannot be read."""
        return settings_of(self._read())

    def save(self, settings: Settings) -> bool:
        """Remember; tell whether it could be written."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with lockfile.held(self._path.with_suffix(".lock")):
                kept = json.dumps(_merged(self._read(), document_of(settings)))
                folders.write(self._path, kept.encode())
        except OSError as error:
            logger.warning("the settings cannot be written: %s", type(error).__name__)
            return False
        return True

    @property
    def _path(self) -> Path:
        return self.folder / "settings.json"

    def _read(self) -> dict[str, JSON]:
        try:
            with self._path.open("rb") as file:
                content = file.read(LARGEST + 1)
            table = json.loads(content) if len(content) <= LARGEST else None
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            logger.warning("the settings cannot be read: %s", type(error).__name__)
            return {}
        if not isinstance(table, dict):
            logger.warning("the settings' file holds no settings")
            return {}
        return table


def _merged(before: dict[str, JSON], now: dict[str, JSON]) -> dict[str, JSON]:
    """Put what is known now over what was kept, table by table."""
    merged = {**before, **now}
    for name, value in now.items():
        former = before.get(name)
        if isinstance(value, dict) and isinstance(former, dict):
            merged[name] = {**former, **value}
    return merged
