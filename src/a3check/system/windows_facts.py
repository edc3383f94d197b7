r"""What does Windows' registry tell of what is around a certificate on this computer?

No COM and no WMI: all of it may be read by any user, and an answer costs microseconds. Security
Center keeps the products that it names below ``Security Center\Provider``; wscapi.dll's own
``WscGetSecurityProviderHealth`` tells that all is well and names nobody.
"""

from collections.abc import Mapping

from a3check.core.computer import BrowserRule, Surroundings, TimeService
from a3check.system import registry
from a3check.system.registry import Data, Hive

_RULES = "AutoSelectCertificateForUrls"
# chromeenterprise.google/policies, learn.microsoft.com/deployedge/microsoft-edge-policies
_BROWSERS = {
    "Chrome": r"SOFTWARE\Policies\Google\Chrome",
    "Edge": r"SOFTWARE\Policies\Microsoft\Edge",
    "Chromium": r"SOFTWARE\Policies\Chromium",
    "Brave": r"SOFTWARE\Policies\BraveSoftware\Brave",
}
_CENTER = r"SOFTWARE\Microsoft\Security Center\Provider"
_ON = 0x1000  # WSC_SECURITY_PRODUCT_STATE in STATE's second byte; snoozed and off lack it
_TIME = r"SYSTEM\CurrentControlSet\Services\W32Time"
_BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"
_CODE_PAGE = r"SYSTEM\CurrentControlSet\Control\Nls\CodePage"
_TERMINAL_SERVER = r"SYSTEM\CurrentControlSet\Control\Terminal Server"
_VOLATILE = "Volatile Environment"
# where BCryptRegisterProvider and the CSPs' installers write; Windows' own stand there, too
_KEY_PROVIDERS = (
    r"SYSTEM\CurrentControlSet\Control\Cryptography\Providers",
    r"SOFTWARE\Microsoft\Cryptography\Defaults\Provider",
)
_DISABLED = 4  # SERVICE_DISABLED
_VIRTUAL = {
    "vmware": "VMware",
    "virtualbox": "VirtualBox",
    "innotek": "VirtualBox",
    "qemu": "QEMU",
    "xen": "Xen",
    "parallels": "Parallels",
    "virtual machine": "Hyper-V",
}
_MOST_RULES = 200
_MOST_PRODUCTS = 8
_LONGEST_NAME = 80


def rules() -> tuple[BrowserRule, ...]:
    """Return what policies of the browsers say, the computer's and the user's."""
    found = (
        BrowserRule(browser, text)
        for browser, key in _BROWSERS.items()
        for hive in Hive
        for text in registry.values(hive, rf"{key}\{_RULES}").values()
        if isinstance(text, str)
    )
    return tuple(dict.fromkeys(found))[:_MOST_RULES]


def surroundings(remote_by: str) -> Surroundings:
    """Describe what those who give support ask for."""
    return Surroundings(
        antivirus=products("Av"),
        firewall=products("Fw"),
        virtual=virtual(registry.values(Hive.MACHINE, _BIOS)),
        remote_by=remote_by,
        code_page=code_page(registry.values(Hive.MACHINE, _CODE_PAGE)),
    )


def products(kind: str) -> tuple[str, ...]:
    """Return the products of a kind (``Av``, ``Fw``) that say that they are on, each once.

    What was uninstalled may leave its entry behind, so this is evidence and accuses nobody.
    """
    key = rf"{_CENTER}\{kind}"
    entries = (
        registry.values(Hive.MACHINE, rf"{key}\{name}")
        for name in registry.subkeys(Hive.MACHINE, key)
    )
    return tuple(dict.fromkeys(filter(None, map(product, entries))))[:_MOST_PRODUCTS]


def product(entry: Mapping[str, Data]) -> str:
    """Return a product's name; empty where it is off or has none."""
    name, state = entry.get("DISPLAYNAME"), entry.get("STATE")
    if not isinstance(name, str) or (isinstance(state, int) and not state & _ON):
        return ""
    plain = "".join(c if c.isprintable() else " " for c in name.partition("\0")[0])
    return " ".join(plain.split())[:_LONGEST_NAME]


def key_providers() -> tuple[str, ...]:
    """Name every key storage provider and every CSP that is registered, each once."""
    names = (name for key in _KEY_PROVIDERS for name in registry.subkeys(Hive.MACHINE, key))
    return tuple(dict.fromkeys(names))


def virtual(bios: Mapping[str, Data]) -> str:
    """Name the maker of a virtual machine; empty on a real one."""
    told = " ".join(str(bios.get(name)) for name in ("SystemManufacturer", "SystemProductName"))
    return next((name for word, name in _VIRTUAL.items() if word in told.casefold()), "")


def code_page(pages: Mapping[str, Data]) -> str:
    """Return the ANSI and the OEM page (``1252/850``); empty where neither is named."""
    named = [str(pages[name]) for name in ("ACP", "OEMCP") if pages.get(name)]
    return "/".join(named)


def time_service() -> TimeService:
    """Tell whether Windows sets the clock.

    Off a domain the service starts when it is due and stops again: that it stands still now says
    nothing (learn.microsoft.com, "Windows Time service tools and settings").
    """
    service = registry.values(Hive.MACHINE, _TIME)
    source = registry.values(Hive.MACHINE, rf"{_TIME}\Parameters").get("Type")
    if service.get("Start") == _DISABLED:
        return TimeService.DISABLED
    if isinstance(source, str) and source.casefold() == "nosync":
        return TimeService.NO_SOURCE
    return TimeService.ON if source else TimeService.UNTOLD


def remote_by(environment: Mapping[str, str], session: int | None, *, remote: bool) -> str:
    r"""Name how somebody sits here from elsewhere; empty for a person before this computer.

    ``remote`` is GetSystemMetrics(SM_REMOTESESSION), which is blind to a session with a graphics
    card of its own: there the number of the ``session`` is compared with GlassSessionId's
    (learn.microsoft.com, "Detecting the Terminal Services environment"). SESSIONNAME is what the
    session was when its shell began, and counts for RDP only where those numbers are not told.
    Horizon's agent names its client below ``HKCU\Volatile Environment``.
    """
    name = environment.get("SESSIONNAME", "").upper()
    if name.startswith("ICA-"):
        return "Citrix"
    if _from_horizon(environment, session):
        return "VMware Horizon"
    glass = registry.values(Hive.MACHINE, _TERMINAL_SERVER).get("GlassSessionId")
    if isinstance(glass, int) and session is not None:
        elsewhere = glass != session
    else:
        elsewhere = name.startswith("RDP-")
    return "RDP" if remote or elsewhere else ""


def _from_horizon(environment: Mapping[str, str], session: int | None) -> bool:
    keys = [_VOLATILE, *([rf"{_VOLATILE}\{session}"] if session is not None else [])]
    named = [name for key in keys for name in registry.values(Hive.USER, key)]
    return any(name.casefold() == "viewclient_protocol" for name in (*environment, *named))
