"""Healthy Windows computers of a town hall, and ones with a single fault: what their parts answer.

The answers are those of the `invented` folders (service manager, device list) or have their forms
(registry, stores); nobody recorded them on a real computer. `troubles` was written first: every
finding that has not passed, in the order of the checks.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cryptography import x509
from tests.unit.checks.world import KEY, OBJECTS, TOKEN, holding
from tests.unit.core.test_daemon import GIVEN, answers
from tests.unit.pki.maker import AC2, DAY, LEAF, NOW, leaf, other, person
from tests.unit.system.test_device_nodes import node

from a3check.core.cryptoki import Candidate, Driver, HeaderFault, TokenObjects
from a3check.core.daemon import read
from a3check.core.fault import Fault, FaultKind
from a3check.core.internet import Unfollowed
from a3check.core.smartcard import CardState, Reader, Service, ServiceState
from a3check.core.store_key import StoreCertificate, StoreLook
from a3check.core.wishes import Form
from a3check.system.device_nodes import devices
from a3check.system.registry import Data, Hive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from a3check.core.computer import UsbDevice
    from a3check.pki.certificate import Certificate

ATR = bytes.fromhex("3BD518008131FE7D8073C82110F4")
SAC = r"C:\Windows\System32\eTPKCS11.dll"
SAC_CSP = "eToken Base Cryptographic Provider"
BASE_CSP = "Microsoft Base Smart Card Crypto Provider"
CARD_KSP = "Microsoft Smart Card Key Storage Provider"
SAFEID = "SafeID Key Storage Provider"
READER = "SafeNet Token JC 0"

# ---- readers
TOKEN_IN = Reader(READER, CardState.PRESENT, ATR)
BUILT_IN = Reader("Alcor Micro USB Smart Card Reader 0", CardState.EMPTY)
CONTACTLESS = Reader("Broadcom Corp Contactless SmartCard 0", CardState.EMPTY)
HELLO = Reader("Windows Hello for Business 1", CardState.PRESENT, b"\x3b\x8d\x01")
TPM = Reader("Microsoft Virtual Smart Card 0", CardState.PRESENT, b"\x3b\x8d\x01")
BANK = Reader("Alcor Micro USB Smart Card Reader 0", CardState.PRESENT, b"\x3b\x65\x00")
SLOTS = (Reader("AKS ifdh 0", CardState.EMPTY), Reader("AKS ifdh 1", CardState.EMPTY))
IKEY = Reader("Rainbow Technologies iKeyVirtualReader 0", CardState.EMPTY)

# ---- the USB bus
_OK, _BAD = 0x0180200A, 0x01802400
MOUSE = {"id": r"USB\VID_046D&PID_C077\5"}
TOKEN_OK = {
    "id": r"USB\VID_0529&PID_0620\1",
    "status": _OK,
    "class": "SmartCardReader",
    "service": "WUDFRd",
    "compatible": r"USB\Class_0B",
}
TOKEN_28 = {"id": r"USB\VID_0529&PID_0620\1", "status": _BAD, "problem": 28}
BUILT_IN_OK = {**TOKEN_OK, "id": r"USB\VID_058F&PID_9540\1"}
BUILT_IN_22 = {**BUILT_IN_OK, "status": _BAD, "problem": 22}

# ---- drivers
_TOKEN = replace(TOKEN, module=SAC, reader=READER, maker="SafeNet, Inc.", model="eToken")
_CANDIDATE = Candidate(SAC, "safenet-sac", "SafeNet", "Thales/SafeNet")
WORKS = Driver(_CANDIDATE, company="SafeNet, Inc.", slots=(READER,), tokens=(_TOKEN,))
IDLE = Driver(_CANDIDATE, company="SafeNet, Inc.", slots=tuple(r.name for r in SLOTS))
OLD = Driver(
    Candidate(r"C:\Windows\SysWOW64\aetpkss1.dll", "safesign", "SafeSign"),
    header=HeaderFault(True, "x86 32", "x86 64"),
)
OPENSC = Driver(
    Candidate(r"C:\Program Files\OpenSC Project\OpenSC\pkcs11\opensc-pkcs11.dll", "opensc"),
    company="OpenSC Project",
    slots=(READER,),
)
BIRDID = Driver(
    Candidate(r"C:\Windows\System32\vault-pkcs11.dll", "soluti-birdid", "BirdID", cloud=True),
    faults=(Fault(FaultKind.REFUSED, "C_Initialize", detail="CKR_GENERAL_ERROR"),),
)

# ---- certificates
EXPIRED = leaf(AC2, begins=NOW - 800 * DAY, ends=NOW - 70 * DAY)
CLERK = leaf(
    AC2,
    common="SICRANA INVENTADA:11144477735",
    san=person("11144477735"),
    own="clerk",
    begins=NOW - 1400 * DAY,
    ends=NOW - 300 * DAY,
)
_CNPJ = x509.SubjectAlternativeName([other("2.16.76.1.3.3", "11222333000181")])
COMPANY = leaf(AC2, common="PREFEITURA INVENTADA:11222333000181", san=_CNPJ, own="company")

THERE = StoreLook(True, True, CARD_KSP, installed=())

# ---- the registry
_VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_CARDS = r"SOFTWARE\Microsoft\Cryptography\Calais\SmartCards"
_GLASS = r"SYSTEM\CurrentControlSet\Control\Terminal Server"
_CENTER = r"SOFTWARE\Microsoft\Security Center\Provider\Av"
_KSPS = r"SYSTEM\CurrentControlSet\Control\Cryptography\Providers"
Registry = dict[tuple[Hive, str], dict[str, Data]]


def machine(key: str, **values: Data) -> Registry:
    return {(Hive.MACHINE, key): dict(values)}


def card(name: str, provider: str, atr: bytes, **more: Data) -> Registry:
    return {(Hive.MACHINE, rf"{_CARDS}\{name}"): {"Crypto Provider": provider, "ATR": atr, **more}}


WINDOWS_10 = machine(_VERSION, ProductName="Windows 10 Pro", DisplayVersion="22H2", UBR=6456)
WINDOWS_11 = machine(_VERSION, ProductName="Windows 10 Pro", DisplayVersion="24H2", UBR=6899)
CONSOLE = machine(_GLASS, GlassSessionId=1)
PLAIN = WINDOWS_11 | CONSOLE
LEFT_OVER = card("Cartão do Banco", "Banco Antigo CSP", b"\x3b\x65\x00")
OURS_BY_CSP = card("SafeNet antigo", SAC_CSP, ATR)
BOTH = card("SafeNet", SAC_CSP, ATR, **{"Smart Card Key Storage Provider": "SafeNet KSP"})
RULE = r"SOFTWARE\Policies\Google\Chrome\AutoSelectCertificateForUrls"
ESET = machine(rf"{_CENTER}\1", DISPLAYNAME="ESET Security", STATE=266240)


@dataclass(frozen=True)
class Pc:
    """What its parts answer; the defaults are a healthy one with a token in it."""

    troubles: tuple[str, ...] = ()
    cause: str | None = None
    service: str = "at_work"
    propagation: str = "at_work"
    pcsc: ServiceState = ServiceState.RUNNING
    readers: tuple[Reader, ...] = (TOKEN_IN,)
    nodes: tuple[Mapping[str, Any], ...] = (MOUSE, TOKEN_OK)
    drivers: tuple[Driver, ...] = (WORKS,)
    objects: TokenObjects = OBJECTS
    look: StoreLook = THERE
    later: StoreLook | None = None
    """What the store shows when it is looked at again."""
    listed: tuple[StoreCertificate, ...] = ()
    registry: Registry = field(default_factory=lambda: PLAIN)
    build: int = 26100
    session: tuple[str, int, bool] = ("Console", 1, False)
    """SESSIONNAME, the session's number, SM_REMOTESESSION."""
    zone: str = "SA Western Standard Time"
    form: Form = Form.UNKNOWN
    unfollowed: tuple[Unfollowed, ...] = ()

    def survey(self) -> Service:
        """Return what PC/SC and the service manager say."""
        at, beside = (read(answers(GIVEN[name])) for name in (self.service, self.propagation))
        detail = "" if self.pcsc is ServiceState.RUNNING else "SCARD_E_NO_SERVICE"
        return Service(self.pcsc, self.readers, detail, 0.0, at, beside)

    def bus(self) -> tuple[UsbDevice, ...]:
        """Return what the device list says."""
        return devices(map(node, map(dict, self.nodes)))


