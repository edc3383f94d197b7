from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from tests.unit.checks.test_certificate import held
from tests.unit.checks.world import PROFILE, World, fact, said
from tests.unit.pki.maker import AC1, AC2, LEAF, NOW, POOL, ROOT, TRUST, Made, ca, leaf

from a3check.checks import chain
from a3check.checks.certificate import Chosen, Pool
from a3check.checks.chain import RECENT_DAYS, Listed, aged, doubted, trusted
from a3check.checks.clock import TrustedClock
from a3check.core.check import found
from a3check.core.internet import Ask, Fetched, Inquiry
from a3check.core.model import Finding, Outcome
from a3check.core.profile import Trust
from a3check.core.question import FetchQuestion
from a3check.core.wishes import Wishes
from a3check.pki import calist, trust
from a3check.pki.keys import Checked
from a3check.pki.ways import Path, described

RENEWED = ca("AC INVENTADA MULTIPLA v5", AC1, length=0, own="renewed")
FAKE_ROOT = ca("Autoridade Certificadora Raiz Inventada v5", own="fake root")
FAKE_AC1 = ca("AC INVENTADA v5", FAKE_ROOT, own="fake 1", listed=("2.16.76.1.1.1",))
FAKE_AC2 = ca("AC INVENTADA MULTIPLA v5", FAKE_AC1, length=0, own="fake 2")
FAKE = leaf(FAKE_AC2)


def world(made: Made = LEAF, *known: Made) -> World:
    a = World().learn(TrustedClock(0.0), Chosen(held(made)), Pool(()))
    a.system.authorities = tuple(m.der for m in known)
    return a


def test_a_whole_chain() -> None:
    a = world(LEAF, AC2, AC1, ROOT)
    assert said(a.run(chain.CHECK)) == ("chain.valid",)
    path = a.context.recall(Path)
    assert path.certificates == (LEAF.facts, AC2.facts, AC1.facts, ROOT.facts)
    assert path.anchored
    assert path.namesakes == ()
    assert path.to_send == (AC2.der, AC1.der)


def test_the_tokens_own_cas_help() -> None:
    a = world(LEAF, ROOT).learn(Pool((AC1.facts, AC2.facts)))
    assert said(a.run(chain.CHECK)) == ("chain.valid",)


def test_a_chain_without_its_end() -> None:
    a = world(LEAF, AC2)
    assert said(a.run(chain.CHECK)) == ("chain.issuer_missing",)
    path = a.context.recall(Path)
    assert path.certificates == (LEAF.facts, AC2.facts)
    assert not path.anchored


def test_a_chain_of_look_alikes() -> None:
    a = world(FAKE, FAKE_AC2, FAKE_AC1, FAKE_ROOT, AC2, AC1, ROOT)
    assert said(a.run(chain.CHECK)) == ("chain.root_unknown",)
    path = a.context.recall(Path)
    assert not path.anchored
    assert set(path.namesakes) == {AC2.facts, AC1.facts, ROOT.facts}


def test_without_a_certificate_there_is_nothing_to_do() -> None:
    assert said(World().run(chain.CHECK)) == ("skipped: certificate",)


def test_the_trusted_time_counts() -> None:
    a = world(LEAF, AC2, AC1, ROOT).learn(TrustedClock(900 * 24 * 3600.0))
    assert "chain.ca_expired" in said(a.run(chain.CHECK))
    assert a.context.recall(Path).anchored


def test_a_computers_own_time_where_there_is_no_other() -> None:
    a = World().learn(Chosen(held()), Pool(POOL))
    assert said(a.run(chain.CHECK)) == ("chain.valid",)


@pytest.mark.parametrize("judged_by", ["computer", "trusted", "option"])
def test_a_clock_that_nobody_verified_accuses_no_ca_of_coming_early(judged_by: str) -> None:
    early = found("chain.ca_expired", reason="not_yet_valid")
    late = Finding("chain.ca_expired")
    assert doubted(early, judged_by).lowered == (judged_by == "computer")
    assert not doubted(late, judged_by).lowered


