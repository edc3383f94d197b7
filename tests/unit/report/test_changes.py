"""What is told of two reports of one computer, and what is not."""

import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.gui.scenes import HEALTHY, outcomes
from tests.unit.report.samples import ABOUT, STARTED

from a3check.core.catalogue import catalogue
from a3check.core.check import found, secretly
from a3check.core.computer import Computer, Session
from a3check.core.model import Diagnosis, Finding
from a3check.core.ports import JSON
from a3check.report.changes import Change, changes, since, told
from a3check.report.document import About, document
from a3check.report.facts import NAMES, clock, facts
from a3check.report.mask import Masker

KEY = b"k" * 32
MODULE = "/usr/lib/libnovo.so"


def report(about: About = ABOUT, /, **changed: tuple[Finding, ...]) -> JSON:
    made = document(Diagnosis(outcomes(changed), STARTED, 6.4), about, masker=Masker(key=KEY))
    read: JSON = json.loads(json.dumps(made))
    return read


def driver(version: str, module: str = "/usr/lib/libinventado.so") -> tuple[Finding, ...]:
    return (found("driver.working", module=module, seconds=0.8, module_version=version),)


def token(**other: str) -> tuple[Finding, ...]:
    facts = {
        "module": "/usr/lib/libinventado.so",
        "token_model": "Token Azul 5110",
        "token_maker": "Fábrica Inventada",
        "pin_state": "ok",
    } | other
    serial = facts.pop("token_serial", "00A1B2C3D4E5")
    return (found("token.ready", secretly("token_serial", serial), **facts),)


def off(minutes: float) -> tuple[Finding, ...]:
    ours = STARTED + timedelta(minutes=minutes)
    whole = round(abs(minutes))
    return (found("clock.off", computer_time=ours, trusted_time=STARTED, minutes=whole),)


def said(before: JSON, after: JSON) -> list[str]:
    return [told(change, catalogue()) for change in changes(before, after)]


def test_the_same_run_twice_has_no_difference() -> None:
    assert changes(report(), report()) == ()
    sentence = since(report(), report(), catalogue())
    assert sentence == "Nada do que o a3check compara mudou desde 22/11/2026."


def test_the_sentence_of_the_contract() -> None:
    before = report(driver=driver("10.8"))
    after = report(
        driver=driver("10.9"),
        clock=off(-4),
        card=(found("card.present", reader="Outra Leitora 00 00", atr="3B00"),),
    )
    assert since(before, after, catalogue()) == (
        "Desde 22/11/2026: driver 10.8 → 10.9, outra leitora (Outra Leitora), "
        "relógio \N{MINUS SIGN}4 min."
    )


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"token": token(token_model="Token Verde")}, "token Token Azul 5110 → Token Verde"),
        ({"token": token(token_serial="FFEEDDCCBBAA")}, "outro token"),
        ({"store": (found("store.present", browser="Chrome"),)}, "navegador Firefox → Chrome"),
        (
            {"network": (found("network.reachable", endpoints=(), proxy="proxy.test:3128"),)},
            "proxy nenhum → proxy.test:3128",
        ),
        ({"clock": off(61)}, "relógio +61 min"),
        ({"clock": off(-150)}, "relógio \N{MINUS SIGN}2 h"),
        ({"clock": off(3 * 24 * 60)}, "relógio +3 dias"),
    ],
)
def test_one_difference(changed: dict[str, tuple[Finding, ...]], sentence: str) -> None:
    assert said(report(), report(**changed)) == [sentence]


def test_another_driver_is_told_with_its_version() -> None:
    before = report(driver=driver("10.8"))
    after = report(
        driver=driver("3.1", MODULE),
        token=token(module=MODULE),
        certificate=HEALTHY["certificate"],
    )
    assert said(before, after) == ["driver libinventado.so 10.8 → libnovo.so 3.1"]
    without = report(token=token(module=r"C:\Windows\System32\novo.dll"))
    assert said(report(), without) == ["driver libinventado.so → novo.dll"]


def test_a_renewed_certificate() -> None:
    later = found(
        "certificate.usable",
        secretly("holder", "JOANA INVENTADA DE SOUZA:52998224725"),
        issuer="AC Outra",
        policy="A1",
        not_after=STARTED,
    )
    assert said(report(), report(certificate=(later,))) == [
        "AC do certificado AC Inventada RFB v5 → AC Outra",
        "tipo do certificado A3 → A1",
        "validade do certificado 14/03/2028 → 22/11/2026",
    ]
    another = replace(later, evidence=(secretly("holder", "MARIO OUTRO"), *later.evidence[:-1]))
    assert said(report(certificate=(later,)), report(certificate=(another,))) == [
        "certificado de outro titular"
    ]


