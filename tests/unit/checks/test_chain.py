from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.unit.checks.test_certificate import held
from tests.unit.checks.world import PROFILE, World, said
from tests.unit.pki.maker import AC1, AC2, LEAF, NOW, POOL, ROOT, TRUST, Made, ca, leaf

from a3check.checks import chain
from a3check.checks.certificate import Chosen, Pool
from a3check.checks.chain import RECENT_DAYS, Listed, Path, aged, described, trusted
from a3check.checks.clock import TrustedClock
from a3check.core.check import found
from a3check.core.profile import Trust
from a3check.pki import calist, trust

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