def test_a_renewed_ca_is_a_namesake_only_where_it_holds() -> None:
    pool = (*POOL, RENEWED.facts, FAKE_AC2.facts, LEAF.facts)
    path = described((LEAF.facts, AC2.facts, AC1.facts, ROOT.facts), pool, TRUST, NOW)
    assert path.namesakes == (RENEWED.facts,)


def test_no_ca_under_its_own_name_is_sent() -> None:
    path = Path((LEAF.facts, AC2.facts, ROOT.facts))
    assert path.to_send == (AC2.der,)


@pytest.mark.parametrize(
    ("named", "result"),
    [((), trust.pinned()), ((ROOT.facts.sha256,), trust.pinned().trusting((ROOT.facts.sha256,)))],
)
def test_the_profiles_roots_replace_the_pinned_ones(
    named: tuple[str, ...], result: trust.Trust
) -> None:
    profile = replace(PROFILE, trust=Trust(named))
    assert trusted(World(profile=profile).context) == result


# ---- a CA that is missing, and published where the certificate below says


def issued_at(*urls: str) -> tuple[x509.ExtensionType, bool]:
    method = x509.oid.AuthorityInformationAccessOID.CA_ISSUERS
    names = [x509.UniformResourceIdentifier(url) for url in urls]
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(method, n) for n in names]
    ), False


AT, ALSO, ABOVE = "http://ac.test/multipla.p7b", "https://espelho.test/x", "http://ac.test/um.cer"
SECOND = ca("AC INVENTADA PUBLICADA v5", AC1, issued_at(ABOVE), length=0)
HOLDER = leaf(SECOND, issued_at(AT, ALSO))
LONELY = leaf(AC2, issued_at(AT))


def bundle(*made: Made, encoding: Encoding = Encoding.DER) -> bytes:
    return pkcs7.serialize_certificates([m.x509 for m in made], encoding)


def missing(made: Made, *known: Made, agrees: bool = True, **bodies: bytes) -> World:
    """Return a world without the CAs that are not `known`, and what the addresses bring."""
    a = world(made, *known)
    a.user.fetches = agrees
    places = {"at": AT, "also": ALSO, "above": ABOVE}
    a.network.bodies = {places[name]: body for name, body in bodies.items()}
    return a


@pytest.mark.parametrize(
    "body",
    [
        AC2.der,
        AC2.x509.public_bytes(Encoding.PEM),
        bundle(AC2),
        bundle(ROOT, AC1, AC2, FAKE_AC2),
        bundle(AC2, AC1, encoding=Encoding.PEM),
    ],
)
def test_a_missing_ca_is_asked_for_where_the_user_agrees(body: bytes) -> None:
    a = missing(LONELY, AC1, ROOT, at=body)
    (finding,) = a.run(chain.CHECK)
    assert said(finding) == ("chain.valid",)
    assert fact(finding, "fetched") == ((AT,),)
    assert a.user.missing == [FetchQuestion("AC INVENTADA MULTIPLA v5", "ac.test")]
    assert a.network.asked == [AT]
    path = a.context.recall(Path)
    assert path.certificates == (LONELY.facts, AC2.facts, AC1.facts, ROOT.facts)
    assert path.anchored


def test_one_above_the_other_is_asked_for_with_one_question() -> None:
    a = missing(HOLDER, ROOT, also=SECOND.der, above=AC1.der)
    (finding,) = a.run(chain.CHECK)
    assert said(finding) == ("chain.valid",)
    assert fact(finding, "fetched") == ((ALSO, ABOVE),)
    assert a.user.missing == [FetchQuestion("AC INVENTADA PUBLICADA v5", "ac.test, espelho.test")]
    assert a.network.asked == [AT, ALSO, ABOVE]


