from dataclasses import replace
from datetime import datetime

import pytest
from cryptography import x509
from tests.unit.checks.world import KEY, MODULE, OBJECTS, TOKEN, World, fact, holding, said
from tests.unit.pki.maker import AC1, AC2, DAY, LEAF, NOW, Made, ca, leaf, other, person

from a3check.checks import certificate
from a3check.checks.certificate import (
    Chosen,
    Held,
    Pool,
    Read,
    copies,
    gather,
    judge,
    judge_alone,
    judge_none,
    several_tokens,
    unreadable_beside,
)
from a3check.checks.clock import Lifetime, TrustedClock
from a3check.checks.token import Tokens, token_fault
from a3check.core.check import found
from a3check.core.cryptoki import Token, TokenCertificate, TokenKey, TokenObjects
from a3check.core.fault import Fault, FaultKind
from a3check.core.wishes import Wishes
from a3check.pki.choice import Choice
from a3check.pki.fitness import faults

EXPIRED = leaf(AC2, begins=NOW - 500 * DAY, ends=NOW - DAY)
SOON = leaf(AC2, ends=NOW + 10 * DAY, own="soon")
EARLY = leaf(AC2, begins=NOW + DAY, own="early")
COMPANY = x509.SubjectAlternativeName([other("2.16.76.1.3.3", "11222333000181")])
SPARE = TokenKey(b"\2", "", "ec")
OPEN = replace(SPARE, private=False)
ALWAYS = replace(KEY, always_authenticate=True)
OTHER = replace(TOKEN, serial="77", module="/opt/b.so", model="M2")
HER = leaf(AC2, common="BELTRANA DE TAL:11144477735", san=person("11144477735"), own="her")


def held(
    made: Made = LEAF,
    *keys: TokenKey,
    token: Token = TOKEN,
    number: bytes = b"\1",
) -> Held:
    return Held(made.facts, token, number, "", keys)


def world(*groups: tuple[Token, ...], wanted: str | None = None) -> World:
    made = World(Wishes(certificate=wanted)).learn(TrustedClock(0.0))
    return made.learn(Tokens(groups or ((TOKEN,),)))


# ---- the key


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ((), None),
        ((SPARE,), None),
        ((SPARE, KEY), KEY),
        ((ALWAYS, KEY), KEY),
        ((KEY, ALWAYS), KEY),
        ((ALWAYS,), ALWAYS),
    ],
)
def test_the_key_that_wants_no_login_of_its_own_is_preferred(
    keys: tuple[TokenKey, ...], key: TokenKey | None
) -> None:
    assert held(LEAF, *keys).key == key


# ---- judge


def test_a_usable_certificate() -> None:
    (usable,) = judge(held(LEAF, KEY), (), "trusted")
    assert said(usable) == ("certificate.usable",)
    assert fact(usable, "holder", "issuer", "policy", "not_after", "module") == (
        "FULANO DE TAL",
        "AC INVENTADA MULTIPLA v5",
        "A3",
        LEAF.facts.not_after,
        MODULE,
    )
    assert [e.name for e in usable.evidence if e.private] == ["holder"]


def test_a_certificate_without_a_name() -> None:
    nameless = leaf(AC2, common="")
    (usable,) = judge(held(nameless), (), "trusted")
    assert fact(usable, "holder") == (nameless.facts.holder_name or None,)


@pytest.mark.parametrize(
    ("keys", "number", "codes"),
    [
        ((), b"\1", ("certificate.usable",)),
        ((SPARE,), b"\1", ("certificate.key_missing",)),
        ((SPARE,), b"", ("certificate.usable",)),
        ((SPARE, KEY), b"\1", ("certificate.usable",)),
        ((OPEN,), b"\1", ("certificate.usable",)),
        ((OPEN, SPARE), b"\1", ("certificate.key_missing",)),
    ],
)
def test_a_key_is_missing_only_where_private_ones_show(
    keys: tuple[TokenKey, ...], number: bytes, codes: tuple[str, ...]
) -> None:
    judged = judge(held(LEAF, *keys, number=number), (), "trusted")
    assert said(judged) == codes
    assert fact(judged[0], "module") == (MODULE,)


def test_no_key_hides_where_no_login_is_required() -> None:
    token = replace(TOKEN, login_required=False)
    judged = judge(held(LEAF, OPEN, token=token), (), "trusted")
    assert said(judged) == ("certificate.key_missing",)


