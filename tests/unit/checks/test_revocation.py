from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from tests.unit.checks.test_chain import FAKE_AC2, RENEWED
from tests.unit.checks.world import World, fact, said
from tests.unit.pki.maker import AC1, AC2, DAY, LEAF, NOW, ROOT, Made, ca, leaf, trusting

from a3check.checks import revocation
from a3check.checks.chain import standing
from a3check.checks.clock import TrustedClock
from a3check.checks.revocation import judge, unasked
from a3check.core.internet import Fetched
from a3check.core.model import Finding
from a3check.core.wishes import Wishes
from a3check.pki.answers import Answer, Answers
from a3check.pki.asked import AtHand, Question
from a3check.pki.ways import Path, Ways

Extension = tuple[x509.ExtensionType, bool]


def points(*urls: str) -> Extension:
    names = [x509.UniformResourceIdentifier(url) for url in urls]
    made = [x509.DistributionPoint([name], None, None, None) for name in names]
    return x509.CRLDistributionPoints(made), False


def responder(url: str) -> Extension:
    method = x509.oid.AuthorityInformationAccessOID.OCSP
    address = x509.AccessDescription(method, x509.UniformResourceIdentifier(url))
    return x509.AuthorityInformationAccess([address]), False


ONE, TWO, UP, ASK = "http://a/1.crl", "http://b/1.crl", "http://a/up.crl", "http://a/ocsp"
MIDDLE = ca("AC DO MEIO v5", AC1, points(UP), length=0)
HOLDER = leaf(MIDDLE, points(ONE, TWO), responder(ASK))
PLAIN = leaf(MIDDLE, points(ONE))
PATH = Path((HOLDER.facts, MIDDLE.facts, AC1.facts, ROOT.facts), anchored=True)


def crl(
    issuer: Made,
    *listed: Made,
    signer: Made | None = None,
    until: timedelta = DAY,
    began: timedelta = DAY,
    named: bool = True,
    **reasons: str,
) -> bytes:
    """Issue a CRL that `began` so long ago, and is good `until` so long from now.

    As ACs do, it names the issuer's key, whoever signs, unless it is not `named`.
    """
    since, end = (40 * DAY, until) if until < timedelta() else (began, max(until, 2 * -began))
    builder = x509.CertificateRevocationListBuilder(issuer.x509.subject, NOW - since, NOW + end)
    for made in listed:
        entry = x509.RevokedCertificateBuilder(made.x509.serial_number, NOW - 5 * DAY)
        reason = x509.ReasonFlags(reasons.get("reason", "keyCompromise"))
        builder = builder.add_revoked_certificate(
            entry.add_extension(x509.CRLReason(reason), critical=False).build()
        )
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    if named:
        builder = builder.add_extension(own, critical=False)
    return builder.sign((signer or issuer).key, hashes.SHA256()).public_bytes(Encoding.DER)


def good_ocsp() -> bytes:
    builder = ocsp.OCSPResponseBuilder().add_response(
        HOLDER.x509,
        MIDDLE.x509,
        hashes.SHA1(),  # noqa: S303 - names a certificate
        ocsp.OCSPCertStatus.GOOD,
        NOW - timedelta(hours=1),
        NOW + DAY,
        None,
        None,
    )
    named = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, MIDDLE.x509)
    return named.sign(MIDDLE.key, hashes.SHA256()).public_bytes(Encoding.DER)


def question(body: bytes, made: Made = HOLDER, issuer: Made = MIDDLE, **more: bytes) -> Question:
    answer = Fetched(ONE, body) if body else Fetched(ONE, fault="http_404")
    asked = tuple(Fetched(ASK, item) for item in more.values())
    return Question(made.facts, issuer.facts, (answer,), asked)


GOOD_UP = question(crl(AC1), MIDDLE, AC1)
HOLD = "certificateHold"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (question(crl(MIDDLE)), GOOD_UP, "revocation.good"),
        (question(crl(MIDDLE, HOLDER)), GOOD_UP, "revocation.revoked"),
        (question(crl(MIDDLE, HOLDER, reason=HOLD)), GOOD_UP, "revocation.suspended"),
        (question(crl(MIDDLE)), question(crl(AC1, MIDDLE), MIDDLE, AC1), "revocation.ca_revoked"),
        (question(crl(MIDDLE)), question(b"", MIDDLE, AC1), "revocation.unreachable"),
        (question(b""), GOOD_UP, "revocation.unreachable"),
        (question(b"", ocsp=good_ocsp()), GOOD_UP, "revocation.good"),
        (question(crl(MIDDLE, until=-DAY)), GOOD_UP, "revocation.stale"),
        (question(crl(MIDDLE, signer=AC2)), GOOD_UP, "revocation.forged"),
    ],
)
def test_judge(first: Question, second: Question, code: str) -> None:
    (finding,) = judge((first, second), PATH, NOW, "trusted")
    assert said(finding) == (code,)
    assert fact(finding, "judged_by") == ("trusted" if code == "revocation.revoked" else None,)