def test_nobody_is_asked_where_nothing_is_missing() -> None:
    a = missing(LONELY, AC2, AC1, ROOT)
    (finding,) = a.run(chain.CHECK)
    assert fact(finding, "fetched") == (None,)
    a = missing(leaf(AC2), AC1, ROOT)  # it says nowhere to ask
    (finding,) = a.run(chain.CHECK)
    assert fact(finding, "urls") == (None,)
    odd = ca("RAIZ ESTRANHA", None, issued_at(AT), own="odd root")
    a = missing(leaf(odd), odd)
    assert said(a.run(chain.CHECK)) == ("chain.root_unknown",)
    assert (a.user.missing, a.network.asked) == ([], [])
    a = missing(FAKE, FAKE_AC2, FAKE_AC1, FAKE_ROOT)
    assert said(a.run(chain.CHECK)) == ("chain.root_unknown",)
    assert a.user.missing == []
    assert a.network.asked == []


def test_without_a_yes_nobody_is_asked_and_the_address_is_told() -> None:
    a = missing(HOLDER, AC1, ROOT, agrees=False, at=SECOND.der)
    (finding,) = a.run(chain.CHECK)
    assert said(finding) == ("chain.issuer_missing",)
    assert fact(finding, "urls") == ((f"{AT}: not_asked", f"{ALSO}: not_asked"),)
    assert len(a.user.missing) == 1
    assert a.network.asked == []


def test_without_the_network_the_user_is_not_asked_either() -> None:
    a = World(Wishes(network=False)).learn(Chosen(held(LONELY)), Pool(()))
    a.user.fetches = True
    (finding,) = a.run(chain.CHECK)
    assert fact(finding, "urls") == ((f"{AT}: option",),)
    assert a.user.missing == []
    assert a.network.asked == []


@pytest.mark.parametrize(
    ("code", "asked"), [("certificate.expired", False), ("certificate.company", True)]
)
def test_a_certificate_that_gets_nobody_in_is_no_reason_to_ask(code: str, asked: bool) -> None:
    a = missing(LONELY, AC1, ROOT, at=AC2.der)
    a.context.end(Outcome("certificate", (Finding(code),)))
    (finding,) = a.run(chain.CHECK)
    assert said(finding) == (("chain.valid",) if asked else ("chain.issuer_missing",))
    assert fact(finding, "urls") == ((None,) if asked else ((f"{AT}: unneeded",),))
    assert bool(a.user.missing) is asked


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Acesso bloqueado</html>",
        AC1.der,
        FAKE_AC2.der,
        bundle(FAKE_ROOT, FAKE_AC1, FAKE_AC2),
        RENEWED.der,
        AC2.der + b"\0" * chain.LARGEST_CHAIN,
        b"",
    ],
)
def test_what_is_not_the_issuer_does_not_help(body: bytes) -> None:
    a = missing(LONELY, AC1, ROOT, at=body)
    (finding,) = a.run(chain.CHECK)
    assert said(finding) == ("chain.issuer_missing",)
    assert fact(finding, "urls") == ((f"{AT}: no_issuer",),)
    assert a.network.asked == [AT]


def test_an_address_that_does_not_answer_is_told() -> None:
    a = missing(LONELY, AC1, ROOT)
    (finding,) = a.run(chain.CHECK)
    assert fact(finding, "urls") == ((f"{AT}: http_404",),)


def test_what_is_brought_is_a_candidate_and_no_more() -> None:
    """A whole look-alike chain from the token's own address stays what it is."""
    made = leaf(FAKE_AC2, issued_at(AT))
    a = missing(made, AC2, AC1, ROOT, at=bundle(FAKE_AC2, FAKE_AC1, FAKE_ROOT))
    a.system.authorities = (ROOT.der,)
    assert said(a.run(chain.CHECK)) == ("chain.root_unknown",)
    assert not a.context.recall(Path).anchored


def test_a_chain_without_an_end_is_not_followed_for_ever() -> None:
    cas = [ROOT]
    for number in range(chain.MOST_FETCHED + 2):
        place = issued_at(f"http://ac.test/{number - 1}")
        cas.append(ca(f"AC NUMERO {number} v5", cas[-1], place, own=f"number {number}"))
    made = leaf(cas[-1], issued_at(f"http://ac.test/{len(cas) - 2}"))
    a = missing(made)
    a.network.bodies = {f"http://ac.test/{n}": c.der for n, c in enumerate(cas[1:])}
    (finding,) = a.run(chain.CHECK)
    assert said(finding) == ("chain.issuer_missing",)
    assert len(a.network.asked) == chain.MOST_FETCHED
    assert len(a.user.missing) == 1