def test_the_ids_of_all_copies_on_the_token() -> None:
    first, other = held(LEAF, number=b"\1"), replace(TOKEN, serial="77")
    second, elsewhere = held(LEAF, number=b"\2"), held(LEAF, number=b"\3", token=other)
    another = held(leaf(AC2, common="OUTRA PESSOA"), number=b"\4")
    assert copies(first, (first, second, elsewhere, another)) == (b"\1", b"\2")


def test_a_warning_of_the_end_leaves_it_usable() -> None:
    given = found("certificate.expires_soon", not_after=NOW, days=3)
    usable, soon = judge(held(), (given,), "computer")
    assert said((usable, soon)) == ("certificate.usable", "certificate.expires_soon")
    assert fact(soon, "judged_by", "days") == ("computer", 3)


@pytest.mark.parametrize(
    ("given", "judged_by"),
    [
        (found("certificate.expired", not_after=NOW, days=1), "trusted"),
        (found("certificate.not_yet_valid", not_before=NOW), "trusted"),
        (found("certificate.weak", algorithm="SHA-1"), None),
        (found("certificate.company", policy="A3"), None),
    ],
)
def test_only_dates_say_by_whose_time(given: object, judged_by: str | None) -> None:
    assert isinstance(given, type(found("card.unknown")))
    (judged,) = judge(held(), (given,), "trusted")
    said(judged)
    assert fact(judged, "judged_by", "module") == (judged_by, MODULE)


# ---- none to judge


def test_none_because_nobody_chose() -> None:
    read = Read((held(), held(HER)))
    (several,) = judge_none(read, Choice(None, (HER.facts,), ambiguous=True), MODULE)
    assert said(several) == ("certificate.several",)
    (names,) = fact(several, "certificates")
    assert isinstance(names, tuple)
    assert names == ("BELTRANA DE TAL (AC INVENTADA MULTIPLA v5, 27/12/2027)",)
    assert several.evidence[0].private
    (everything,) = judge_none(read, Choice(None, ambiguous=True), MODULE)
    assert len(fact(everything, "certificates")[0]) == 2  # type: ignore[arg-type] # names


FAULT = Fault(FaultKind.HUNG, "C_FindObjects", 25.04)


@pytest.mark.parametrize(
    ("read", "codes"),
    [
        (Read(unreadable=("short",), faults=((TOKEN, FAULT),)), ("certificate.unreadable",)),
        (Read(faults=((TOKEN, FAULT),)), ()),
        (Read(), ("certificate.absent",)),
        (Read(pool=(AC1.facts,)), ("certificate.absent",)),
    ],
)
def test_none_because_none_is_there(read: Read, codes: tuple[str, ...]) -> None:
    judged = judge_none(read, Choice(None), MODULE)
    assert said(judged) == codes
    if codes == ("certificate.absent",):
        assert fact(judged[0], "module") == (MODULE,)
    if read.unreadable:
        assert fact(judged[0], "reason") == ("short",)


@pytest.mark.parametrize(
    ("read", "choice", "codes"),
    [
        (Read((held(EXPIRED),), (), ("short", "long")), Choice(EXPIRED.facts), 1),
        (Read((held(),), (), ("short",)), Choice(LEAF.facts, (LEAF.facts,)), 0),
        (Read((), (), ("short",)), Choice(None), 0),
        (Read((held(EXPIRED),)), Choice(EXPIRED.facts), 0),
    ],
)
def test_what_cannot_be_read_beside_what_cannot_log_in(
    read: Read, choice: Choice, codes: int
) -> None:
    told = unreadable_beside(read, choice)
    assert said(told) == ("certificate.unreadable lowered",) * codes
    for finding in told:
        assert fact(finding, "reason") == ("short",)


def test_run_tells_of_what_cannot_be_read_beside_an_expired_one() -> None:
    broken = TokenCertificate(b"\7", "", b"none")
    objects = TokenObjects((holding(EXPIRED), broken), (KEY,))
    a = world((TOKEN,))
    a.drivers.held = {MODULE: objects}
    told = ("certificate.expired", "certificate.unreadable lowered")
    assert said(a.run(certificate.CHECK)) == told


# ---- what a module does instead


