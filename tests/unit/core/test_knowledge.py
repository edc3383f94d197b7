"""Facts about the world, as the program sees them."""

import re
import tomllib
from pathlib import Path

import pytest

from a3check.core import knowledge
from a3check.core.knowledge import Confidence, ProductKind
from a3check.core.resources import resource

FACTS = Path(__file__).parents[4] / "shared" / "facts"
STARSIGN = bytes.fromhex("3BF99600008131FE4553434537200E00202028")
EPASS_LIKE = bytes.fromhex("3B9F958131FE9F006646530577777771DF000000123456")


def test_a_card_is_known_by_its_exact_atr() -> None:
    found = knowledge.card(STARSIGN)
    assert found is not None
    assert found.drivers == ("safesign",)
    assert found.opensc == "no"
    assert found.confidence is Confidence.HIGH


def test_a_family_is_known_by_its_mask() -> None:
    found = knowledge.card(EPASS_LIKE)
    assert found is not None
    assert found.drivers == ("feitian-epass2003",)


@pytest.mark.parametrize("atr", [b"", b"\x3b", STARSIGN + b"\x00", bytes(len(EPASS_LIKE))])
def test_an_unknown_atr_names_nothing(atr: bytes) -> None:
    assert knowledge.card(atr) is None


def test_usb_ids_are_compared_in_any_case() -> None:
    token, reader = knowledge.usb("08E6", "34cc"), knowledge.usb("076b", "3022")
    assert token is not None
    assert reader is not None
    assert (token.token, reader.token) == (True, False)
    assert token.drivers == ("safenet-sac", "idprime")
    assert knowledge.usb("1d6b", "0002") is None


def test_low_confidence_and_test_modules_are_never_loaded_unasked() -> None:
    rows = knowledge.drivers("linux") + knowledge.drivers("windows") + knowledge.drivers("macos")
    low = [d for d in rows if d.confidence is Confidence.LOW]
    assert len(low) == 23
    assert not any(d.loadable for d in low)
    assert not any(d.loadable for d in rows if d.kind is ProductKind.TEST)
    assert not any(d.loadable for d in rows if d.kind is ProductKind.CLOUD_KSP)
    assert all(d.path for d in rows if d.loadable)


def test_cloud_agents_are_marked() -> None:
    marked = {d.product_key for d in knowledge.drivers("windows") if d.cloud}
    assert marked >= {"soluti-birdid", "serpro-id", "safeweb-safeid", "valid-vidaas"}


def test_product_keys_have_names() -> None:
    assert knowledge.product_names(("watchdata", "nova")) == ("WatchKey ICP-Brasil", "nova")


@pytest.mark.parametrize(
    ("name", "virtual"),
    [
        ("Broadcom Corp Contactless SmartCard 0", True),
        ("BROADCOM NFC Smartcard Reader 1", True),
        ("Broadcom Corp Contacted SmartCard 0", False),
        ("Windows Hello for Business 1", True),
        ("Microsoft Virtual Smart Card 0", True),
        ("WINDOWS HELLO FOR BUSINESS", True),
        ("Identity Device (Microsoft Generic Profile)", True),
        ("Microsoft UICC ISO Reader 3f873476 0", True),
        ("Microsoft IFD 0", True),
        ("Virtual PCD 00 00", False),
        ("Gemalto USB Smart Card Reader 0 (redirected)", False),
        ("Leitor de cartão inteligente Microsoft Usbccid (WUDF) 0", False),
        ("G&D StarSign CUT S 0", False),
        ("Microsoft Usbccid Smartcard Reader (WUDF) 0", False),
    ],
)
def test_virtual_readers(name: str, virtual: bool) -> None:
    assert knowledge.virtual_reader(name) is virtual


@pytest.mark.parametrize(
    ("problem", "trouble"),
    [
        (22, "disabled"),
        (28, "no_driver"),
        (10, "broken_driver"),
        (52, "blocked_driver"),
        (14, "restart"),
        (47, "replug"),
        (43, "failing"),
        (0, ""),
        (51, ""),
    ],
)
def test_device_managers_codes(problem: int, trouble: str) -> None:
    assert knowledge.device_trouble(problem) == trouble


def test_each_of_device_managers_codes_has_one_remedy() -> None:
    table = tomllib.loads(resource("device_problems.toml").read_text("utf-8"))
    codes = [code for row in table["trouble"] for code in row["codes"]]
    assert len(codes) == len({*codes})
    assert "learn.microsoft.com" in table["source"]


