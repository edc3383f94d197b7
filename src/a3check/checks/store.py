"""Would this computer's browsers find the certificate?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a3check.checks.certificate import Chosen, Held
from a3check.checks.token import Tokens
from a3check.core.check import Check, Context, found
from a3check.core.computer import Store, StoreState
from a3check.core.daemon import Activity, Daemon, Start
from a3check.core.fault import Fault, FaultKind
from a3check.core.model import Finding, Skip, Value
from a3check.core.smartcard import Service
from a3check.core.store_key import StoreLook
from a3check.pki.certificate import Certificate
from a3check.pki.ways import Path

LATE_CHAIN = 10.0
"""Seconds for which a chain under way is waited for: its CAs are looked for in Windows."""
PROPAGATION = 4.0
"""Seconds after which a certificate that is missing is looked for once more: Windows brings it by
itself, some time after the card was put in."""
WINDOWS = "Windows"
_CARDS_CSP = "microsoft base smart card crypto provider"
"""Until October 2025 Windows itself wrote it beside every RSA certificate that it brought from a
card (KB5073121). The same minidriver serves Windows' KSP: no driver is to blame."""


@dataclass(frozen=True, slots=True)
class InStore:
    """What Windows' stores show of the chosen certificate, and of the CAs ``above`` it."""

    look: StoreLook
    above: tuple[Certificate, ...]


def run(context: Context) -> Iterator[Finding | Skip]:
    """Look for the chosen certificate where browsers look."""
    chosen = context.find(Chosen)
    if chosen is None:
        yield Skip("certificate")
        return
    if context.ports.store_keys.available:
        yield from _in_windows(context, chosen.held.certificate)
        return
    tokens = context.find(Tokens) or Tokens(())
    modules = showing(chosen.held, tokens)
    yield from judge(context.ports.system.store(chosen.held.certificate.der, modules))


def _in_windows(context: Context, certificate: Certificate) -> tuple[Finding, ...]:
    context.wait_for("chain", LATE_CHAIN)
    path = context.find(Path)
    above = path.certificates[1:] if path else ()
    service = context.find(Service)
    propagation = service.propagation if service is not None else None
    look = _looked(context, certificate, above)
    if isinstance(look, StoreLook) and not look.present and propagation and propagation.awake:
        context.stop.wait(PROPAGATION)
        look = _looked(context, certificate, above)
    if isinstance(look, StoreLook):
        context.learn(InStore(look, above))
    return judge_windows(look, above, propagation)


def _looked(
    context: Context, certificate: Certificate, above: Sequence[Certificate]
) -> StoreLook | Fault:
    return context.ports.store_keys.look(certificate.der, [ca.der for ca in above])


def showing(held: Held, tokens: Tokens) -> tuple[str, ...]:
    """Return every module that shows the certificate's token, the one in use first."""
    same = (token for group in tokens.groups if held.token in group for token in group)
    return tuple(dict.fromkeys((held.token.module, *(token.module for token in same))))


def judge(stores: Sequence[Store]) -> tuple[Finding, ...]:
    """Name the state of each store."""
    return tuple(map(_one, stores)) or (found("store.not_applicable"),)


def judge_windows(
    look: StoreLook | Fault, above: Sequence[Certificate], propagation: Daemon | None = None
) -> tuple[Finding, ...]:
    """Name what Windows' stores show: the certificate, its key, the CAs above it.

    ``propagation`` is the service that should have brought the certificate there.
    """
    if isinstance(look, Fault):
        return (unanswered(look),)
    if not look.present:
        state = StoreState.ABSENT
        if reason := _not_brought(propagation):
            return (found("store.absent", browser=WINDOWS, reason=reason), *_lacking(look, above))
    elif not look.linked:
        state = StoreState.NO_KEY
    else:
        old = look.legacy and look.provider.casefold() != _CARDS_CSP
        state = StoreState.LEGACY_PROVIDER if old else StoreState.PRESENT
    return (_one(Store(state, WINDOWS, provider=look.provider)), *_lacking(look, above))


def _not_brought(propagation: Daemon | None) -> str:
    """Say what is with the service that brings a card's certificate; empty where not known."""
    if propagation is None or not propagation.installed:
        return ""
    if propagation.awake:
        return "propagation_running"
    if propagation.start is Start.DISABLED:
        return "propagation_disabled"
    return "propagation_stopped" if propagation.activity is Activity.STOPPED else ""


def _lacking(look: StoreLook, above: Sequence[Certificate]) -> tuple[Finding, ...]:
    missing = uninstalled(look, above)
    return (found("chain.not_installed", subject=missing),) if missing else ()


def uninstalled(look: StoreLook, above: Sequence[Certificate]) -> tuple[str, ...]:
    """Name the CAs that Windows lacks.

    A root alone does not count: Windows brings those of its list when they are first needed.
    """
    lacking = [ca for ca, there in zip(above, look.installed, strict=False) if not there]
    return tuple(c.common_name for c in lacking) if any(not c.self_issued for c in lacking) else ()


def unanswered(fault: Fault) -> Finding:
    """Say why Windows' store told nothing."""
    match fault.kind:
        case FaultKind.DIED:
            return found("any.driver_died", call=fault.call, exit=fault.detail)
        case FaultKind.HUNG | FaultKind.CANCELLED:
            return found("any.timeout", call=fault.call, seconds=round(fault.seconds, 1))
        case FaultKind.REFUSED | FaultKind.NOT_LOADED | FaultKind.BLOCKED | FaultKind.NOT_PKCS11:
            return found("store.unreadable", call=fault.call, error=fault.detail)


def _one(store: Store) -> Finding:
    match store.state:
        case StoreState.NOT_APPLICABLE:
            return found("store.not_applicable")
        case StoreState.PRESENT:
            return found("store.present", browser=store.browser, **_details(store))
        case StoreState.ABSENT:
            return found("store.absent", browser=store.browser)
        case StoreState.UNREGISTERED:
            # Nobody knows which browser the person uses: by itself it keeps nobody out.
            details = _details(store)
            if store.folder:
                details["folder"] = store.folder
            return found("store.absent", browser=store.browser, **details).lower()
        case StoreState.NO_KEY:
            return found("store.no_key", browser=store.browser)
        case StoreState.LEGACY_PROVIDER:
            return found("store.legacy_provider", browser=store.browser, **_details(store))
        case StoreState.SANDBOXED:
            return found("store.sandboxed_browser", browser=store.browser)


def _details(store: Store) -> dict[str, Value]:
    known = {"module": store.module, "engine": store.engine, "provider": store.provider}
    return {name: value for name, value in known.items() if value}


CHECK = Check(run, requires=("certificate",))
