"""Can this computer and this session use a token?"""

from collections.abc import Iterator, Sequence

from a3check.checks.card import Cards
from a3check.checks.certificate import Chosen
from a3check.core.check import Check, Context, found
from a3check.core.computer import Computer, Session, Surroundings
from a3check.core.model import Finding, Value
from a3check.core.profile import Portal
from a3check.core.smartcard import Reader
from a3check.core.software import Installed
from a3check.pki.certificate import Certificate
from a3check.portal import autoselect
from a3check.portal.autoselect import Choice

_OWN_VIEW = 64  # of the registry: what 32-bit programs are told is no browser's affair


def run(context: Context) -> Iterator[Finding]:
    """Describe the computer."""
    computer = context.ports.system.computer()
    context.learn(computer)
    yield from judge(computer)


def judge(computer: Computer) -> tuple[Finding, ...]:
    """Warn of what may hide a token; ready where nothing does."""
    warnings, system, around = [], computer.system, _around(computer.around)
    if computer.session is Session.REMOTE:
        by = {"remote_by": computer.around.remote_by} if computer.around.remote_by else {}
        session = str(computer.session)
        warnings.append(found("computer.remote_session", session=session, **by, **around))
    if not computer.supported:
        warnings.append(found("computer.unsupported_system", system=system, **around))
    if computer.certificate_policy:
        warnings.append(found("computer.certificate_policy", system=system, **around))
    session = str(computer.session)
    return tuple(warnings) or (found("computer.ready", system=system, session=session, **around),)


def afterword(context: Context) -> Iterator[Finding]:
    """Compare the browsers' rules with the certificate, and the move to KSP with the card."""
    computer, chosen, seen = context.find(Computer), context.find(Chosen), context.find(Cards)
    if computer is not None:
        if seen is not None and computer.csp_to_ksp_change:
            yield from judge_move(computer, seen.cards, context.ports.system.installed())
        certificate = chosen.held.certificate if chosen else None
        yield from judge_rules(computer, context.profile.portal, certificate)


def judge_move(
    computer: Computer, cards: Sequence[Reader], installed: Installed
) -> tuple[Finding, ...]:
    """Warn of a card that a maker's CSP alone serves, on a Windows that has moved to KSP.

    What is registered for other cards may be left over, or a bank's: it says nothing of this one.
    """
    named = [r for r in installed.cards if r.library and r.bits == _OWN_VIEW]
    serving = [r for r in named if any(r.fits(card.atr) for card in cards)]
    if not serving or not all(r.csp_only for r in serving):
        return ()
    why = {"reason": "switched_back"} if computer.switched_back else {}
    return (found("computer.csp_to_ksp_change", system=computer.system, **why),)


def judge_rules(
    computer: Computer, portal: Portal, certificate: Certificate | None
) -> tuple[Finding, ...]:
    """Warn of the rule that would choose for the portal: the one that passes this one over first.

    A rule whose filter fits the certificate keeps nobody out: nothing is said of it.
    """
    rules = autoselect.for_portal(computer.rules, portal)
    if certificate is None:
        judged = [(rule, Choice.ANY) for rule in rules]
    else:
        judged = [(rule, autoselect.choice(rule, certificate)) for rule in rules]
    for wanted in (Choice.OTHER, Choice.ANY):
        for rule, choice in judged:
            if choice is wanted:
                compared = {"filter": rule.parts} if rule.parts else {}
                about = {"browser": rule.browser, "pattern": rule.pattern, **compared}
                why = {"reason": str(choice)} if certificate is not None else {}
                finding = found(
                    "computer.certificate_policy", system=computer.system, **about, **why
                )
                return (finding,)
    return ()


def _around(around: Surroundings) -> dict[str, Value]:
    known: dict[str, Value] = {
        "antivirus": around.antivirus,
        "firewall": around.firewall,
        "virtual": around.virtual,
        "code_page": around.code_page,
    }
    return {name: value for name, value in known.items() if value}


CHECK = Check(run, afterword=afterword, until=("certificate",))
