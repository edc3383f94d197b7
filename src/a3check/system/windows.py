"""This computer, where it runs Windows."""

import ctypes
import locale
import os
import platform
import re
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from a3check.core import knowledge
from a3check.core.computer import Computer, Session, Store, UsbDevice
from a3check.core.cryptoki import Candidate
from a3check.core.profile import DriverWishes
from a3check.core.software import Installed
from a3check.system import (
    authorities,
    guarded,
    installed,
    modules,
    registry,
    usb,
    windows_facts,
    zone,
)
from a3check.system.registry import Data, Hive

_VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_CALAIS = r"SOFTWARE\Microsoft\Cryptography\Calais"
_ZONE = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation"
_SM_REMOTESESSION = 0x1000
_OLDEST_MAJOR = 10
_WINDOWS_11_BUILD = 22000
# the first revisions with the change for CVE-2024-30098 (14 October 2025; KB5066835, KB5066793,
# KB5066791 and the like); later builds were born with it
_CHANGED = {19044: 6456, 19045: 6456, 22621: 6060, 22631: 6060, 26100: 6899, 26200: 6899}
_CHANGED_FROM_BUILD = 26201
_VARIABLE = re.compile("%([^%]+)%")


class Windows:
    """Implements :class:`a3check.core.ports.System`; ``environment`` for tests."""

    def __init__(
        self,
        wishes: DriverWishes,
        extra_cas: tuple[str, ...] = (),
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._wishes = wishes
        self._extra_cas = extra_cas
        self._environment = os.environ if environment is None else environment

    def computer(self) -> Computer:
        """Describe it: edition, session, language, policies, the move to KSP, what is around."""
        version = registry.values(Hive.MACHINE, _VERSION)
        major, build = _version()
        remote_by = windows_facts.remote_by(self._environment, _session(), remote=_is_remote())
        return Computer(
            system=system_name(version, build),
            arch=_arch(),
            session=Session.REMOTE if remote_by else Session.LOCAL,
            locale=locale.getlocale()[0] or "",
            supported=major >= _OLDEST_MAJOR,
            csp_to_ksp_change=moved_to_ksp(build, version.get("UBR")) and _csp_only_installed(),
            switched_back=_switched_back(),
            rules=windows_facts.rules(),
            time_service=windows_facts.time_service(),
            around=windows_facts.surroundings(remote_by),
        )

    def zone(self) -> tuple[str, bool]:
        """Return the zone's key name (``E. South America Standard Time``) and if it is ours."""
        key = registry.values(Hive.MACHINE, _ZONE).get("TimeZoneKeyName")
        # some Windows leave rubbish behind the text's end
        name = key.partition("\0")[0] if isinstance(key, str) and key else time.tzname[0]
        return name, zone.brazilian(name, datetime.now().astimezone().utcoffset())

    def usb(self) -> tuple[UsbDevice, ...]:
        """List the USB devices that are plugged in."""
        return usb.from_windows()

    def modules(self) -> tuple[Candidate, ...]:
        """List the PKCS#11 modules that exist, the profile's first."""
        return modules.existing(
            self._wishes,
            (*knowledge.drivers("windows"), *installed.places(installed.read().programs)),
            _process_arch(),
            lambda path: expand(path, self._environment),
            lambda path: unsafe(path, self._environment),
        )

    def installed(self) -> Installed:
        """Read the lists of programs and of cards, both views of the registry."""
        return installed.read()

    def key_providers(self) -> tuple[str, ...]:
        """Name the key providers that are registered here."""
        return windows_facts.key_providers()

    def store(self, certificate: bytes, modules: Sequence[str]) -> tuple[Store, ...]:  # noqa: ARG002 - of the Protocol
        """Show none by files: the store that Chrome and Edge read is asked in a probe.

        Its providers are vendor code (``core.store_key``).
        """
        return ()

    def shipped_roots(self) -> frozenset[str] | None:
        """Tell nothing: whence a root came to the stores is not read yet."""
        return None

    def ca_certificates(self) -> tuple[bytes, ...]:
        """Read more CA certificates: the profile's, the user's cache, the bundle."""
        return authorities.ca_certificates(self._extra_cas)


def system_name(version: Mapping[str, Data], build: int) -> str:
    """Name it as its owner does (``Windows 11 23H2``).

    The registry's ProductName still says "Windows 10" on Windows 11, so the build decides.
    """
    product = str(version.get("ProductName") or "Windows")
    if build >= _WINDOWS_11_BUILD and "Server" not in product:
        product = product.replace("Windows 10", "Windows 11")
    release = str(version.get("DisplayVersion") or version.get("ReleaseId") or "")
    return f"{product} {release}".rstrip()


def expand(path: str, environment: Mapping[str, str]) -> str:
    """Replace ``%VARIABLES%`` (any case); empty where one is not set or no path is known."""
    folded = {name.upper(): value for name, value in environment.items()}
    known = all(name.upper() in folded for name in _VARIABLE.findall(path))
    return _VARIABLE.sub(lambda m: folded[m.group(1).upper()], path) if known else ""


def unsafe(path: str, environment: Mapping[str, str]) -> bool:
    """Tell whether any user may replace a file: by the access lists, else by its place."""
    told = guarded.replaceable(path)
    return unsafe_by_place(path, environment) if told is None else told


def unsafe_by_place(path: str, environment: Mapping[str, str]) -> bool:
    r"""Tell whether a file lies outside the folders that only administrators write to.

    Those are Windows' own and the program folders; elsewhere ``C:\`` lets any user make folders.
    It is what remains where the access lists cannot be read.
    """
    guarded = ("SystemRoot", "ProgramFiles", "ProgramFiles(x86)", "ProgramW6432")
    folded = {name.upper(): value for name, value in environment.items()}
    folders = [folded[name.upper()] for name in guarded if folded.get(name.upper())]
    plain = path.replace("/", "\\").casefold()
    return not any(plain.startswith(f.rstrip("\\").casefold() + "\\") for f in folders)


def _switched_back() -> bool:
    """Tell whether the way back is taken (KB5073121), which Microsoft said to take away again.

    It was announced for April 2026; whether a Windows still heeds it is not told by its number.
    """
    return registry.values(Hive.MACHINE, _CALAIS).get("DisableCapiOverrideForRSA") == 0


def moved_to_ksp(build: int, revision: Data) -> bool:
    """Tell by build and revision whether a Windows has the change of October 2025."""
    if build >= _CHANGED_FROM_BUILD:
        return True
    needed = _CHANGED.get(build)
    return needed is not None and isinstance(revision, int) and revision >= needed


def _csp_only_installed() -> bool:
    cards = rf"{_CALAIS}\SmartCards"
    names = registry.subkeys(Hive.MACHINE, cards)
    return any(
        installed.csp_only(registry.values(Hive.MACHINE, rf"{cards}\{name}")) for name in names
    )


def _is_remote() -> bool:
    remote = False
    if sys.platform == "win32":
        remote = bool(ctypes.windll.user32.GetSystemMetrics(_SM_REMOTESESSION))
    return remote


def _session() -> int | None:
    """Return the number of this process's session; nothing where Windows does not tell."""
    session = None
    if sys.platform == "win32":
        number = ctypes.c_uint32()
        if ctypes.windll.kernel32.ProcessIdToSessionId(os.getpid(), ctypes.byref(number)):
            session = number.value
    return session


def _version() -> tuple[int, int]:
    major, build = 0, 0
    if sys.platform == "win32":
        version = sys.getwindowsversion()
        major, build = version.major, version.build
    return major, build


def _process_arch() -> str:
    """Name the processor of this process: on Windows for ARM it may be another than the PC's."""
    machine = sysconfig.get_platform().partition("-")[2]
    return {"amd64": "x86_64", "": "x86"}.get(machine, machine)


def _arch() -> str:
    return platform.machine().lower().replace("amd64", "x86_64")
