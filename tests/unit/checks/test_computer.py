from dataclasses import replace

import pytest
from tests.unit.checks.world import PORTAL, TOKEN, World, fact, said
from tests.unit.pki.maker import LEAF

from a3check.checks import computer
from a3check.checks.card import Cards
from a3check.checks.certificate import Chosen, Held
from a3check.core.computer import BrowserRule, Computer, Session, Surroundings
from a3check.core.smartcard import CardState, Reader
from a3check.core.software import Installed, RegisteredCard


def a_computer(session: Session = Session.LOCAL, **more: bool) -> Computer:
    plain = Computer("Linux 12", "x86_64", session, "pt_BR")
    return replace(plain, **more)  # type: ignore[arg-type] # flags alone are given


@pytest.mark.parametrize(
    ("given", "codes", "evidence"),
    [
        (a_computer(), ("computer.ready",), ("Linux 12", "local")),
        (a_computer(Session.REMOTE), ("computer.remote_session",), (None, "remote")),
        (a_computer(supported=False), ("computer.unsupported_system",), ("Linux 12", None)),
        (a_computer(csp_to_ksp_change=True), ("computer.ready",), ("Linux 12", "local")),
        (
            a_computer(certificate_policy=True),
            ("computer.certificate_policy",),
            ("Linux 12", None),
        ),
    ],
)
def test_judge(
    given: Computer, codes: tuple[str, ...], evidence: tuple[str | None, str | None]
) -> None:
    found = computer.judge(given)
    assert said(found) == codes
    assert fact(found[0], "system", "session") == evidence


def test_every_warning_is_named() -> None:
    odd = a_computer(Session.REMOTE, supported=False, certificate_policy=True)
    assert len(said(computer.judge(odd))) == 3


def test_the_computer_is_a_fact_for_others() -> None:
    world = World()
    assert said(world.run(computer.CHECK)) == ("computer.ready",)
    assert world.context.recall(Computer) == world.system.described


def test_what_is_around_is_told_beside() -> None:
    around = Surroundings(("Antivírus da Casa",), ("Muralha",), "VMware", "Citrix", "1252/850")
    names = ("antivirus", "firewall", "virtual", "code_page")
    told = (("Antivírus da Casa",), ("Muralha",), "VMware", "1252/850")
    here = Computer("Windows 11", "x86_64", Session.LOCAL, "pt_BR", around=around)
    (ready,) = computer.judge(here)
    assert fact(ready, *names) == told
    there = Computer("Windows 11", "x86_64", Session.REMOTE, "pt_BR", around=around)
    (remote,) = computer.judge(there)
    assert fact(remote, "remote_by", *names) == ("Citrix", *told)


ATR, MASK = b"\x3b\x05\x01\x02", b"\xff\xff\xff\x00"
CARD, OTHER_CARD = (Reader("Leitora", CardState.PRESENT, a) for a in (ATR, b"\x3b\x00"))
OLD = RegisteredCard("antigo", ATR, library="Casa CSP", csp_only=True)
MASKED = RegisteredCard("família", b"\x3b\x05\x01\x00", MASK, "Casa CSP", csp_only=True)
NEWER = RegisteredCard("novo", ATR, library="casa.dll")
NAMELESS = RegisteredCard("vazio", ATR)


@pytest.mark.parametrize(
    ("registered", "cards", "moved"),
    [
        ((OLD,), (CARD,), True),
        ((OLD,), (OTHER_CARD, CARD), True),
        ((MASKED,), (CARD,), True),
        ((OLD, NAMELESS), (CARD,), True),
        ((OLD,), (OTHER_CARD,), False),  # left over, or a bank's
        ((OLD,), (), False),
        ((OLD, NEWER), (CARD,), False),
        ((NEWER,), (CARD,), False),
        ((NAMELESS,), (CARD,), False),
        ((), (CARD,), False),
        ((replace(OLD, bits=32),), (CARD,), False),
    ],
)
def test_the_move_to_ksp_is_told_of_the_card_that_is_there(
    registered: tuple[RegisteredCard, ...], cards: tuple[Reader, ...], moved: bool
) -> None:
    world = World().learn(Cards(cards))
    world.system.lists = Installed(cards=registered)
    world.learn(a_computer(csp_to_ksp_change=True))
    told = tuple(computer.afterword(world.context))
    assert said(told) == (("computer.csp_to_ksp_change",) if moved else ())
    world.learn(a_computer())  # Windows has not moved
    assert tuple(computer.afterword(world.context)) == ()


def test_the_way_back_from_the_move_is_only_for_a_time() -> None:
    given = (CARD,), Installed(cards=(OLD,))
    for back, reason in ((True, "switched_back"), (False, None)):
        here = a_computer(csp_to_ksp_change=True, switched_back=back)
        (told,) = computer.judge_move(here, *given)
        assert fact(told, "system", "reason") == ("Linux 12", reason)


ANY = BrowserRule("Edge", '{"pattern": "https://[*.]test", "filter": {}}')
OURS = BrowserRule(
    "Chrome",
    f'{{"pattern": "*", "filter": {{"ISSUER": {{"CN": "{LEAF.facts.issuer_common_name}"}}}}}}',
)
OTHER = BrowserRule(
    "Chrome", '{"pattern": "cas.test", "filter": {"SUBJECT": {"CN": "OUTRA PESSOA:11144477735"}}}'
)
ELSEWHERE = BrowserRule("Chrome", '{"pattern": "https://www.example.com", "filter": {}}')


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ((), None),
        ((ELSEWHERE,), None),
        ((OURS,), None),
        ((ANY,), ("Edge", "https://[*.]test", None, "any")),
        ((OURS, ANY, OTHER), ("Chrome", "cas.test", "SUBJECT.CN", "other")),
    ],
)
def test_a_rule_that_chooses_for_the_portal(
    rules: tuple[BrowserRule, ...], told: tuple[str | None, ...] | None
) -> None:
    here = Computer("Windows 11", "x86_64", Session.LOCAL, "pt_BR", rules=rules)
    judged = computer.judge_rules(here, PORTAL, LEAF.facts)
    assert said(judged) == (("computer.certificate_policy",) if told else ())
    for finding in judged:
        assert fact(finding, "browser", "pattern", "filter", "reason") == told
        assert "OUTRA PESSOA" not in str(finding), "whom a filter names stays here"


def test_a_rule_where_no_certificate_was_read() -> None:
    world = World()
    assert tuple(computer.afterword(world.context)) == ()
    world.learn(Computer("Windows 11", "x86_64", Session.LOCAL, "pt_BR", rules=(OTHER,)))
    (finding,) = computer.afterword(world.context)
    assert fact(finding, "browser", "reason") == ("Chrome", None)
    world.learn(Chosen(Held(LEAF.facts, TOKEN, b"1", "", ())))
    (finding,) = computer.afterword(world.context)
    assert fact(finding, "browser", "reason") == ("Chrome", "other")