def test_evidence_names_what_every_address_answered() -> None:
    (finding,) = judge((question(b""), GOOD_UP), PATH, NOW, "trusted")
    assert fact(finding, "subject", "urls") == (HOLDER.facts.common_name, (f"{ONE}: http_404",))
    empty = Question(HOLDER.facts, MIDDLE.facts, (Fetched(ONE),))
    (finding,) = judge((empty,), PATH, NOW, "trusted")
    assert fact(finding, "urls") == ((f"{ONE}: empty",),)


def test_a_crl_signed_with_the_cas_new_key() -> None:
    made = leaf(AC2, points(ONE))
    asked = question(crl(AC2, signer=RENEWED, named=False), made, AC2)
    path = (made.facts, AC2.facts, AC1.facts, ROOT.facts)
    (finding,) = judge((asked,), Path(path, anchored=True), NOW, "trusted")
    assert said(finding) == ("revocation.unreachable",)
    assert finding.get("reason") == "other_key"
    stranger = AC2.facts  # a namesake of another CA of the path signs nothing here
    asked_of_above = question(crl(AC1, signer=AC2), AC2, AC1)
    above = Path(path, True, (stranger,))
    assert said(judge((asked_of_above,), above, NOW, "t"))[0] == "revocation.forged"
    namesakes = (RENEWED.facts, ROOT.facts)
    (finding,) = judge((asked,), Path(path, True, namesakes), NOW, "trusted")
    assert said(finding) == ("revocation.good",)


# ---- where the path does not lead to a trusted root


def test_the_real_cas_crl_is_no_forgery_beside_a_look_alike() -> None:
    made = leaf(FAKE_AC2, points(ONE))
    asked = question(crl(AC2), made, FAKE_AC2)
    (finding,) = judge((asked,), Path((made.facts, FAKE_AC2.facts)), NOW, "trusted")
    assert said(finding) == ("revocation.unreachable",)
    assert fact(finding, "subject", "urls") == (
        made.facts.common_name,
        (f"{ONE}: issuer not trusted",),
    )
    assert finding.evidence[0].private


def test_an_incomplete_path_is_not_called_good() -> None:
    asked = question(crl(MIDDLE), ocsp=good_ocsp())
    (finding,) = judge((asked,), Path(PATH.certificates[:2]), NOW, "trusted")
    assert said(finding) == ("revocation.unreachable",)
    assert fact(finding, "urls") == ((f"{ONE}: issuer not trusted", f"{ASK}: issuer not trusted"),)
    silent = Question(HOLDER.facts, MIDDLE.facts)
    (finding,) = judge((silent,), Path(PATH.certificates[:2]), NOW, "trusted")
    assert fact(finding, "urls") == (("issuer not trusted",),)
    failed = question(b"")
    (finding,) = judge((failed,), Path(PATH.certificates[:2]), NOW, "trusted")
    assert fact(finding, "urls") == ((f"{ONE}: http_404",),)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ((question(crl(MIDDLE, HOLDER)),), "revocation.revoked"),
        ((question(crl(MIDDLE, HOLDER, reason=HOLD)),), "revocation.suspended"),
        (
            (question(crl(MIDDLE)), question(crl(AC1, MIDDLE), MIDDLE, AC1)),
            "revocation.ca_revoked",
        ),
    ],
)
def test_who_signed_it_may_revoke_it(asked: tuple[Question, ...], code: str) -> None:
    (finding,) = judge(asked, Path(PATH.certificates[:3]), NOW, "computer")
    assert said(finding) == (code,)


# ---- run


def world(path: Path = PATH, **bodies: bytes) -> World:
    a = World().learn(path, TrustedClock(0.0))
    a.network.bodies = {ONE: bodies["one"]} if "one" in bodies else {}
    a.network.bodies |= {UP: bodies["up"]} if "up" in bodies else {}
    a.network.bodies |= {ASK: bodies["ask"]} if "ask" in bodies else {}
    return a