@pytest.mark.parametrize(
    ("fault", "code", "evidence"),
    [
        (FAULT, "any.timeout", ("C_FindObjects", 25.0, None, None)),
        (
            Fault(FaultKind.CANCELLED, "C_FindObjects", 1.0),
            "any.timeout",
            ("C_FindObjects", 1.0, None, None),
        ),
        (
            Fault(FaultKind.DIED, "C_Login", detail="signal 11"),
            "any.driver_died",
            ("C_Login", None, "signal 11", None),
        ),
        (
            Fault(FaultKind.REFUSED, "C_OpenSession", detail="CKR_GENERAL_ERROR"),
            "driver.refused",
            ("C_OpenSession", None, None, "CKR_GENERAL_ERROR"),
        ),
        *(
            (
                Fault(FaultKind.REFUSED, "C_OpenSession", detail=gone),
                "token.removed",
                ("C_OpenSession", None, None, None),
            )
            for gone in ("CKR_DEVICE_REMOVED", "CKR_TOKEN_NOT_PRESENT", "CKR_SLOT_ID_INVALID")
        ),
        (
            Fault(FaultKind.DIED, "C_OpenSession", detail="CKR_DEVICE_REMOVED"),
            "any.driver_died",
            ("C_OpenSession", None, "CKR_DEVICE_REMOVED", None),
        ),
    ],
)
def test_a_call_without_a_code_of_its_own(
    fault: Fault, code: str, evidence: tuple[object, ...]
) -> None:
    finding = token_fault(fault, MODULE)
    assert said(finding) == (code,)
    assert fact(finding, "module") == (MODULE,)
    assert fact(finding, "call", "seconds", "exit", "ckr") == evidence


# ---- sorting


def test_objects_are_sorted() -> None:
    objects = TokenObjects(
        (holding(LEAF), holding(AC1), TokenCertificate(b"", "", b"none")), (KEY,)
    )
    read = gather(((TOKEN, objects), (OTHER, FAULT)))
    assert [h.certificate for h in read.held] == [LEAF.facts]
    assert read.held[0].keys == (KEY,)
    assert read.pool == (AC1.facts,)
    assert len(read.unreadable) == 1
    assert read.faults == ((OTHER, FAULT),)


def test_several_tokens() -> None:
    both = Choice(None, (LEAF.facts, HER.facts))
    assert not several_tokens((held(), held(HER)), both)
    assert several_tokens((held(), held(HER, token=OTHER)), both)
    assert not several_tokens((held(), held(HER, token=OTHER)), Choice(None, (LEAF.facts,)))


# ---- run


def test_run_chooses_and_tells_the_others() -> None:
    a = world()
    assert said(a.run(certificate.CHECK)) == ("certificate.usable",)
    assert a.context.recall(Chosen).held.certificate == LEAF.facts
    assert a.context.recall(Pool).certificates == ()
    life = a.context.recall(Lifetime)
    assert (life.not_before, life.not_after) == (LEAF.facts.not_before, LEAF.facts.not_after)
    assert a.events == []


def test_run_judges_by_the_trusted_time() -> None:
    a = world()
    a.learn(TrustedClock(401 * 24 * 3600.0))
    (expired,) = a.run(certificate.CHECK)
    assert said(expired) == ("certificate.expired",)
    assert fact(expired, "judged_by", "days") == ("trusted", 1)


def test_too_early_by_an_unverified_clock_may_be_the_clocks_fault() -> None:
    given = found("certificate.not_yet_valid", not_before=NOW)
    assert said(judge(held(), (given,), "computer")) == ("certificate.not_yet_valid lowered",)
    given = found("certificate.expired", not_after=NOW, days=1)
    assert said(judge(held(), (given,), "computer")) == ("certificate.expired",)


def test_without_a_trusted_time_the_computers_counts() -> None:
    a = World().learn(Tokens(((TOKEN,),)))
    a.drivers.held = {MODULE: TokenObjects((holding(EXPIRED),))}
    (expired,) = a.run(certificate.CHECK)
    assert fact(expired, "judged_by") == ("computer",)


def test_an_expired_one_beside_its_renewal_is_no_matter() -> None:
    a = world()
    a.drivers.held = {MODULE: TokenObjects((holding(EXPIRED, b"\2"), holding(LEAF)), (KEY, SPARE))}
    assert said(a.run(certificate.CHECK)) == ("certificate.usable",)
    assert a.events == []