def test_the_computer_and_the_program() -> None:
    moved = replace(
        ABOUT,
        version="0.2.0",
        ca_bundle="2026-11-01",
        profile="outro",
        computer=Computer("Linux", "aarch64", Session.REMOTE, "pt_BR"),
    )
    assert said(report(), report(moved)) == [
        "perfil inss → outro",
        "sistema Windows 11 23H2 → Linux",
        "processador x86_64 → aarch64",
        "sessão local → remota",
        "ACs de 25/06/2026 → 01/11/2026",
        "a3check 0.1.0 → 0.2.0",
    ]
    sentence = since(report(), report(moved), catalogue())
    assert sentence.endswith("sessão local → remota, e mais 2 diferenças.")
    one = replace(moved, version=ABOUT.version)
    assert since(report(), report(one), catalogue()).endswith(", e mais 1 diferença.")


def test_the_way_to_the_portal() -> None:
    login = found("login.accepted", tls_version="TLSv1.2", signature_scheme="rsa_pkcs1_sha256")
    server = found("server.trusted", host="h", tls_version="TLSv1.2", issuer="AC Proxy")
    assert said(report(), report(login=(login,), server=(server,))) == [
        "TLSv1.3 → TLSv1.2",
        "quem assina o portal: AC Inventada RFB v5 → AC Proxy",
        "assinatura rsa_pss_rsae_sha256 → rsa_pkcs1_sha256",
    ]


def test_what_a_run_did_not_learn_is_no_difference() -> None:
    nothing: JSON = {"started": "2026-11-22T14:31:07-04:00", "checks": [None, {"name": "token"}]}
    assert facts(nothing) == {}
    assert facts(None) == {}
    assert changes(report(), nothing) == changes(nothing, report()) == ()
    unkeyed = document(Diagnosis(outcomes(), STARTED, 6.4), ABOUT)
    assert "token" not in facts(unkeyed), "without a key every serial number is ***"


def test_a_reader_is_the_same_in_another_place() -> None:
    def at(name: str) -> JSON:
        return report(card=(found("card.present", reader=name, atr="3B"),))

    assert changes(at("ACS ACR39U 00 00"), at("ACS ACR39U 01 00")) == ()
    assert changes(at("ACS ACR39U 0"), at("ACS ACR39U 1")) == ()
    listed = report(card=(found("card.absent", readers=("X",)),), token=(found("token.absent"),))
    assert facts(listed)["reader"] == "Leitora Inventada"


@pytest.mark.parametrize(
    ("finding", "minutes"),
    [
        (found("clock.right", trusted_time=STARTED, seconds=0.4), 0),
        (off(-4)[0], -4),
        (found("clock.unverified", computer_time=STARTED), None),
        (found("clock.off", computer_time="lá", trusted_time="cá", minutes=3), None),
        (found("clock.off", computer_time="2026-11-22T14:31:07", minutes=3), None),
    ],
)
def test_how_far_the_clock_is_off(finding: Finding, minutes: int | None) -> None:
    assert clock(report(clock=(finding,))) == minutes
    assert clock({"checks": 3}) is None


def test_every_fact_has_its_words() -> None:
    for name in NAMES:
        change = Change(name, "1", "2") if name != "session" else Change(name, "local", "remote")
        assert told(change, catalogue())


def nested(depth: int) -> JSON:
    value: JSON = "fundo"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("hostile", [" " * 40_000 + "x", nested(900), ["Leitora", nested(2)]])
def test_facts_of_a_stranger_s_file_take_no_long_time(hostile: JSON) -> None:
    """The pattern for a reader's place took hours for a file full of blanks, with the GIL held."""
    finding: JSON = {"code": "card.present", "evidence": {"reader": hostile}}
    begun = time.process_time()
    told = facts({"checks": [{"name": "card", "findings": [finding]}]})
    assert time.process_time() - begun < 5
    assert len(told.get("reader", "")) < 1000


def test_a_session_that_has_no_words_is_no_difference() -> None:
    """One file of a later version would leave the whole history empty."""
    other = {"computer": {"session": "hologram"}}
    assert since(other, report(), catalogue()).startswith("Nada do que")
    assert since(report(), other, catalogue()).startswith("Nada do que")
