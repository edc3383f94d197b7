"""Would this computer's browsers find the certificate?"""

from collections.abc import Iterator, Sequence

from a3check.checks.certificate import Chosen
from a3check.core.check import Check, Context, found
from a3check.core.computer import Store, StoreState
from a3check.core.model import Finding, Skip


def run(context: Context) -> Iterator[Finding | Skip]:
    """Look for the chosen certificate where browsers look."""
    chosen = context.find(Chosen)
    if chosen is None:
        yield Skip("certificate")
        return
    yield from judge(context.ports.system.store(chosen.held.certificate.der))


def judge(stores: Sequence[Store]) -> tuple[Finding, ...]:
    """Name the state of each store."""
    return tuple(map(_one, stores)) or (found("store.not_applicable"),)


def _one(store: Store) -> Finding:
    match store.state:
        case StoreState.NOT_APPLICABLE:
            return found("store.not_applicable")
        case StoreState.PRESENT:
            return found("store.present", browser=store.browser)
        case StoreState.ABSENT:
            return found("store.absent", browser=store.browser)
        case StoreState.NO_KEY:
            return found("store.no_key", browser=store.browser)
        case StoreState.LEGACY_PROVIDER:
            return found("store.legacy_provider", browser=store.browser)
        case StoreState.SANDBOXED:
            return found("store.sandboxed_browser", browser=store.browser)


CHECK = Check(run, requires=("certificate",))