def test_a_page_without_a_body_is_no_answer() -> None:
    empty = Fetched(ONE)
    both = Question(HOLDER.facts, MIDDLE.facts, (empty, Fetched(TWO, crl(MIDDLE))), (empty,))
    (finding,) = judge((both, GOOD_UP), PATH, NOW, "trusted")
    assert said(finding) == ("revocation.good",)
    (finding,) = judge(
        (Question(HOLDER.facts, MIDDLE.facts, (), (Fetched(ASK),)),), PATH, NOW, "t"
    )
    assert fact(finding, "urls") == ((f"{ASK}: empty",),)


# ---- answers at hand

SHORT = Path(PATH.certificates[:3], anchored=True)


def given(*crls: bytes, **ocsp: bytes) -> AtHand:
    """Answers at hand, each under a file's name."""
    lists = tuple(Answer(body, f"{number}.crl") for number, body in enumerate(crls))
    return AtHand(Answers(lists, tuple(Answer(body, name) for name, body in ocsp.items())))


@pytest.mark.parametrize(
    ("at_hand", "asked", "code", "source"),
    [
        (given(crl(MIDDLE), crl(AC1)), [], "revocation.good", "0.crl"),
        (given(crl(MIDDLE, HOLDER), crl(AC1)), [], "revocation.revoked", "0.crl"),
        (given(crl(MIDDLE, HOLDER, reason=HOLD), crl(AC1)), [], "revocation.suspended", "0.crl"),
        (given(crl(MIDDLE), crl(AC1, MIDDLE)), [], "revocation.ca_revoked", "1.crl"),
        (given(crl(AC1), answer=good_ocsp()), [], "revocation.good", "answer"),
        (given(crl(MIDDLE)), [UP], "revocation.good", "0.crl"),
        (given(crl(AC1)), [ONE], "revocation.good", ONE),
        (given(crl(MIDDLE, until=-DAY), crl(AC1)), [ONE], "revocation.good", ONE),
        (given(crl(MIDDLE, signer=AC2), crl(AC1)), [ONE], "revocation.good", ONE),
        (given(b"no CRL", crl(AC1)), [ONE], "revocation.good", ONE),
    ],
)
def test_only_what_the_answers_at_hand_leave_open_is_asked(
    at_hand: AtHand, asked: list[str], code: str, source: str
) -> None:
    a = world(SHORT, one=crl(MIDDLE), up=crl(AC1)).learn(at_hand)
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == (code,)
    assert fact(finding, "source") == (source,)
    assert a.network.asked == asked


def test_answers_at_hand_need_no_network() -> None:
    a = World(Wishes(network=False)).learn(SHORT, given(crl(MIDDLE), crl(AC1)))
    assert said(a.run(revocation.CHECK)) == ("revocation.good",)
    a = World(Wishes(network=False)).learn(SHORT, given(crl(MIDDLE, until=-DAY), crl(AC1)))
    assert said(a.run(revocation.CHECK)) == ("revocation.stale",)


def test_what_is_at_hand_of_an_issuer_that_is_not_trusted_tells_nothing() -> None:
    path = Path((HOLDER.facts, MIDDLE.facts))
    a = World(Wishes(network=False)).learn(path, given(crl(MIDDLE, until=-DAY), answer=b""))
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == ("revocation.unreachable",)
    at_hand = ("0.crl: issuer not trusted", "answer: issuer not trusted")
    asked = (f"{ONE}: option", f"{TWO}: option")
    assert fact(finding, "urls") == ((*at_hand, *asked),)


# ---- what an earlier run kept


def kept(a: World, **bodies: bytes) -> World:
    urls = {"one": ONE, "two": TWO, "up": UP}
    a.kept.bodies = {urls[name]: body for name, body in bodies.items()}
    return a


@pytest.mark.parametrize("network", [True, False])
@pytest.mark.parametrize(
    ("one", "code"),
    [
        (crl(MIDDLE), "revocation.good"),
        (crl(MIDDLE, HOLDER), "revocation.revoked"),
        (crl(MIDDLE, HOLDER, until=-DAY), "revocation.revoked"),
    ],
)
def test_what_is_kept_settles_it_without_a_word_to_anybody(
    network: bool, one: bytes, code: str
) -> None:
    a = kept(World(Wishes(network=network)).learn(SHORT), one=one, up=crl(AC1))
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == (code,)
    assert fact(finding, "source", "cached") == (ONE, True)
    assert a.network.asked == []
    assert set(a.kept.bodies) == {ONE, UP}