@pytest.mark.parametrize(
    ("beside", "reason"),
    [(EXPIRED, "expired_person"), (None, None)],
    ids=["expired", "none"],
)
def test_a_companys_says_that_the_persons_beside_it_has_expired(
    beside: Made | None, reason: str | None
) -> None:
    company = leaf(AC2, san=COMPANY, common="EMPRESA LTDA:11222333000181", own="company")
    a = world()
    held_ = [holding(company), *([holding(beside, b"\2")] if beside else [])]
    a.drivers.held[MODULE] = replace(OBJECTS, certificates=tuple(held_))
    (told,) = (f for f in a.run(certificate.CHECK) if "certificate.company" in said(f))
    until = beside.facts.not_after if beside else None
    assert fact(told, "reason", "person_until") == (reason, until)


def test_two_holders_are_a_question() -> None:
    a = world()
    a.drivers.held = {MODULE: TokenObjects((holding(LEAF), holding(HER, b"\2")), ())}
    assert said(a.run(certificate.CHECK)) == ("certificate.several",)
    assert a.events == ["chose"]
    assert a.context.find(Chosen) is None
    assert [c.holder for c in a.user.offered] == ["FULANO DE TAL", "BELTRANA DE TAL"]
    first = a.user.offered[0]
    assert (first.fingerprint, first.issuer, first.policy, first.not_after, first.token) == (
        LEAF.facts.sha256,
        "AC INVENTADA MULTIPLA v5",
        "A3",
        LEAF.facts.not_after,
        "M1 · Leitora 00",
    )
    a.user.choice = a.user.offered[1].key
    assert said(a.run(certificate.CHECK)) == ("certificate.usable",)
    assert a.context.recall(Chosen).held.certificate == HER.facts


def test_what_cannot_be_used_is_shown_with_its_reason_and_cannot_be_chosen() -> None:
    a = world()
    held = (holding(EXPIRED, b"\3"), holding(LEAF), holding(HER, b"\2"))
    a.drivers.held = {MODULE: TokenObjects(held, ())}
    assert said(a.run(certificate.CHECK)) == ("certificate.several",)
    assert [c.usable for c in a.user.offered] == [True, True, False]
    assert {c.kind for c in a.user.offered} == {"person"}
    useless = a.user.offered[2]
    assert useless.fingerprint == EXPIRED.facts.sha256
    assert useless.fault is not None
    assert useless.fault.code == "certificate.expired"
    a.user.choice = useless.key
    assert said(a.run(certificate.CHECK)) == ("certificate.several",)
    assert a.context.find(Chosen) is None


def test_a_wish_asks_nobody() -> None:
    a = world(wanted=HER.facts.sha256)
    a.drivers.held = {MODULE: TokenObjects((holding(LEAF), holding(HER, b"\2")), ())}
    assert said(a.run(certificate.CHECK)) == ("certificate.usable",)
    assert a.context.recall(Chosen).held.certificate == HER.facts
    assert a.events == []
    b = world(wanted="00" * 32)
    assert said(b.run(certificate.CHECK)) == ("certificate.not_found",)
    assert b.events == []


def test_one_certificate_on_two_tokens_is_a_question() -> None:
    a = world((TOKEN,), (OTHER,))
    a.drivers.held[OTHER.module] = OBJECTS
    assert said(a.run(certificate.CHECK)) == ("certificate.several", "token.several")
    assert len({c.key for c in a.user.offered}) == 2
    assert len({c.token for c in a.user.offered}) == 2
    for number, token in enumerate((TOKEN, OTHER)):
        a.user.choice = a.user.offered[number].key
        findings = a.run(certificate.CHECK)
        assert said(findings) == ("certificate.usable", "token.several")
        assert fact(findings[1], "tokens") == (("M1", "M2"),)
        assert a.context.recall(Chosen).held.token == token
    assert a.events == ["chose"] * 3


def test_a_wish_does_not_tell_which_of_two_tokens() -> None:
    a = world((TOKEN,), (OTHER,), wanted=LEAF.facts.sha256)
    a.drivers.held[OTHER.module] = TokenObjects((holding(LEAF), holding(HER, b"\2")), (KEY,))
    assert said(a.run(certificate.CHECK)) == ("certificate.several", "token.several")
    assert a.context.find(Chosen) is None
    assert [c.holder for c in a.user.offered] == ["FULANO DE TAL"] * 2


def test_of_two_copies_on_one_token_the_one_with_its_key_is_taken() -> None:
    a = world()
    a.drivers.held = {MODULE: TokenObjects((holding(LEAF, b"\7"), holding(LEAF)), (KEY,))}
    assert said(a.run(certificate.CHECK)) == ("certificate.usable",)
    assert a.context.recall(Chosen).held.key == KEY
    assert a.events == []


