"""Which parts of the world a run gets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from a3check import world
from a3check.core.profile import builtin
from a3check.core.store_key import NoStore
from a3check.core.wishes import Wishes
from a3check.probes.store_keys import ProbedStoreKeys

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("platform", "asked"), [("win32", True), ("linux", False)])
def test_windows_alone_has_its_stores_asked(
    platform: str, asked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(world, "sys", SimpleNamespace(platform=platform))
    made = world.assemble(builtin(), Wishes(), Mock())
    try:
        keys = made.ports.store_keys
        assert isinstance(keys, ProbedStoreKeys if asked else NoStore)
        assert keys.available is asked
    finally:
        made.close()