def test_what_is_kept_of_an_issuer_that_is_not_trusted_tells_nothing() -> None:
    a = kept(World().learn(Path(SHORT.certificates)), one=crl(MIDDLE), up=crl(AC1))
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == ("revocation.unreachable",)
    assert fact(finding, "urls") == ((f"{ONE}: issuer not trusted",),)


def test_a_kept_crl_at_the_second_address() -> None:
    a = kept(World().learn(SHORT), two=crl(MIDDLE), up=crl(AC1))
    (finding,) = a.run(revocation.CHECK)
    assert fact(finding, "source", "cached") == (TWO, True)


def test_a_kept_suspension_is_asked_for_anew() -> None:
    held = crl(MIDDLE, HOLDER, reason=HOLD)
    a = kept(world(SHORT, one=crl(MIDDLE, began=HOUR)), one=held, up=crl(AC1))
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == ("revocation.good",)
    assert fact(finding, "cached") == (None,)
    assert a.network.asked == [ONE]
    a = kept(World().learn(SHORT), one=held, up=crl(AC1))  # nobody answers
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == ("revocation.suspended",)
    assert fact(finding, "cached") == (True,)


def test_a_replayed_list_does_not_lift_what_a_newer_kept_one_says() -> None:
    held = crl(MIDDLE, HOLDER, reason=HOLD, began=HOUR)
    a = kept(world(SHORT, one=crl(MIDDLE)), one=held, up=crl(AC1))
    for _ in range(2):  # nor in the next run
        assert said(a.run(revocation.CHECK)) == ("revocation.suspended",)
        assert a.kept.bodies[ONE] == held


@pytest.mark.parametrize(
    ("reason", "code", "asked"),
    [
        (HOLD, "revocation.suspended", [ONE, TWO, ASK]),
        ("keyCompromise", "revocation.revoked", []),
    ],
)
def test_a_kept_list_does_not_hide_what_a_newer_kept_one_says(
    reason: str, code: str, asked: list[str]
) -> None:
    newer = crl(MIDDLE, HOLDER, reason=reason, began=HOUR)
    a = kept(World().learn(SHORT), one=crl(MIDDLE), two=newer, up=crl(AC1))
    assert said(a.run(revocation.CHECK)) == (code,)
    assert a.network.asked == asked


LATE = -timedelta(minutes=10)


@pytest.mark.parametrize("network", [True, False])
def test_a_list_that_is_a_little_late_counts_where_nobody_has_a_newer_one(network: bool) -> None:
    late = crl(MIDDLE, until=LATE)
    a = kept(World(Wishes(network=network)).learn(SHORT), one=late, up=crl(AC1))
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == ("revocation.good",)
    assert fact(finding, "source", "cached", "next_update") == (ONE, True, NOW + LATE)
    assert a.network.asked == ([ONE, TWO, ASK] if network else [])
    assert a.kept.bodies[ONE] == late


def test_a_newer_list_is_asked_for_beside_one_that_is_late() -> None:
    late, new = crl(MIDDLE, until=LATE), crl(MIDDLE)
    a = kept(world(SHORT, one=new), one=late, up=crl(AC1))
    (finding,) = a.run(revocation.CHECK)
    assert fact(finding, "source", "cached", "next_update") == (ONE, None, None)
    assert a.kept.bodies[ONE] == new
    a = world(SHORT, one=late, up=crl(AC1))
    a.network.bodies[TWO] = new
    (finding,) = a.run(revocation.CHECK)
    assert fact(finding, "source", "next_update") == (TWO, None)
    assert set(a.kept.bodies) == {TWO, UP}
    a = kept(World().learn(SHORT), one=late, two=new, up=crl(AC1))  # which is at hand already
    (finding,) = a.run(revocation.CHECK)
    assert fact(finding, "source", "cached") == (TWO, True)
    assert a.network.asked == []