def test_a_token_is_read_through_the_first_module_that_shows_a_certificate() -> None:
    blind = replace(TOKEN, module="/opt/blind.so")
    a = world((blind, TOKEN))
    for nothing, also in ((TokenObjects(), ()), (FAULT, ("any.timeout lowered",))):
        a.drivers.held["/opt/blind.so"] = nothing
        assert said(a.run(certificate.CHECK)) == ("certificate.usable", *also)
        assert a.context.recall(Chosen).held.token == TOKEN


def test_a_token_that_no_module_can_read() -> None:
    a = world((TOKEN, OTHER))
    a.drivers.held = {MODULE: FAULT, OTHER.module: TokenObjects()}
    assert said(a.run(certificate.CHECK)) == ("any.timeout",)


def test_a_broken_token_beside_one_that_was_read_only_warns() -> None:
    a = world((TOKEN,), (OTHER,))
    a.drivers.held[OTHER.module] = FAULT
    assert said(a.run(certificate.CHECK)) == ("certificate.usable", "any.timeout lowered")


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (EXPIRED, "certificate.expired"),
        (EARLY, "certificate.not_yet_valid"),
        (leaf(AC2, common="EMPRESA", listed=("2.16.76.1.2.1.1",)), "certificate.software_type"),
        (leaf(AC2, eku=()), "certificate.no_client_auth"),
        (leaf(AC2, signs=False), "certificate.no_digital_signature"),
        (leaf(AC2, listed=()), "certificate.wrong_type"),
    ],
)
def test_the_least_bad_one_is_judged(made: Made, code: str) -> None:
    a = world()
    a.drivers.held = {MODULE: TokenObjects((holding(made),))}
    codes = said(a.run(certificate.CHECK))
    assert code in codes
    assert "certificate.usable" not in codes
    assert a.context.recall(Chosen).held.certificate == made.facts


def test_one_that_ends_soon() -> None:
    a = world()
    a.drivers.held = {MODULE: TokenObjects((holding(SOON),))}
    assert said(a.run(certificate.CHECK)) == ("certificate.usable", "certificate.expires_soon")


# ---- without a token


def alone(made: Made, at: datetime = NOW, judged_by: str = "trusted") -> tuple[str, ...]:
    return said(judge_alone(made.facts, faults(made.facts, at), judged_by))


def test_alone_it_is_judged_as_on_a_token_but_for_its_key() -> None:
    (usable,) = judge_alone(LEAF.facts, (), "trusted")
    assert said(usable) == ("certificate.usable",)
    assert fact(usable, "module", "policy", "holder") == (None, "A3", "FULANO DE TAL")
    assert alone(EXPIRED) == ("certificate.expired",)
    assert alone(SOON) == ("certificate.usable", "certificate.expires_soon")
    assert alone(EARLY) == ("certificate.not_yet_valid",)
    assert alone(EARLY, judged_by="computer") == ("certificate.not_yet_valid lowered",)
    assert alone(EARLY, judged_by="option") == ("certificate.not_yet_valid",)


def test_a_ca_alone_is_held_to_what_a_ca_needs() -> None:
    authority = "certificate.wrong_type lowered"
    assert alone(AC2) == (authority,)
    assert alone(AC2, AC2.facts.not_after + DAY) == ("certificate.expired", authority)
    assert alone(AC2, AC2.facts.not_before - DAY) == ("certificate.not_yet_valid", authority)
    assert alone(AC2, AC2.facts.not_after - DAY) == ("certificate.expires_soon", authority)
    foreign = ca("Outra AC", organization="Outra", own="foreign", listed=())
    assert alone(foreign) == ("certificate.not_icp_brasil", authority)
    weak = ca("AC FRACA", own="rsa1024 weak")
    assert alone(weak) == ("certificate.weak", authority)
    (finding,) = judge_alone(AC2.facts, (), "trusted")
    assert fact(finding, "reason") == ("authority",)
    for days, reason in ((1, "authority"), (-1, "authority"), (-2000, None)):
        moment = AC2.facts.not_after + days * DAY
        first, _ = judge_alone(AC2.facts, faults(AC2.facts, moment), "trusted")
        assert fact(first, "reason") == (reason,)
    (alone_,) = judge_alone(EXPIRED.facts, faults(EXPIRED.facts, NOW), "trusted")
    assert fact(alone_, "reason") == (None,)
