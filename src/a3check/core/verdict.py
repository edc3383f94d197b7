"""Which of all findings is the cause?

The rule, clause by clause, is the catalogue's: one certificate is judged (by
the certificate's check); what was shown to work overrules what only stood for
it; what explains a failure takes its place; of the failed ones left
the first counts; nothing failed is passed only where the login was accepted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from a3check.core.model import Diagnosis, Finding, Outcome, findings
from a3check.core.register import Status

LEFT_TO_BROWSER = {
    "login.not_requested": "not_requested",
    "login.page_unknown": "page_unknown",
    "server.program_refused": "program_refused",
}
"""The codes that leave it to the browser, and what keeps a3check from telling."""
SECOND_FACTOR = "login.second_factor"
ACCEPTED = frozenset({"login.accepted", "login.user_entered", SECOND_FACTOR})
LANE = frozenset({"service", "reader", "card"})
TOKEN_READ = frozenset({"token", "certificate"})
"""The checks that show whether what failed in the lane mattered."""
_BY_WHAT_WAS_SENT = frozenset({"login.rejected", "login.rejected_unknown_ca"})
"""Refusals that the holder's kind or a missing CA may explain; one that says expired may not."""
_OF_ITS_OWN_MOUTH = frozenset(
    {
        *_BY_WHAT_WAS_SENT,
        "login.rejected_expired",
        "login.rejected_revoked",
        "login.issuer_not_listed",
        "login.not_authorised",
        "login.portal_error",
        "login.nothing_sent",
    }
)
"""What only the portal can have said; a connection that was lost may be the network's."""
_OF_THE_PORTAL = frozenset({"server", "login"})
_UNREAD = frozenset({"certificate.absent", "certificate.unreadable"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong, if anything.

    ``status`` is passed, failed or unknown; ``cause`` is nothing where it
    passed; ``also`` holds what else was found, the worst first; ``outcomes``
    are those given, with what was overruled lowered to warnings.
    """

    status: Status
    cause: Finding | None
    also: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def arrival(self) -> Finding | None:
        """What tells best how far the login came, where it was accepted.

        The page of the one-time code says more than the login that led to it:
        it is the user's next step.
        """
        named = [f for f in findings(self.outcomes) if f.code in ACCEPTED]
        code = next((f for f in named if f.code == SECOND_FACTOR), None)
        return code or next(iter(named), None)


def telling(outcome: Outcome) -> Finding | None:
    """Return the finding by which a line about a check is told: its worst, if it has any.

    Where the user got in by the browser, that is told and not the warning beside it.
    """
    worst = max(outcome.findings, key=lambda f: f.status.gravity, default=None)
    if worst is None or worst.status is not Status.WARNING:
        return worst
    return next((f for f in outcome.findings if f.code in ACCEPTED), worst)


def judge(outcomes: Iterable[Outcome]) -> Verdict:
    """Apply the whole rule to the outcomes of a run, in the order of the checks."""
    settled = settle(tuple(outcomes))
    named = _in_order(settled)
    status, cause = _cause(named)
    rest = [f for f in named if f != cause and f.status not in {Status.PASSED, Status.SKIPPED}]
    order = (Status.FAILED, Status.WARNING, Status.UNKNOWN)
    also = tuple(sorted(rest, key=lambda finding: order.index(finding.status)))
    return Verdict(status, cause, also, settled)


def examined(outcomes: Iterable[Outcome]) -> Verdict:
    """Apply the rule where no login is part of it: what nothing speaks against has passed."""
    verdict = judge(outcomes)
    cut = any(o.status is Status.CRASHED or o.because == "user" for o in verdict.outcomes)
    if verdict.cause is not None or cut:
        return verdict
    return replace(verdict, status=Status.PASSED)


def conclude(diagnosis: Diagnosis) -> Verdict:
    """Judge a run that has ended; where it was cut before the token was read, as a live view.

    Then nobody knows yet whether the service, a reader or a card mattered at all.
    """
    cut = {o.check for o in diagnosis.outcomes if o.because == "user"}
    softened = not diagnosis.complete and cut & TOKEN_READ
    return judge(_soft(diagnosis.outcomes) if softened else diagnosis.outcomes)


def settle(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Lower to warnings what was overruled by something shown to work (clause 2)."""
    overruled = [rule for holds, rule in _OVERRULERS if holds(outcomes)]
    serving = _serving_module(outcomes)

    def settled(check: str, finding: Finding) -> Finding:
        if finding.status not in {Status.FAILED, Status.UNKNOWN}:
            return finding
        lowered = any(rule(check, finding, serving) for rule in overruled)
        return finding.lower() if lowered else finding

    return tuple(
        replace(o, findings=tuple(settled(o.check, f) for f in o.findings)) for o in outcomes
    )


def live(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Return the outcomes as a live view shows them while the token's lane still runs.

    A failed service, reader or card is shown as a warning until then, so that
    nothing red turns green.
    """
    settled = settle(outcomes)
    ended = {o.check for o in outcomes if o.because != "user"}
    return settled if ended >= TOKEN_READ else _soft(settled)


def _soft(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    def soft(outcome: Outcome) -> Outcome:
        if outcome.check not in LANE or outcome.status is not Status.FAILED:
            return outcome
        return replace(outcome, findings=tuple(f.lower() for f in outcome.findings))

    return tuple(map(soft, outcomes))


def _cause(named: list[Finding]) -> tuple[Status, Finding | None]:
    failed = [f for f in named if f.status is Status.FAILED]
    if failed:
        return Status.FAILED, _explained(_first(failed), named)
    if any(f.code in ACCEPTED for f in named):
        return Status.PASSED, None
    return Status.UNKNOWN, next((f for f in named if f.status is Status.UNKNOWN), None)


def _first(failed: list[Finding]) -> Finding:
    """Return the first failed one; a clock that is wrong gives way to what it cannot excuse."""
    first = failed[0]
    if first.code != "clock.wrong":
        return first
    surer = {"certificate.expired", "revocation.revoked"}
    return next(
        (f for f in failed if f.code in surer and f.get("judged_by") == "trusted"),
        first,
    )


def _explained(cause: Finding, named: list[Finding]) -> Finding:
    """Return what explains the cause and fails nobody, or the cause itself (clause 3)."""
    codes = {f.code: f for f in named}
    company = codes.get("certificate.company")
    if company is not None and cause.code in _BY_WHAT_WAS_SENT:
        return company
    missing = codes.get("chain.issuer_missing")
    # A CA that is not at hand was not sent, nor has a browser it; a root is never sent.
    if missing is not None and not missing.get("root") and cause.code in _BY_WHAT_WAS_SENT:
        return missing
    # The agent of a cloud answers by errors while its program does not run.
    stopped = codes.get("cloud.agent_stopped")
    if stopped is not None and cause.code == "driver.refused":
        return stopped
    remote = codes.get("computer.remote_session")
    if remote is not None and _check(cause) in LANE:
        return codes.get("reader.other_machine", remote)
    return cause


def _in_order(outcomes: tuple[Outcome, ...]) -> list[Finding]:
    """Return all findings by check and, within a check, by the register."""
    return [f for o in outcomes for f in sorted(o.findings, key=lambda f: f.rule.order)]


def _serving_module(outcomes: tuple[Outcome, ...]) -> object:
    """Return the module through which the judged certificate was read, else the first token's."""
    read = (f for f in findings(outcomes) if _check(f) == "certificate")
    ready = (f for f in findings(outcomes) if f.code == "token.ready")
    return next((f.get("module") for f in (*read, *ready) if f.get("module")), None)


def _token_was_read(outcomes: tuple[Outcome, ...]) -> bool:
    ready = any(f.code == "token.ready" for f in findings(outcomes))
    read = next((o.findings for o in outcomes if o.check == "certificate"), ())
    return ready and any(_check(f) == "certificate" and f.code not in _UNREAD for f in read)


def _login_was_accepted(outcomes: tuple[Outcome, ...]) -> bool:
    return any(f.code == "login.accepted" for f in findings(outcomes))


def _portal_was_reached(outcomes: tuple[Outcome, ...]) -> bool:
    """Tell whether the portal itself spoke of the certificate, on a connection that was verified.

    Whatever stands in the network's way elsewhere, it is not what kept the user out.
    """
    return any(f.code in _OF_ITS_OWN_MOUTH for f in findings(outcomes))


def _stood_on_the_way(_check_name: str, finding: Finding, _serving: object) -> bool:
    return _check(finding) == "network"


def _user_got_in(outcomes: tuple[Outcome, ...]) -> bool:
    return any(f.code in ACCEPTED for f in findings(outcomes))


def _could_not_be_told(check: str, finding: Finding, _serving: object) -> bool:
    """Go by the checks that only a browser could answer for."""
    return check in _OF_THE_PORTAL and finding.status is Status.UNKNOWN


def _stood_for_the_token(check: str, finding: Finding, serving: object) -> bool:
    """Go by the check that found it: a driver that refuses the login has its say there."""
    if check == "driver":
        return finding.get("module") != serving
    # Another check's code (card's afterword) tells what broke off after the reading: it stands.
    in_lane = check in LANE and _check(finding) == check
    return in_lane or finding.code == "token.uninitialized"


def _stood_for_the_login(check: str, finding: Finding, _serving: object) -> bool:
    # A module that served the whole way has shown that its other slot's fault is no cause.
    if (
        check == "driver"
        or _check(finding) == "network"
        or finding.code == "server.incomplete_chain"
    ):
        return True
    return finding.status is Status.UNKNOWN


def _check(finding: Finding) -> str:
    return finding.code.partition(".")[0]


def _reading_was_left_out(outcomes: tuple[Outcome, ...]) -> bool:
    """Tell whether the user left out the checks that could have overruled the lane."""
    left_out = {o.check for o in outcomes if o.because == "option"}
    return "driver" not in left_out and bool({"token", "certificate"} & left_out)


def _may_not_matter(check: str, finding: Finding, _serving: object) -> bool:
    return check in LANE and _check(finding) == check


_OVERRULERS: tuple[
    tuple[Callable[[tuple[Outcome, ...]], bool], Callable[[str, Finding, object], bool]], ...
] = (
    (_token_was_read, _stood_for_the_token),
    (_login_was_accepted, _stood_for_the_login),
    (_portal_was_reached, _stood_on_the_way),
    (_user_got_in, _could_not_be_told),
    (_reading_was_left_out, _may_not_matter),
)
