"""What the program says of a case: its own checks, one after the other, and its verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.checks.world import PROFILE, TOKEN, World, keep

from a3check.checks import certificate, chain, revocation
from a3check.checks.clock import TrustedClock
from a3check.core import verdict
from a3check.core.check import found
from a3check.core.model import Finding, Outcome
from a3check.core.profile import Trust
from a3check.core.wishes import Wishes
from a3check.pki import bundle
from a3check.pki import certificate as x509
from a3check.pki.answers import Answer, Answers
from a3check.pki.asked import AtHand
from a3check.pki.fitness import faults
from a3check.pki.trust import for_user

if TYPE_CHECKING:
    from tests.unit.pki.cases.case import Case

    from a3check.core.check import Check
    from a3check.core.verdict import Verdict


def judged(case: Case) -> Verdict:
    """Judge a case as a run without a network does, its clock being right."""
    read = x509.read(case.made)
    if isinstance(read, x509.Unreadable):
        unreadable = found("certificate.unreadable", reason=read.reason)
        return verdict.judge([Outcome("certificate", (unreadable,))])
    profile = replace(PROFILE, trust=Trust(tuple(case.roots)))
    world = World(Wishes(network=False), profile)
    world.clock.moment = case.moment
    held = certificate.Held(read, TOKEN, b"", "", ())
    answers = Answers(
        crls=tuple(Answer(body, f"lista {n}") for n, body in enumerate(case.crls)),
        ocsp=tuple(Answer(body, f"resposta {n}") for n, body in enumerate(case.ocsp)),
    )
    world.learn(
        TrustedClock(0.0),
        certificate.Chosen(held),
        certificate.Pool(bundle.load_pool(case.pool)),
        AtHand(answers),
    )
    own = certificate.judge(held, faults(read, case.moment), "trusted")
    with pytest.MonkeyPatch.context() as patch:
        # The list of withdrawn CAs is the program's own; no invented CA can be on it.
        trust = replace(for_user(case.roots), withdrawn=case.withdrawn)
        patch.setattr(chain, "trusted", lambda _: trust)
        path = _findings(world, chain.CHECK)
    return verdict.judge(
        [
            Outcome("certificate", own),
            Outcome("chain", path),
            Outcome("revocation", _findings(world, revocation.CHECK)),
        ]
    )


def _findings(world: World, check: Check) -> tuple[Finding, ...]:
    found_ = tuple(f for f in world.run(check) if isinstance(f, Finding))
    for finding in found_:
        keep(finding)
    return found_
