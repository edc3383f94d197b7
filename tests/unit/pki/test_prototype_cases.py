"""The 56 cases of an invented PKI, kept outside the repository, each with its finding first."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.pki.cases.case import Case
from tests.unit.pki.cases.second import disagreements

from a3check.core.register import Status
from a3check.pki import bundle, fitness, path, revocation, trust
from a3check.pki.answers import Answer, Answers
from a3check.system import lockfile

if TYPE_CHECKING:
    from a3check.core.model import Finding
    from a3check.pki.certificate import Certificate

SCRIPT = Path(__file__).resolve().parents[4] / "shared" / "prototypes" / "make_pki.py"
CACHE = Path(__file__).resolve().parents[2] / "lab" / ".cache" / "cases"
SECONDS = 300.0  # to make its keys of 4096 bits, the first time

NOT_LISTED = "chain.policy_not_issued"
"""Set aside: the ACs of these cases list no policy for holders, as every real one does."""

EXPECTED = {
    "ok": (),
    "cert_expired": ("certificate.expired",),
    "cert_not_yet_valid": ("certificate.not_yet_valid",),
    "ca_expired": ("chain.ca_expired",),
    "root_expired": ("chain.ca_expired",),
    "issuer_missing": ("chain.issuer_missing",),
    "root_unknown": ("chain.root_unknown",),
    "bad_signature": ("chain.bad_signature",),
    "self_signed": ("chain.root_unknown",),
    "issuer_not_ca": ("chain.invalid_ca",),
    "pathlen": ("chain.invalid_ca",),
    "ca_key_usage": ("chain.invalid_ca",),
    "unknown_critical": ("chain.unsupported",),
    "policy_not_a3": ("certificate.software_type",),
    "policy_absent": ("certificate.wrong_type",),
    "eku_no_client_auth": ("certificate.no_client_auth",),
    "ku_no_digital_signature": ("certificate.no_digital_signature",),
    "weak_key": ("certificate.weak",),
    "weak_hash": ("certificate.weak",),
    "revoked": ("revocation.revoked",),
    "revoked_hold": ("revocation.suspended",),
    "ca_revoked": ("revocation.ca_revoked",),
    "crl_stale": ("revocation.stale",),
    "ocsp_stale": ("revocation.stale",),
    "crl_future_clock": ("revocation.not_yet_valid",),
    "crl_bad_signature": ("revocation.forged",),
    "ocsp_bad_signature": ("revocation.forged",),
    "ocsp_unauthorized": ("revocation.forged",),
    "crl_missing": ("revocation.unreachable",),
    "ocsp_unknown": ("revocation.unreachable",),
    # Only warnings there; here the portal's own rule: it takes them.
    "eku_absent": (),
    "policy_ambiguous": (),
    "san_missing": (),
}
"""The first finding for each code of the cases."""

OTHERWISE = {
    # By one moment alone the clock cannot be blamed: that is the check of the clock.
    "clock_in_1980": "certificate.not_yet_valid",
    "clock_in_2045": "certificate.expired",
    # The root's certificate is not in the case at all; whose it would be, nobody can tell.
    "unknown_root": "chain.issuer_missing",
    # The key identifier names a key that is not at hand: a reissued AC looks the same.
    "leaf_bad_signature": "chain.issuer_missing",
    "ca_bad_signature": "chain.issuer_missing",
    # The list names a key of the AC's name that is not at hand: a renewed AC looks the same.
    "crl_wrong_key": "revocation.unreachable",
    # A server's: two faults at once, the type goes before the usage.
    "tls_server_cert": "certificate.software_type",
}
"""Where ours differs from what the case was made for, and why ours is right."""

COMPANY = "certificate.company"  # a warning that stands beside, and no fault

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SCRIPT.is_file(), reason=f"no cases to be made by {SCRIPT}"),
]


def made() -> dict[str, dict[str, Any]]:
    """Every case by its name; made once, since their moment is a fixed one."""
    index = CACHE / "cases.json"
    CACHE.mkdir(parents=True, exist_ok=True)
    with lockfile.held(CACHE.with_suffix(".lock")):  # two processes would make them twice
        if not index.is_file() or index.stat().st_mtime < SCRIPT.stat().st_mtime:
            command = [sys.executable, str(SCRIPT), str(CACHE)]
            subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)
    return {case["id"]: case for case in json.loads(index.read_text("utf-8"))}


def load(file: Path) -> tuple[Certificate, ...]:
    return bundle.load_pool([file.read_bytes()])


def judged(case: dict[str, Any]) -> list[str]:
    """The codes of everything that speaks against it, in the order in which they are told."""
    folder, moment = CACHE / case["id"], datetime.fromisoformat(case["time"])
    (leaf,) = load(folder / "leaf.pem")
    roots = load(folder / "roots.pem")
    trusted = trust.for_user(root.sha256 for root in roots)
    pool = (*load(folder / "intermediates.pem"), *roots)
    result = path.judge(leaf, pool, trusted, moment)
    answers = Answers(
        crls=tuple(Answer(f.read_bytes(), f.name) for f in sorted((folder / "crls").iterdir())),
        ocsp=tuple(Answer(f.read_bytes(), f.name) for f in sorted((folder / "ocsp").iterdir())),
    )
    asked: list[Finding] = []
    if trusted.trusts(result.path[-1]):  # what a stranger's CA answers is not asked for
        steps = zip(result.path, result.path[1:], strict=False)
        for place, (one, issuer) in enumerate(steps):
            asked += revocation.judge(one, issuer, answers, moment, leaf=place == 0)
    found = (*fitness.faults(leaf, moment), *result.faults, *revocation.summary(asked))
    return [
        f.code
        for f in found
        if f.status is not Status.PASSED and f.code not in {NOT_LISTED, COMPANY}
    ]


SECOND = {
    "root_expired": "RFC 5280 looks at no anchor's dates; OpenSSL does",
    "rsa_1024": "it judges the keys that sign in the path, and not the certificate's own",
}
"""Where the second opinion says otherwise, and why ours is right."""


def as_rows(cases: dict[str, dict[str, Any]]) -> list[Case]:
    """The same as rows of our own table, with what is expected of each."""
    rows = []
    for name, case in cases.items():
        folder = CACHE / name
        roots = load(folder / "roots.pem")
        wanted = (OTHERWISE[name],) if name in OTHERWISE else EXPECTED[case["code"]]
        rows.append(
            Case(
                name=name,
                what=case["code"],
                cause=wanted[0] if wanted else None,
                also=frozenset(),
                made=load(folder / "leaf.pem")[0].der,
                pool=tuple(c.der for c in (*load(folder / "intermediates.pem"), *roots)),
                roots=frozenset(root.sha256 for root in roots),
                crls=tuple(file.read_bytes() for file in sorted((folder / "crls").iterdir())),
                ocsp=tuple(file.read_bytes() for file in sorted((folder / "ocsp").iterdir())),
                moment=datetime.fromisoformat(case["time"]),
                withdrawn=frozenset(),
            )
        )
    return rows


def test_a_second_opinion_on_each() -> None:
    assert set(disagreements(as_rows(made()))) == set(SECOND)


def test_each_has_its_finding_first() -> None:
    cases = made()
    found = {name: judged(case) for name, case in cases.items()}
    wanted = {
        name: (OTHERWISE[name],) if name in OTHERWISE else EXPECTED[case["code"]]
        for name, case in cases.items()
    }
    told = {name: tuple(codes[:1]) for name, codes in found.items()}
    assert told == wanted
    expected = {kind: [n for n in cases if cases[n]["expect"] == kind] for kind in ("ok", "fail")}
    assert (len(cases), len(expected["ok"]), len(expected["fail"])) == (56, 13, 40)
    assert not [name for name in expected["ok"] if found[name]]
    assert all(found[name] for name in expected["fail"])
