"""Would this computer's browsers find the certificate?"""

from collections.abc import Iterator, Sequence

from a3check.checks.certificate import Chosen, Held
from a3check.checks.token import Tokens
from a3check.core.check import Check, Context, found
from a3check.core.computer import Store, StoreState
from a3check.core.model import Finding, Skip, Value


def run(context: Context) -> Iterator[Finding | Skip]:
    """Look for the chosen certificate where browsers look."""
    chosen = context.find(Chosen)
    if chosen is None:
        yield Skip("certificate")
        return
    tokens = context.find(Tokens) or Tokens(())
    modules = showing(chosen.held, tokens)
    yield from judge(context.ports.system.store(chosen.held.certificate.der, modules))


def showing(held: Held, tokens: Tokens) -> tuple[str, ...]:
    """Return every module that shows the certificate's token, the one in use first."""
    same = (token for group in tokens.groups if held.token in group for token in group)
    return tuple(dict.fromkeys((held.token.module, *(token.module for token in same))))


def judge(stores: Sequence[Store]) -> tuple[Finding, ...]:
    """Name the state of each store."""
    return tuple(map(_one, stores)) or (found("store.not_applicable"),)


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
            return found("store.legacy_provider", browser=store.browser)
        case StoreState.SANDBOXED:
            return found("store.sandboxed_browser", browser=store.browser)


def _details(store: Store) -> dict[str, Value]:
    known = {"module": store.module, "engine": store.engine}
    return {name: value for name, value in known.items() if value}


CHECK = Check(run, requires=("certificate",))