@pytest.mark.parametrize(
    ("one", "left"),
    [
        (crl(MIDDLE, until=-DAY), True),
        (crl(MIDDLE, began=-DAY), True),  # of the future
        (crl(MIDDLE, signer=AC2), False),
        (crl(AC2), False),
        (b"<html>", False),
    ],
)
def test_what_is_kept_and_does_not_serve_hides_nothing(one: bytes, left: bool) -> None:
    a = kept(World().learn(SHORT), one=one, up=crl(AC1))
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == ("revocation.unreachable",)
    assert a.network.asked == [ONE, TWO, ASK]
    assert (ONE in a.kept.bodies) is left
    a = kept(world(SHORT, one=crl(MIDDLE)), one=one, up=crl(AC1))
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == ("revocation.good",)
    assert fact(finding, "cached") == (None,)
    assert a.kept.bodies[ONE] == a.network.bodies[ONE]


@pytest.mark.parametrize(
    ("one", "is_kept"),
    [
        (crl(MIDDLE), True),
        (crl(MIDDLE, HOLDER), True),
        (crl(MIDDLE, HOLDER, reason=HOLD), True),
        (crl(MIDDLE, until=-DAY), False),
        (crl(MIDDLE, began=-DAY), False),
        (crl(MIDDLE, signer=AC2), False),
        (crl(AC2), False),
        (b"<html>Acesso bloqueado</html>", False),
        (b"", False),
    ],
)
def test_only_what_says_something_of_the_certificate_is_kept(one: bytes, is_kept: bool) -> None:
    a = world(SHORT, one=one, up=crl(AC1))
    a.run(revocation.CHECK)
    assert a.kept.bodies == ({ONE: one} if is_kept else {}) | {UP: a.network.bodies[UP]}


def test_nothing_is_kept_of_an_issuer_that_is_not_trusted_and_no_ocsp() -> None:
    a = world(Path(SHORT.certificates), one=crl(MIDDLE), up=crl(AC1))
    a.run(revocation.CHECK)
    assert a.kept.bodies == {}
    a = world(SHORT, ask=good_ocsp(), up=crl(AC1))
    assert said(a.run(revocation.CHECK)) == ("revocation.good",)
    assert set(a.kept.bodies) == {UP}


def test_the_next_address_is_asked_where_the_one_before_does_not_serve() -> None:
    a = world(one=crl(MIDDLE), up=crl(AC1))
    a.run(revocation.CHECK)
    assert a.network.asked == [ONE, UP]
    assert a.network.posted == []
    a = world(SHORT, one=b"<html>", up=crl(AC1))
    (finding,) = a.run(revocation.CHECK)
    lines = (f"{TWO}: http_404", f"{ASK}: http_404", f"{ONE}: unreadable")
    assert fact(finding, "urls", "reason") == (lines, None)
    a = world(one=b"<html>", up=crl(AC1))
    a.network.bodies[TWO] = crl(MIDDLE)
    a.run(revocation.CHECK)
    assert a.network.asked == [ONE, TWO, UP]


def test_ocsp_is_asked_where_no_crl_came() -> None:
    a = world(up=crl(AC1), ask=good_ocsp())
    a.run(revocation.CHECK)
    assert a.network.asked == [ONE, TWO, ASK, UP]
    assert len(a.network.posted) == 1


def test_run_judges_by_the_trusted_time() -> None:
    a = world(Path((PLAIN.facts, MIDDLE.facts, ROOT.facts), anchored=True), one=crl(MIDDLE, PLAIN))
    findings = a.run(revocation.CHECK)
    assert said(findings)[0] == "revocation.revoked"
    assert fact(findings[0], "judged_by") == ("trusted",)


def test_without_the_network_nobody_is_asked() -> None:
    a = World(Wishes(network=False)).learn(PATH)
    findings = a.run(revocation.CHECK)
    assert set(said(findings)) == {"revocation.unreachable"}
    urls = (f"{ONE}: option", f"{TWO}: option")
    assert fact(findings[0], "urls", "reason") == (urls, "option")
    assert a.network.asked == []


def test_without_a_path_there_is_nothing_to_do() -> None:
    assert said(World().run(revocation.CHECK)) == ("skipped: chain",)
    assert said(World().learn(Path(())).run(revocation.CHECK)) == ("skipped: chain",)


@pytest.mark.parametrize(("network", "why"), [(True, "issuer missing"), (False, "option")])
def test_without_an_issuer_nobody_is_asked(network: bool, why: str) -> None:
    a = World(Wishes(network=network)).learn(Path((HOLDER.facts,)))
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == ("revocation.unreachable",)
    reason = None if network else "option"
    assert fact(finding, "urls", "reason") == ((f"{ONE}: {why}", f"{TWO}: {why}"), reason)
    assert a.network.asked == []
    assert fact(unasked(LEAF.facts, network), "urls") == ((why,),)