def test_no_more_is_taken_of_an_answer_than_a_chain_has() -> None:
    many = [ca(f"AC {n}", AC1, own="many") for n in range(chain.MOST_BROUGHT)]
    assert chain.issuers(LONELY.facts, bundle(AC2, *many[1:])) != ()
    found = chain.issuers(LONELY.facts, b"".join(m.x509.public_bytes(Encoding.PEM) for m in many))
    assert found == ()
    pem = [m.x509.public_bytes(Encoding.PEM) for m in (AC2, *many)]
    assert len(chain.issuers(LONELY.facts, b"".join(pem))) == chain.MOST_BROUGHT


def test_the_issuer_bears_its_name_and_its_answer_has_its_size() -> None:
    other = ca("AC DE OUTRO NOME v5", AC1, length=0, own="ca AC INVENTADA MULTIPLA v5")
    assert LONELY.facts.signed_by(other.facts) is Checked.GOOD
    assert chain.issuers(LONELY.facts, other.der) == ()
    pem = AC2.x509.public_bytes(Encoding.PEM)
    assert chain.issuers(LONELY.facts, pem.ljust(chain.LARGEST_CHAIN)) == (AC2.facts,)
    assert chain.issuers(LONELY.facts, pem.ljust(chain.LARGEST_CHAIN + 1)) == ()


def test_an_address_that_is_none() -> None:
    made = leaf(AC2, issued_at("http://[", "http://", *(f"http://ac.test/{n}" for n in range(9))))
    a = missing(made, AC1, ROOT, agrees=False)
    a.run(chain.CHECK)
    assert a.user.missing == [
        FetchQuestion("AC INVENTADA MULTIPLA v5", "http://[, http://, ac.test")
    ]


def test_which_answer_serves() -> None:
    inquiry = chain._inquiry(LONELY.facts)
    assert isinstance(inquiry, Inquiry)
    assert inquiry.asks == (Ask(AT),)
    assert inquiry.serves(Ask(AT), Fetched(AT, AC2.der))
    assert not inquiry.serves(Ask(AT), Fetched(AT, AC1.der))


# ---- the age of the list that lacks a CA

MISSING = found("chain.issuer_missing", issuer="AC NOVA")
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("age", "reason", "days"),
    [
        (None, "no_list", None),
        (-1, "recent_list", 0),
        (0, "recent_list", 0),
        (RECENT_DAYS, "recent_list", RECENT_DAYS),
        (RECENT_DAYS + 1, "old_list", RECENT_DAYS + 1),
        (150, "old_list", 150),
    ],
)
def test_how_old_is_the_list_that_lacks_a_ca(
    age: int | None, reason: str, days: int | None
) -> None:
    listed = Listed() if age is None else Listed(TODAY - timedelta(days=age))
    (told,) = aged((MISSING,), listed, TODAY)
    assert (told.get("issuer"), told.get("reason"), told.get("list_days")) == (
        "AC NOVA",
        reason,
        days,
    )


def test_the_age_of_the_list_concerns_no_other_fault() -> None:
    others = (
        found("chain.bad_signature", subject="x", issuer="y"),
        found("chain.issuer_missing", issuer="AC NOVA", reason="other_key"),
    )
    assert aged((*others, MISSING), Listed(), TODAY)[:2] == others
    assert aged((*others, MISSING), Listed(), TODAY)[2] != MISSING


def test_the_list_in_use_tells_its_own_day() -> None:
    a = world(LEAF, AC2)
    a.system.authorities = (calist.dumps(TODAY, [AC2.der]),)
    a.run(chain.CHECK)
    assert a.context.recall(Listed).day == TODAY
