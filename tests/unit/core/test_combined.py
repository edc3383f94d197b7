"""Several findings at once, as towns have them: the one cause, written down first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.core.test_verdict import ACCEPTED, READY, USABLE, verdict

from a3check.core.check import found
from a3check.core.register import Status

if TYPE_CHECKING:
    from a3check.core.model import Finding

PASSED, FAILED, UNKNOWN = Status.PASSED, Status.FAILED, Status.UNKNOWN
COMPANY = found("certificate.company", policy="SE-H")
MISSING = found("chain.issuer_missing", issuer="AC NOVA v12", reason="no_list")
ROOT_MISSING = found("chain.issuer_missing", issuer="Raiz v12", root="v12")
UNTOLD = found("revocation.unreachable", subject="F", urls=(), reason="other_key")
UNVERIFIED = found("clock.unverified")
WRONG = found("clock.wrong")
EXPIRED = found("certificate.expired", judged_by="trusted")
BY_OWN_CLOCK = found("certificate.expired", judged_by="computer")
REJECTED = found("login.rejected", host="h", http_status=400)
UNKNOWN_CA = found("login.rejected_unknown_ca", host="h", alert="unknown_ca")
LOST = found("login.connection_lost", host="h")
NO_PSS = found("signature.no_pss")
NOTHING_SENT = found("login.nothing_sent", host="h")
UNLISTED = found("login.issuer_not_listed", host="h", issuer="AC")
NO_ACCESS = found("login.not_authorised", host="h", words="Sem perfil")
SOUND = (READY, USABLE)

ROWS: dict[str, tuple[tuple[Finding, ...], Status, str | None]] = {
    # what this computer lacks and the portal refuses
    "missing AC, unknown_ca": ((*SOUND, MISSING, UNKNOWN_CA), FAILED, "chain.issuer_missing"),
    "missing AC, nginx's 400": ((*SOUND, MISSING, REJECTED), FAILED, "chain.issuer_missing"),
    "missing root alone, unknown_ca": (
        (*SOUND, ROOT_MISSING, UNKNOWN_CA),
        FAILED,
        "login.rejected_unknown_ca",
    ),
    "missing AC, says expired": (
        (*SOUND, MISSING, found("login.rejected_expired")),
        FAILED,
        "login.rejected_expired",
    ),
    "missing AC, connection lost": ((*SOUND, MISSING, LOST), FAILED, "login.connection_lost"),
    "missing AC, list without it": (
        (*SOUND, MISSING, UNLISTED),
        FAILED,
        "login.issuer_not_listed",
    ),
    "missing AC, accepted all the same": ((*SOUND, MISSING, ACCEPTED), PASSED, None),
    "newer root, unknown_ca": (
        (*SOUND, found("chain.root_newer", issuer="v14"), UNKNOWN_CA),
        FAILED,
        "login.rejected_unknown_ca",
    ),
    # whose certificate it is
    "company, missing AC, unknown_ca": (
        (READY, COMPANY, MISSING, UNKNOWN_CA),
        FAILED,
        "certificate.company",
    ),
    "company, revoked by the portal's word": (
        (READY, COMPANY, found("login.rejected_revoked")),
        FAILED,
        "login.rejected_revoked",
    ),
    "company, revoked": (
        (READY, COMPANY, found("revocation.revoked", judged_by="trusted")),
        FAILED,
        "revocation.revoked",
    ),
    "company that gets in": ((READY, COMPANY, ACCEPTED), PASSED, None),
    # the clock
    "wrong clock, expired by the trusted time": (
        (WRONG, READY, EXPIRED),
        FAILED,
        "certificate.expired",
    ),
    "wrong clock, expired by its own": ((WRONG, READY, BY_OWN_CLOCK), FAILED, "clock.wrong"),
    "wrong clock, list of the future": (
        (WRONG, *SOUND, found("revocation.not_yet_valid")),
        FAILED,
        "clock.wrong",
    ),
    "unverified clock, too early by it, server out of its dates": (
        (
            UNVERIFIED,
            READY,
            found("certificate.not_yet_valid").lower(),
            found("server.expired").lower(),
        ),
        UNKNOWN,
        "clock.unverified",
    ),
    "unverified clock that gets in": ((UNVERIFIED, *SOUND, ACCEPTED), PASSED, None),
    # revocation that cannot be told
    "renewed AC's list, accepted": ((*SOUND, UNTOLD, ACCEPTED), PASSED, None),
    "renewed AC's list, no PIN": (
        (*SOUND, UNTOLD, found("pin.not_tried", reason="user")),
        UNKNOWN,
        "revocation.unreachable",
    ),
    "renewed AC's list, refused PIN": (
        (*SOUND, UNTOLD, found("pin.incorrect")),
        FAILED,
        "pin.incorrect",
    ),
    "stale list, portal says revoked": (
        (*SOUND, found("revocation.stale"), found("login.rejected_revoked")),
        FAILED,
        "login.rejected_revoked",
    ),
    "forged answer, accepted": (
        (*SOUND, found("revocation.forged"), ACCEPTED),
        FAILED,
        "revocation.forged",
    ),
    # the token's signature and the portal's wish
    "no PSS, TLS 1.2 takes it": ((*SOUND, NO_PSS, ACCEPTED), PASSED, None),
    "no PSS, TLS 1.3 alone": ((*SOUND, NO_PSS, NOTHING_SENT), FAILED, "login.nothing_sent"),
    "no PSS, missing AC, nothing sent": (
        (*SOUND, MISSING, NO_PSS, NOTHING_SENT),
        FAILED,
        "login.nothing_sent",
    ),
    "removed while signing, reader gone too": (
        (found("reader.absent"), *SOUND, found("signature.token_removed")),
        FAILED,
        "signature.token_removed",
    ),
    # the way to the portal
    "incomplete chain of the portal, accepted": (
        (*SOUND, found("server.incomplete_chain"), ACCEPTED),
        PASSED,
        None,
    ),
    "intercepted, connection lost": (
        (*SOUND, found("server.intercepted", host="h"), LOST),
        FAILED,
        "server.intercepted",
    ),
    "blocked port, and the portal refused": (
        (*SOUND, found("network.port_blocked", host="h", port=8443), REJECTED),
        FAILED,
        "login.rejected",
    ),
    "private address of the portal, which has no access for the person": (
        (*SOUND, found("network.dns_poisoned", host="h", address="10.0.0.7"), ACCEPTED, NO_ACCESS),
        FAILED,
        "login.not_authorised",
    ),
    "private address, issuer not listed": (
        (*SOUND, found("network.dns_poisoned", host="h", address="10.0.0.7"), UNLISTED),
        FAILED,
        "login.issuer_not_listed",
    ),
    "blocked port, connection lost": (
        (*SOUND, found("network.port_blocked", host="h", port=8443), LOST),
        FAILED,
        "network.port_blocked",
    ),
    "proxy refuses one port, token failed": (
        (*SOUND, found("network.proxy_denied", proxy="p"), found("login.token_failed")),
        FAILED,
        "network.proxy_denied",
    ),
    "proxy not followed, and in by the browser": (
        (*SOUND, found("network.proxy_not_followed"), found("login.user_entered")),
        PASSED,
        None,
    ),
    "expired, and the network is down": (
        (READY, EXPIRED, found("network.offline")),
        FAILED,
        "certificate.expired",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_one_cause(row: str) -> None:
    findings, status, code = ROWS[row]
    judged = verdict(*findings)
    assert (judged.status, judged.cause and judged.cause.code) == (status, code)


@pytest.mark.parametrize("row", ROWS)
def test_nothing_that_failed_is_left_untold(row: str) -> None:
    findings, _, code = ROWS[row]
    judged = verdict(*findings)
    told = {code, *(f.code for f in judged.also)}
    assert {f.code for f in findings if f.status is FAILED} <= told
