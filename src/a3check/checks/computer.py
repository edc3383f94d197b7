"""Can this computer and this session use a token?"""

from collections.abc import Iterator

from a3check.core.check import Check, Context, found
from a3check.core.computer import Computer, Session
from a3check.core.model import Finding


def run(context: Context) -> Iterator[Finding]:
    """Describe the computer."""
    computer = context.ports.system.computer()
    context.learn(computer)
    yield from judge(computer)


def judge(computer: Computer) -> tuple[Finding, ...]:
    """Warn of what may hide a token; ready where nothing does."""
    warnings = []
    if computer.session is Session.REMOTE:
        warnings.append(found("computer.remote_session", session=str(computer.session)))
    if not computer.supported:
        warnings.append(found("computer.unsupported_system", system=computer.system))
    if computer.csp_to_ksp_change:
        warnings.append(found("computer.csp_to_ksp_change", system=computer.system))
    if computer.certificate_policy:
        warnings.append(found("computer.certificate_policy", system=computer.system))
    ready = found("computer.ready", system=computer.system, session=str(computer.session))
    return tuple(warnings) or (ready,)


CHECK = Check(run)