def test_an_address_that_is_not_asked_is_told_with_its_reason() -> None:
    made = leaf(MIDDLE, points("ldap://a/1", ONE))
    path = Path((made.facts, MIDDLE.facts), anchored=True)
    (finding,) = world(path).run(revocation.CHECK)
    assert fact(finding, "urls") == ((f"{ONE}: http_404", "ldap://a/1: scheme"),)
    (finding,) = world(path, one=crl(MIDDLE)).run(revocation.CHECK)
    assert said(finding) == ("revocation.good",)


def test_a_certificate_without_addresses() -> None:
    bare = Path((LEAF.facts, AC2.facts, AC1.facts, ROOT.facts), anchored=True)
    a = World().learn(bare)
    assert said(a.run(revocation.CHECK)) == ("revocation.unreachable",) * 3
    assert a.network.asked == []


# ---- why it cannot be told


def test_a_certificate_without_an_address_that_is_asked() -> None:
    ldap = points("ldap://dir.invalid/cn=AC")
    made = leaf(MIDDLE, ldap)
    path = Path((made.facts, *PATH.certificates[1:3]), anchored=True)
    (finding,) = world(path, up=crl(AC1)).run(revocation.CHECK)
    assert fact(finding, "reason", "urls") == (
        "no_address",
        ("ldap://dir.invalid/cn=AC: scheme",),
    )


def test_without_a_network_a_responder_is_not_asked_by_wish() -> None:
    made = leaf(MIDDLE, responder(ASK))
    path = Path((made.facts, *PATH.certificates[1:3]), anchored=True)
    a = kept(World(Wishes(network=False)).learn(path), up=crl(AC1))
    (finding,) = a.run(revocation.CHECK)
    assert fact(finding, "reason", "urls") == ("option", (f"{ASK}: option",))


def test_a_list_of_another_key_is_told_and_not_the_wish() -> None:
    unseen = given(crl(MIDDLE, signer=AC2, named=False), crl(AC1))
    (finding,) = World(Wishes(network=False)).learn(SHORT, unseen).run(revocation.CHECK)
    assert isinstance(finding, Finding)
    assert [e.value for e in finding.evidence if e.name == "reason"] == ["other_key"]


@pytest.mark.parametrize(("by", "reason"), [("trusted", "trusted"), ("computer", None)])
def test_a_list_of_the_future_is_the_acs_where_the_clock_was_checked(
    by: str, reason: str | None
) -> None:
    (finding,) = judge((question(crl(MIDDLE, began=-DAY)), GOOD_UP), PATH, NOW, by)
    assert said(finding) == ("revocation.not_yet_valid",)
    assert finding.get("reason") == reason


# ---- around a revoked CA

OLDER = ca("AC DO MEIO v5", AC1, points(UP), length=0, ends=NOW + 700 * DAY)
POOL = (ROOT.facts, AC1.facts, MIDDLE.facts, OLDER.facts)


def two_ways(*revoked: Made, **bodies: bytes) -> World:
    """The path by `MIDDLE`, and what else it could be built from: its older certificate."""
    ways = Ways(HOLDER.facts, POOL, trusting(ROOT), NOW)
    return world(PATH, up=crl(AC1, *revoked), **bodies).learn(ways, given(crl(ROOT)))


def test_a_revoked_ca_is_gone_around_and_the_handshake_sends_the_other() -> None:
    a = two_ways(MIDDLE, one=crl(MIDDLE))
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == ("revocation.good",)
    path = standing(a.context)
    assert path is not None
    assert path.certificates == (HOLDER.facts, OLDER.facts, AC1.facts, ROOT.facts)
    assert path.to_send == (OLDER.der, AC1.der)


@pytest.mark.parametrize("revoked", [(), (MIDDLE, OLDER)], ids=["none", "both"])
def test_without_a_better_way_the_path_stands(revoked: tuple[Made, ...]) -> None:
    a = two_ways(*revoked, one=crl(MIDDLE))
    (finding,) = a.run(revocation.CHECK)
    assert said(finding) == ("revocation.ca_revoked" if revoked else "revocation.good",)
    assert standing(a.context) == PATH


def test_no_more_than_a_few_revoked_cas_are_gone_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocation, "MOST_REVOKED", 0)
    a = two_ways(MIDDLE, one=crl(MIDDLE))
    assert said(a.run(revocation.CHECK)) == ("revocation.ca_revoked",)