def by(provider: str, *, legacy: bool = False) -> StoreLook:
    return replace(THERE, provider=provider, legacy=legacy)


def stored(certificate: Certificate, provider: str) -> StoreCertificate:
    return StoreCertificate(certificate.der, provider)


UNPLUGGED: dict[str, Any] = {
    "service": "at_rest",
    "propagation": "at_rest",
    "pcsc": ServiceState.STOPPED,
    "readers": (),
    "nodes": (MOUSE,),
    "drivers": (IDLE,),
    "look": StoreLook(present=False),
}
NO_TOKEN = ("reader.absent", "token.absent")

PCS: dict[str, Pc] = {
    # ---- nothing is wrong
    "Windows 11, a token at work": Pc(),
    "Windows 10 22H2 with extended updates": Pc(registry=WINDOWS_10 | CONSOLE, build=19045),
    "Windows 10 LTSC 2019, before the move to KSP": Pc(
        registry=machine(_VERSION, ProductName="Windows 10 Enterprise LTSC 2019") | CONSOLE,
        build=17763,
        look=by(BASE_CSP, legacy=True),
    ),
    "a card propagated by Windows before October 2025 names Microsoft's CSP": Pc(
        look=by(BASE_CSP, legacy=True)
    ),
    "the maker's own KSP": Pc(look=by("SafeNet Smart Card Key Storage Provider")),
    "certificate propagation rests: the maker registers by itself": Pc(propagation="at_rest"),
    "certificate propagation disabled, and the certificate is there": Pc(propagation="disabled"),
    "the service manager tells nothing": Pc(service="denied", propagation="denied"),
    "Windows Hello beside the token": Pc(readers=(HELLO, TOKEN_IN)),
    "a virtual card in the TPM beside the token": Pc(readers=(TPM, TOKEN_IN)),
    "a notebook's own reader, empty, beside the token": Pc(
        readers=(BUILT_IN, TOKEN_IN), nodes=(BUILT_IN_OK, TOKEN_OK)
    ),
    "a notebook's own reader that the technician disabled": Pc(nodes=(BUILT_IN_22, TOKEN_OK)),
    "a contactless reader beside the token": Pc(readers=(CONTACTLESS, TOKEN_IN)),
    "SafeNet's spare slots beside the token": Pc(readers=(TOKEN_IN, *SLOTS, IKEY)),
    "a bank's card in the keyboard's reader": Pc(
        ("card.unknown", "driver.wrong_for_card lowered"), readers=(TOKEN_IN, BANK)
    ),
    "OpenSC is installed and sees nothing": Pc(drivers=(OPENSC, WORKS)),
    "SafeSign of 32 bits for another program": Pc(
        ("driver.wrong_architecture lowered",), drivers=(WORKS, OLD)
    ),
    "BirdID's program is installed and closed": Pc(
        ("driver.refused lowered",), drivers=(WORKS, BIRDID)
    ),
    "the old certificate beside its renewal": Pc(
        objects=TokenObjects((holding(EXPIRED, b"\2"), holding(LEAF)), (KEY,))
    ),
    "the town's e-CNPJ on the same token": Pc(
        objects=TokenObjects((holding(COMPANY, b"\2"), holding(LEAF)), (KEY,))
    ),
    "certificates of former clerks, an A1 and Windows Hello's in the store": Pc(
        listed=(
            stored(CLERK.facts, CARD_KSP),
            stored(COMPANY.facts, "Microsoft Software Key Storage Provider"),
            stored(LEAF.facts, "Microsoft Passport Key Storage Provider"),
            stored(EXPIRED.facts, "Microsoft Platform Crypto Provider"),
        )
    ),
    "a bank's old card is registered by a CSP alone": Pc(registry=PLAIN | LEFT_OVER),
    "the token is registered by CSP and KSP": Pc(registry=PLAIN | BOTH),
    "ESET is at work": Pc(registry=PLAIN | ESET),
    "a browser's rule for another site": Pc(
        registry=PLAIN
        | machine(RULE, **{"1": '{"pattern": "https://intranet.test", "filter": {}}'})
    ),
    "a session by remote desktop, taken back before the computer": Pc(
        session=("RDP-Tcp#3", 1, False)
    ),
    "the second of two persons who are logged on": Pc(
        registry=WINDOWS_11 | machine(_GLASS, GlassSessionId=3), session=("Console", 3, False)
    ),
    "automatic proxy detection that nobody answers in time": Pc(
        unfollowed=(Unfollowed("wpad", "windows"),)
    ),
    "Windows brings the certificate a moment after the token": Pc(
        look=StoreLook(present=False), later=THERE
    ),
    **{
        f"a clock in {zone}": Pc(zone=zone)
        for zone in (
            "Bahia Standard Time",
            "Central Brazilian Standard Time",
            "E. South America Standard Time",
            "SA Eastern Standard Time",
            "SA Pacific Standard Time",
            "Tocantins Standard Time",
            "UTC-02",
        )
    },
    # ---- the token alone is missing
    "no token, the service rests": Pc(NO_TOKEN, "reader.absent", **UNPLUGGED),
    "no token, Windows Hello": Pc(
        ("reader.virtual_only", "token.absent"),
        "reader.virtual_only",
        **{**UNPLUGGED, "service": "at_work", "pcsc": ServiceState.RUNNING, "readers": (HELLO,)},
    ),
    "no token, a contactless reader": Pc(
        ("reader.virtual_only", "token.absent"),
        "reader.virtual_only",
        **{**UNPLUGGED, "pcsc": ServiceState.RUNNING, "readers": (CONTACTLESS,)},
    ),
    "no token, a notebook's own reader": Pc(
        ("card.absent", "token.absent"),
        "card.absent",
        **{
            **UNPLUGGED,
            "pcsc": ServiceState.RUNNING,
            "readers": (BUILT_IN,),
            "nodes": (BUILT_IN_OK,),
        },
    ),
    "no token, SafeNet's spare slots": Pc(
        ("card.absent", "token.absent"),
        "card.absent",
        **{**UNPLUGGED, "pcsc": ServiceState.RUNNING, "readers": (*SLOTS, IKEY)},
    ),
    "no token, the town's e-CNPJ A1 in the store": Pc(
        NO_TOKEN,
        "reader.absent",
        listed=(stored(COMPANY.facts, "Microsoft Software Key Storage Provider"),),
        **UNPLUGGED,
    ),
    "no token, an expired certificate of a former clerk's in SafeID": Pc(
        NO_TOKEN, "reader.absent", listed=(stored(CLERK.facts, SAFEID),), **UNPLUGGED
    ),
    "no token, a disabled reader of the notebook's": Pc(
        ("reader.no_system_driver", "token.absent"),
        "reader.no_system_driver",
        **{**UNPLUGGED, "nodes": (BUILT_IN_22,)},
    ),
    # ---- one fault
    "the token has no driver, and the notebook's own reader is empty": Pc(
        ("reader.no_system_driver", "token.absent"),
        "reader.no_system_driver",
        **{
            **UNPLUGGED,
            "service": "at_work",
            "pcsc": ServiceState.RUNNING,
            "readers": (BUILT_IN,),
            "nodes": (BUILT_IN_OK, TOKEN_28),
        },
    ),
    "the token has no driver, and the notebook's own reader is disabled": Pc(
        ("reader.no_system_driver", "token.absent"),
        "reader.no_system_driver",
        **{**UNPLUGGED, "nodes": (BUILT_IN_22, TOKEN_28)},
    ),
    "the token is registered by a CSP alone": Pc(
        ("computer.csp_to_ksp_change",), registry=PLAIN | OURS_BY_CSP
    ),
    "the maker's own CSP serves the key": Pc(
        ("store.legacy_provider",), look=by(SAC_CSP, legacy=True)
    ),
    "the certificate was imported by hand, without its key": Pc(
        ("store.no_key",), "store.no_key", look=StoreLook(present=True)
    ),
    "propagation rests, and the certificate is not there": Pc(
        ("store.absent",), "store.absent", propagation="at_rest", look=StoreLook(present=False)
    ),
    "a browser's rule that takes whatever comes": Pc(
        ("computer.certificate_policy",),
        registry=PLAIN | machine(RULE, **{"1": '{"pattern": "*", "filter": {}}'}),
    ),
    "a session by remote desktop": Pc(
        ("computer.remote_session",), session=("RDP-Tcp#3", 2, True)
    ),
    "the service is disabled": Pc(
        ("service.stopped", "token.absent"),
        "service.stopped",
        **{**UNPLUGGED, "service": "disabled", "nodes": (TOKEN_OK,)},
    ),
    # ---- the cloud
    "SafeID's session is open": Pc(
        form=Form.CLOUD,
        listed=(stored(LEAF.facts, SAFEID),),
        **{**UNPLUGGED, "drivers": (), "look": by(SAFEID)},
    ),
    "SafeID's session is open, a former clerk's certificate beside it": Pc(
        form=Form.UNKNOWN,
        listed=(stored(CLERK.facts, SAFEID), stored(LEAF.facts, SAFEID)),
        troubles=("reader.absent lowered",),
        **{**UNPLUGGED, "drivers": (), "look": by(SAFEID)},
    ),
    "one's own certificate in SafeID has expired": Pc(
        ("certificate.expired",),
        "certificate.expired",
        form=Form.CLOUD,
        listed=(stored(EXPIRED.facts, SAFEID),),
        **{**UNPLUGGED, "drivers": (), "look": by(SAFEID)},
    ),
    "SafeID is registered, its session closed": Pc(
        ("cloud.session_closed",),
        "cloud.session_closed",
        form=Form.CLOUD,
        registry=PLAIN | machine(rf"{_KSPS}\{SAFEID}"),
        **{**UNPLUGGED, "drivers": ()},
    ),
}
