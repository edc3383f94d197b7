"""This computer, where it runs Linux."""

import json
import logging
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from a3check.core import knowledge
from a3check.core.computer import Computer, Session, Store, UsbDevice
from a3check.core.cryptoki import Candidate
from a3check.core.profile import DriverWishes
from a3check.core.software import Installed
from a3check.system import authorities, browsers, modules, nss, roots, usb, zone

_log = logging.getLogger(__name__)

_POLICIES = (
    "etc/opt/chrome/policies/managed",
    "etc/chromium/policies/managed",
    "etc/opt/edge/policies/managed",
    "etc/brave/policies/managed",
)
_AUTO_SELECT = "AutoSelectCertificateForUrls"
_REMOTE_VARIABLES = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "XRDP_SESSION", "XRDP_SOCKET_PATH")


class Linux:
    """Implements :class:`a3check.core.ports.System`; ``root`` and ``environment`` for tests."""

    def __init__(
        self,
        wishes: DriverWishes,
        extra_cas: tuple[str, ...] = (),
        *,
        root: Path = Path("/"),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._wishes = wishes
        self._extra_cas = extra_cas
        self._root = root
        self._environment = os.environ if environment is None else environment

    def computer(self) -> Computer:
        """Describe it: distribution, processor, session, language, browsers' policies."""
        return Computer(
            system=self._distribution(),
            arch=_arch(),
            session=Session.REMOTE if self._remote() else Session.LOCAL,
            locale=self._locale(),
            certificate_policy=self._certificate_policy(),
        )

    def zone(self) -> tuple[str, bool]:
        """Return the zone's name (TZ, else where ``/etc/localtime`` points) and if it is ours."""
        name = self._zone_name()
        return name, zone.brazilian(name, datetime.now().astimezone().utcoffset())

    def usb(self) -> tuple[UsbDevice, ...]:
        """List the USB bus from sysfs."""
        return usb.from_sysfs(self._below(usb.SYSFS))

    def modules(self) -> tuple[Candidate, ...]:
        """List the PKCS#11 modules that exist, the profile's first."""
        return modules.existing(
            self._wishes,
            knowledge.drivers("linux"),
            _arch(),
            lambda path: str(self._below(Path(path))),
            modules.unsafe_by_mode,
        )

    def installed(self) -> Installed:
        """Name nothing: a maker's package holds the module itself."""
        return Installed()

    def key_providers(self) -> tuple[str, ...]:
        """Name none: keys are modules' here."""
        return ()

    def store(self, certificate: bytes, modules: Sequence[str]) -> tuple[Store, ...]:  # noqa: ARG002 - of the Protocol
        """Tell whether the browsers know a module that shows the token, or live in a sandbox.

        Browsers here keep no copy of a token's certificate: they read it through the module.
        """
        places = self._places()
        loaded = {
            browsers.Engine.FIREFOX: nss.firefox(places),
            browsers.Engine.CHROMIUM: nss.chromium(places),
        }
        seen = browsers.look(self._root, places.home)
        return browsers.judge(seen, loaded, modules, str(nss.database(places)))

    def shipped_roots(self) -> frozenset[str] | None:
        """Return the roots of the distribution's own package; nothing where none is known."""
        return roots.shipped(self._root)

    def ca_certificates(self) -> tuple[bytes, ...]:
        """Read more CA certificates: the profile's, the user's cache, the bundle."""
        return authorities.ca_certificates(self._extra_cas)

    def _places(self) -> nss.Places:
        """Return where browsers' files lie (XDG Base Directory: only absolute paths count)."""
        home = Path(self._environment.get("HOME", "/nonexistent"))
        settings, data = home / ".config", home / ".local/share"
        named = (self._environment.get(f"XDG_{name}_HOME", "") for name in ("CONFIG", "DATA"))
        given = [Path(path) if Path(path).is_absolute() else None for path in named]
        return nss.Places(self._root, home, given[0] or settings, given[1] or data)

    def _below(self, path: Path) -> Path:
        return self._root.joinpath(*path.parts[1:])

    def _distribution(self) -> str:
        for name in ("etc/os-release", "usr/lib/os-release"):
            pretty = _assigned(self._root / name).get("PRETTY_NAME")
            if pretty:
                return pretty
        return f"Linux {platform.release()}"

    def _remote(self) -> bool:
        environment = self._environment
        if any(environment.get(name) for name in _REMOTE_VARIABLES):
            return True
        # X11 over the network: "host:10.0"; a local display has no host
        if environment.get("DISPLAY", "").partition(":")[0] not in {"", "unix"}:
            return True
        session = environment.get("XDG_SESSION_ID") or self._audit_session()
        if not session.isalnum():
            return False
        # sd-login's own file (sd_session_is_remote): no service has to answer
        return _assigned(self._root / "run/systemd/sessions" / session).get("REMOTE") == "1"

    def _audit_session(self) -> str:
        try:
            return (self._root / "proc/self/sessionid").read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _locale(self) -> str:
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            value = self._environment.get(name, "").partition(".")[0].partition("@")[0]
            if value:
                return value
        return "C"

    def _zone_name(self) -> str:
        name = self._environment.get("TZ", "").removeprefix(":")
        if name:
            return name.partition("/zoneinfo/")[2] or name
        link = self._root / "etc/localtime"
        target = os.path.realpath(link)
        inside = target.partition("/zoneinfo/")[2]
        if inside:
            return inside.removeprefix("posix/").removeprefix("right/")
        try:
            return (self._root / "etc/timezone").read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _certificate_policy(self) -> bool:
        return any(_chooses(path) for f in _POLICIES for path in (self._root / f).glob("*.json"))


def _arch() -> str:
    return platform.machine().lower().replace("amd64", "x86_64")


def _chooses(path: Path) -> bool:
    try:
        policy = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        _log.info("a browser's policy cannot be read: %s: %s", path.name, type(error).__name__)
        return False
    return isinstance(policy, dict) and bool(policy.get(_AUTO_SELECT))


def _assigned(path: Path) -> dict[str, str]:
    """Read a file of NAME=value lines, quoted or not (os-release(5)); empty if there is none."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
