"""What a3check can put right on Windows, done at a press of the window's (``ui.repairing``)."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from a3check.core.model import Diagnosis
from a3check.core.repair import Mended, Offer, Repair, Result
from a3check.system import folders

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from a3check.core.fault import Fault
    from a3check.desktop import Runs
    from a3check.pki.certificate import Certificate
    from a3check.pki.trust import Trust
    from a3check.system.elevation import Run
    from a3check.system.ledger import InstalledFile

T = TypeVar("T")
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Mending:
    """Implements ``ui.repairing.Repairs``; nothing happens before a press.

    ``trust`` is what this program is built with, whatever roots a profile names: a profile may
    come from anybody. The other parameters are for tests.
    """

    _runs: "Runs"
    trust: "Callable[[], Trust] | None" = None
    run: "Run | None" = None
    folder: Callable[[], str] | None = None
    data: Callable[[], Path] = folders.data_path
    _offered: "tuple[Certificate, ...]" = field(default=(), repr=False)

    def offers(self, diagnosis: Diagnosis) -> tuple[Offer, ...]:
        """Return what would help that run, and what can be taken back."""
        from a3check.core.repair import wanted  # noqa: PLC0415 - after the first paint

        known = tuple(row.name for row in self._ledger().load())
        made = []
        self._offered = ()
        for repair, again in wanted(diagnosis).items():
            if repair.elevated:
                made.append(Offer(repair, disabled=disabled(repair), again=again))
                continue
            self._offered, root = self._lacking()
            if self._offered:
                names = tuple(ca.common_name for ca in self._offered)
                made.append(Offer(repair, names, root, installed=known, again=again))
        if known and not self._offered:
            made.append(Offer(Repair.AUTHORITIES, installed=known, again=frozenset({"store"})))
        return tuple(made)

    def do(self, offer: Offer, window: int) -> Mended:
        """Do what was offered; blocks, while Windows asks, too (its question above ``window``)."""
        logger.info("repair %s: begins", offer.repair)
        elevated = offer.repair.elevated
        mended = self._start(offer, window) if elevated else self._install(offer.names)
        logger.info("repair %s: %s %s", offer.repair, mended.result, mended.code)
        return mended

    def undo(self) -> Mended:
        """Take away every CA that was put there, and no other; blocks."""
        from a3check.probes.user_cas import ProbedCas  # noqa: PLC0415 - as above

        file = self._ledger()
        gone: list[str] = []
        with ProbedCas(self._runs.profile.limits) as cas:
            for row in file.load():
                removed = cas.remove(row.sha256)
                if not isinstance(removed, bool):
                    return _refused(removed, gone)
                file.forget(row)
                logger.info("intermediate %s taken away: %s", row.sha256, removed)
                gone += [row.name] if removed else []
        return Mended(Result.UNDONE if gone else Result.NOTHING, tuple(gone))

    def _ledger(self) -> "InstalledFile":
        from a3check.system import ledger  # noqa: PLC0415 - as above

        return ledger.InstalledFile(self.data(), ledger.mark())

    def _start(self, offer: Offer, window: int) -> Mended:
        from a3check.core.repair import result_of  # noqa: PLC0415 - as above
        from a3check.system import elevation  # noqa: PLC0415 - as above

        folder, run = self.folder or elevation.system_folder, self.run or elevation.run
        still = offer.disabled and disabled(offer.repair)  # what somebody chose meanwhile stays
        try:
            started = elevation.command(offer.repair, folder(), disabled=still)
            logger.info("asks for rights: %s %s", started.file, started.arguments)
            status = run(started, window)
        except OSError as error:  # a library or a call that is not there
            return Mended(Result.FAILED, code=type(error).__name__)
        if status is None:
            return Mended(Result.LATE)
        return Mended(result_of(status), code=str(status))

    def _install(self, named: tuple[str, ...]) -> Mended:
        """Put there what the card has named; a run that ended meanwhile adds nothing."""
        from a3check.probes.user_cas import ProbedCas  # noqa: PLC0415 - as above
        from a3check.system.ledger import Installed  # noqa: PLC0415 - as above

        file = self._ledger()
        there: list[str] = []
        with ProbedCas(self._runs.profile.limits) as cas:
            for ca in self._named(named):
                added = cas.add(ca.der)
                if not isinstance(added, bool):
                    return _refused(added, there)
                logger.info("intermediate %s put there: %s", ca.sha256, added)
                if added:
                    try:
                        file.note(Installed(ca.sha256, ca.common_name))
                    except OSError as error:  # noted nowhere, it could not be taken away again
                        cas.remove(ca.sha256)
                        return Mended(Result.FAILED, tuple(there), type(error).__name__)
                    there.append(ca.common_name)
        return Mended(Result.DONE if there else Result.NOTHING, tuple(there))

    def _named(self, names: tuple[str, ...]) -> "tuple[Certificate, ...]":
        return tuple(ca for ca in self._offered if ca.common_name in names)

    def _lacking(self) -> "tuple[tuple[Certificate, ...], str]":
        """Return the CAs to put there, and the root's name where Windows lacks that, too."""
        from a3check.checks.clock import TrustedClock  # noqa: PLC0415 - as above
        from a3check.checks.store import InStore  # noqa: PLC0415 - as above
        from a3check.pki import installable, trust  # noqa: PLC0415 - as above
        from a3check.world import LocalClock  # noqa: PLC0415 - as above

        facts = self._runs.learned()
        seen = next(_of(InStore, facts), None)
        if seen is None:
            return (), ""
        clock = next(_of(TrustedClock, facts), None) or TrustedClock(None)
        moment = clock.moment(LocalClock().now())
        roots, there = (self.trust or trust.pinned)(), seen.look.installed
        cas = installable.installable(seen.above, there, roots, moment)
        return cas, installable.lacking_root(seen.above, there)


def disabled(repair: Repair) -> bool:
    """Tell whether a repair's service is disabled; anybody may read that."""
    from a3check.system import elevation, registry  # noqa: PLC0415 - as above

    key = rf"{elevation.KEY}\{elevation.SERVICES[repair]}"
    return registry.values(registry.Hive.MACHINE, key).get("Start") == elevation.DISABLED


def _refused(fault: "Fault", done: list[str]) -> Mended:
    """Say how far it came: what was done before stays, and is noted."""
    return Mended(Result.FAILED, tuple(done), fault.detail or str(fault.kind))


def _of(kind: type[T], facts: Iterable[object]) -> Iterator[T]:
    return (fact for fact in facts if isinstance(fact, kind))
