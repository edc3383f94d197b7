"""What the product reads in the lists of programs and of cards, once in each view of the registry.

Puts invented entries there, reads them, and takes them away again.
"""

from __future__ import annotations

import json
import sys
import winreg

assert sys.platform == "win32"

sys.path[:0] = sys.argv[1:3]

from a3check.system import installed  # noqa: E402 - its folder is an argument

PROGRAMS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
CARDS = r"SOFTWARE\Microsoft\Cryptography\Calais\SmartCards"
ATR = bytes.fromhex("3BF99600008131FE4553434537200E00202028")
VIEWS = ((winreg.KEY_WOW64_64KEY, "64"), (winreg.KEY_WOW64_32KEY, "32"))

for view, bits in VIEWS:
    access = winreg.KEY_ALL_ACCESS | view
    with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, rf"{PROGRAMS}\a3lab", 0, access) as key:
        winreg.SetValueEx(key, "DisplayName", 0, winreg.REG_SZ, f"SafeSign Invento {bits}x")
    with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, rf"{CARDS}\a3lab", 0, access) as key:
        winreg.SetValueEx(key, "ATR", 0, winreg.REG_BINARY, ATR)
        winreg.SetValueEx(key, "80000001", 0, winreg.REG_SZ, f"invento{bits}.dll")
found = installed.read()
for view, _ in VIEWS:
    for folder in (PROGRAMS, CARDS):
        winreg.DeleteKeyEx(winreg.HKEY_LOCAL_MACHINE, rf"{folder}\a3lab", view)
sizes = sorted((p.name, p.bits) for p in found.programs if "Invento" in p.name)
sys.stdout.write(json.dumps({"programs": sizes, "cards": found.registered(ATR)}))