@pytest.mark.parametrize(
    ("issuer", "product"),
    [
        ("CN=Avast Web/Mail Shield Root,O=Avast Web/Mail Shield", "Avast"),
        ("CN=AVG Web/Mail Shield Root", "AVG"),
        ("CN=Kaspersky Anti-Virus Personal Root Certificate,O=AO Kaspersky Lab", "Kaspersky"),
        ("CN=ESET SSL Filter CA,O=ESET\\, spol. s r. o.,C=SK", "ESET"),
        ("CN=FGT00FTK00000000,OU=Certificate Authority,O=Fortinet,C=US", "Fortinet FortiGate"),
        ("CN=Sophos SSL CA_0000,OU=NSG,O=Sophos,C=GB", "Sophos"),
        ("CN=SonicWALL Firewall DPI-SSL,O=SonicWALL Inc.", "SonicWall"),
        ("CN=Fireware web CA,OU=Fireware,O=WatchGuard", "WatchGuard"),
        ("CN=Zscaler Intermediate Root CA (x),O=Zscaler Inc.", "Zscaler"),
        ("CN=Cisco Umbrella Primary SubCA,O=Cisco", "Cisco Umbrella"),
        ("CN=pfSense-CA,O=Prefeitura", "pfSense / OPNsense / Squid"),
        ("CN=Adguard Personal CA,O=AdGuard,C=EN", "AdGuard"),
        ("CN=Cyberoam SSL CA_C15000000000,O=Cyberoam", "Cyberoam"),
        ("CN=BluePex UTM CA,O=Prefeitura", "BluePex"),
        ("CN=Netdeep Secure CA", "Netdeep Secure"),
        (
            "CN=Charles Proxy CA (1 Jan 2026\\, PC),O=XK72 Ltd",
            "Fiddler / mitmproxy / Burp / Charles",
        ),
        ("CN=R11,O=Let's Encrypt,C=US", None),
        ("CN=DigiCert Global G2 TLS RSA SHA256 2020 CA1,O=DigiCert Inc,C=US", None),
        ("CN=AC SERPRO SSLv1,OU=ICP-Brasil,C=BR", None),
        ("CN=GlobalSign RSA OV SSL CA 2018,O=GlobalSign nv-sa,C=BE", None),
        ("", None),
    ],
)
def test_interceptors_are_told_from_public_cas(issuer: str, product: str | None) -> None:
    assert knowledge.interceptor(issuer) == product


def test_no_product_bears_a_name_of_the_web_s_own_roots() -> None:
    text = resource("public_roots.toml").read_text("utf-8")
    names = [line.partition("# ")[2] for line in text.splitlines() if line.startswith("    ")]
    assert len(names) > 100
    assert not [name for name in names if knowledge.interceptor(f"CN={name}")]


def test_the_web_s_roots_are_fingerprints_each_once() -> None:
    listed = tomllib.loads(resource("public_roots.toml").read_text("utf-8"))["sha256"]
    assert len(set(listed)) == len(listed)
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in listed)
    # ISRG Root X1, as letsencrypt.org/certificates shows it
    x1 = "96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6"
    assert knowledge.public_root(x1)
    assert not knowledge.public_root("0" * 64)


def test_every_cloud_agent_is_a_known_product() -> None:
    known = {d.product_key for d in knowledge.drivers("windows")}
    found = knowledge.clouds()
    assert {c.brand for c in found} >= {"BirdID", "VIDaaS", "SafeID", "RemoteID"}
    assert all(c.agent in known for c in found if c.agent)


def test_a_cloud_s_platforms_are_attested_and_agree_with_its_modules() -> None:
    table = tomllib.loads(resource("cloud.toml").read_text("utf-8"))["provider"]
    for row in table:
        assert row.keys() >= {"platforms", "source"} or not row.keys() & {"platforms", "source"}
        assert set(row.get("platforms", ())) <= {"windows", "linux", "macos"}
    for cloud in knowledge.clouds():
        modules = {
            system
            for system in ("windows", "linux", "macos")
            if any(d.product_key == cloud.agent for d in knowledge.drivers(system))
        }
        assert modules <= set(cloud.platforms), cloud.key
    assert [c.key for c in knowledge.clouds() if c.platforms == ("windows",)] == ["safeid"]


def test_cards_and_devices_name_known_products() -> None:
    known = {
        product["key"]
        for product in tomllib.loads(resource("drivers.toml").read_text("utf-8"))["product"]
    }
    for name, table in (("atrs.toml", "card"), ("usb.toml", "device")):
        for row in tomllib.loads(resource(name).read_text("utf-8"))[table]:
            assert set(row["drivers"]) <= known, row


@pytest.mark.shared
@pytest.mark.skipif(not FACTS.is_dir(), reason="the facts folder is not beside this checkout")
def test_no_fact_was_lost() -> None:
    facts = {
        name: tomllib.loads((FACTS / f"{name}.toml").read_text("utf-8"))
        for name in ("drivers", "usb", "atrs", "cloud")
    }
    ours = {
        (d.product_key, d.os, d.path)
        for system in ("windows", "linux", "macos")
        for d in knowledge.drivers(system)
    }
    for row in facts["drivers"]["module"]:
        path = "" if row["path"].startswith("(") else row["path"]
        assert (row["product_key"], row["os"], path) in ours
    assert all(knowledge.usb(row["vid"], row["pid"]) for row in facts["usb"]["usb"])
    assert all(knowledge.card(bytes.fromhex(row["atr"])) for row in facts["atrs"]["atr"])
    assert {c.key for c in knowledge.clouds()} == {row["key"] for row in facts["cloud"]["psc"]}
