"""Runs in Windows' Python: puts values into the registry, says what the product reads, puts back.

One argument after the two folders: JSON, ``[[hive, key, name, value], …]`` with text or a number.
"""

from __future__ import annotations

import json
import sys
import winreg
from dataclasses import asdict
from types import ModuleType

assert sys.platform == "win32"

sys.path[:0] = sys.argv[1:3]
sys.modules["_wmi"] = None  # type: ignore[assignment] # Wine 8 has no end of it: platform goes on
sys.modules["platformdirs"] = ModuleType("platformdirs")  # not in this Python; no folder is asked

from a3check.core.profile import DriverWishes  # noqa: E402 - its folder is an argument
from a3check.system.windows import Windows  # noqa: E402 - as above

HIVES = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER}
VIEW = winreg.KEY_WRITE | winreg.KEY_WOW64_64KEY

given = json.loads(sys.argv[3])
for hive, key, name, value in given:
    with winreg.CreateKeyEx(HIVES[hive], key, access=VIEW) as handle:
        kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
        winreg.SetValueEx(handle, name, 0, kind, value)
try:
    system = Windows(DriverWishes())
    told = {"computer": asdict(system.computer()), "providers": system.key_providers()}
    print(json.dumps(told))
finally:
    for hive, key, name, _value in given:
        with winreg.OpenKey(HIVES[hive], key, access=VIEW) as handle:
            winreg.DeleteValue(handle, name)
