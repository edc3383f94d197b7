"""The parts of a run put together: what command line and window have in common."""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from a3check import __version__
from a3check.core import earlier as before
from a3check.core.catalogue import catalogue
from a3check.core.check import Context
from a3check.core.earlier import Earlier
from a3check.core.erasure import Erasure
from a3check.core.model import Diagnosis
from a3check.core.past import past_of
from a3check.core.ports import JSON
from a3check.core.profile import Profile
from a3check.core.register import register
from a3check.core.run import Observer
from a3check.core.run import diagnose as run
from a3check.core.settings import Place
from a3check.core.stop import Stop
from a3check.core.wishes import Wishes
from a3check.pki.brought import Brought, NotBrought, is_address
from a3check.report.document import About, document, dumps, report_id
from a3check.report.groups import NOTHING, Shown
from a3check.report.identity import Identity
from a3check.report.mask import Masker, pseudonym
from a3check.report.renewal import CURRENT, CUT, SHOWN, UPDATED, Renewal
from a3check.report.ticket import ticket
from a3check.system import authorities, folders, here, names
from a3check.system.erasing import erase as erase_all
from a3check.system.history import History
from a3check.system.logs import Discreet, run_log
from a3check.system.memory import SettingsFile
from a3check.world import LocalClock, World

OLD_LIST = 90
"""Days after which a list of CAs lacks some: ITI adds one or two a month."""


@dataclass(frozen=True, slots=True)
class Report:
    """A run's report as text, and the ticket made of it."""

    document: Mapping[str, JSON]
    text: str


def diagnose(
    world: World, profile: Profile, wishes: Wishes, observer: Observer, stop: threading.Event
) -> Diagnosis:
    """Run the diagnosis; blocks until it has ended or ``stop`` has cut it short."""
    return diagnose_again(world, profile, wishes, observer, stop, None)[0]


def diagnose_again(
    world: World,
    profile: Profile,
    wishes: Wishes,
    observer: Observer,
    stop: threading.Event,
    earlier: Earlier | None,
) -> tuple[Diagnosis, Earlier]:
    """Run it as :func:`diagnose`; what is not tested again comes from ``earlier``.

    Returns what the next run may take over, too.
    """
    context = Context(world.ports, profile, wishes, stop)
    diagnosis = run(catalogue().checks(), context, observer, earlier)
    return diagnosis, before.remember(context, diagnosis.outcomes, diagnosis.started)


def report(
    profile: Profile,
    wishes: Wishes,
    diagnosis: Diagnosis,
    *,
    masked: bool,
    place: Place | None = None,
    id: str = "",  # noqa: A002 - the report's own word
    shown: Shown = NOTHING,
) -> Report:
    """Write the report of a run; its id is new where none is given.

    ``shown`` are the groups of private values that a masked report has in clear.
    """
    about = About(
        id=id or report_id(diagnosis.started, secrets.token_bytes(2)),
        version=__version__,
        catalogue=register().date,
        ca_bundle=_list_date(),
        computer=here(profile).computer(),
        profile=profile.name,
        modified=profile.modified,
        form=wishes.form,
        place=place or Place(),
    )
    written = document(diagnosis, about, masked=masked, masker=masker(shown))
    return Report(written, dumps(written))


def update(
    profile: Profile,
    origin: str | None,
    folder: Path | None,
    doing: Callable[[str], None],
    *,
    offline: bool,
    stop: Stop | None = None,
) -> Renewal:
    """Bring ITI's list of CAs, or the one that ``origin`` (an address or a file) names.

    It goes into the user's cache, or into ``folder`` for shipping; ``doing`` is told a key of
    ``[update]``. ``stop`` ends it at once, until the list is being checked. A file that cannot be
    read raises ``OSError``; whatever else goes wrong is in the answer, and the old list stays.
    """
    stop = stop or Stop()
    used = authorities.in_use()
    now = Renewal(SHOWN)
    if used is not None:
        now = Renewal(SHOWN, day=used.day, count=used.count, previous=used.day)
    if offline and origin is None:
        return now
    doing("download")
    brought = _bring(profile, origin, stop)
    now = replace(now, source=brought.source)
    if stop.is_set():
        return replace(now, result=CUT)
    if isinstance(brought, NotBrought):
        return replace(now, result=brought.fault)
    doing("check")
    return _keep(replace(now, verified=brought.verified), brought, profile, folder)


def _bring(profile: Profile, origin: str | None, stop: Stop) -> Brought | NotBrought:
    from a3check.net import listing  # noqa: PLC0415 - late, as above
    from a3check.system import renewal  # noqa: PLC0415

    if origin is None:
        private = profile.network.allow_private
        return listing.bring(listing.official(), profile, private=private, stop=stop)
    if is_address(origin):  # the user's own word, not a certificate's: an intranet may have it
        return listing.bring((listing.named(origin),), profile, private=True, stop=stop)
    return renewal.read(Path(origin))


def _keep(now: Renewal, brought: Brought, profile: Profile, folder: Path | None) -> Renewal:
    from a3check.pki.trust import for_user  # noqa: PLC0415 - late, as above
    from a3check.system import renewal  # noqa: PLC0415

    trust = for_user(profile.trust.roots_sha256)
    kept = renewal.keep(brought, trust, datetime.now(UTC).date(), folder)
    place = str(folder or authorities.cache_folder())
    now = replace(now, refused=kept.refused, unreadable=kept.unreadable, place=place)
    if kept.fault:
        return replace(now, result=kept.fault)
    added = tuple(sorted(ca.common_name for ca in kept.added))
    result = UPDATED if added else CURRENT
    return replace(now, result=result, day=kept.day, count=kept.count, added=added)


def old_list(today: date) -> date | None:
    """Return the day of the list of CAs in use where it is time for a newer one."""
    used = authorities.in_use()
    return used.day if used is not None and (today - used.day).days > OLD_LIST else None


def _list_date() -> str | None:
    """Return the day of the list of CAs in use; nothing where there is none."""
    used = authorities.in_use()
    return None if used is None else used.day.isoformat()


def masker(shown: Shown = NOTHING) -> Masker:
    """Return a masker that knows what is private on this computer."""
    own = Identity(names.hosts(), names.users(), names.homes(), names.addresses())
    try:
        return Masker(own, folders.key(), shown)
    except OSError:
        return Masker(own, shown=shown)


def origin() -> str:
    """Return what stands for this installation: random, the same as long as its key is."""
    try:
        return pseudonym("a3check", folders.key())
    except OSError:
        return ""


def record(report: Report) -> None:
    """Keep a run in this computer's history; one that was cut before it found a cause is none."""
    past = past_of(report.document)
    if past is not None and (past.complete or past.status == "failed"):
        history().add(report.document)


def printed(document: Mapping[str, JSON], picture: bytes = b"") -> bytes:
    """Return a report as PDF, with its picture (PNG) where it has one.

    Raises ``OSError``, and ``ImportError`` where this computer lacks what Qt needs.
    """
    from a3check.render import pdf  # noqa: PLC0415 - Qt, which few commands need
    from a3check.report.summary import Summary  # noqa: PLC0415

    return pdf.pdf(Summary(document, catalogue()), picture)


def write_bundle(
    report: Report,
    folder: Path,
    picture: bytes = b"",
    *,
    screen: bytes = b"",
    apart: bool = False,
) -> Path:
    """Write ``a3check-ID.zip`` into a folder and return its path; raises ``OSError``.

    ``picture`` is our own window, ``screen`` the browser's print (PNG). Where the PDF cannot be
    made it holds the rest: the facts are in the JSON. ``apart`` makes it in a process of its own.
    """
    from a3check.report import bundle  # noqa: PLC0415 - as above
    from a3check.system.bundles import keep  # noqa: PLC0415

    files = {bundle.REPORT: report.text.encode()}
    if picture:
        files[bundle.PICTURE] = picture
    try:
        files[bundle.PDF] = _printed_apart(files) if apart else printed(report.document, picture)
    except (ImportError, OSError):
        logging.getLogger(__name__).exception("no PDF was made")
    if screen:
        files[bundle.SCREEN] = screen
    said = bundle.readme(report.document, catalogue(), (*files, bundle.README))
    files[bundle.README] = said.encode("utf-8-sig")  # Windows' editor guesses wrong without
    return keep(folder, bundle.name(report.document), bundle.packed(files))


def _printed_apart(files: Mapping[str, bytes]) -> bytes:
    from a3check.report import bundle  # noqa: PLC0415 - as above
    from a3check.system import printing  # noqa: PLC0415

    return printing.printed(bundle.packed(files))


def write_report(report: Report, profile: Profile, folder: Path, contact: str = "") -> None:
    """Write ``relatorio.json`` and ``chamado.txt`` into a folder; raises ``OSError``."""
    text = ticket_text(report, profile, contact)
    folders.write(folder / "relatorio.json", report.text.encode())
    folders.write(folder / "chamado.txt", text.encode())


def ticket_text(report: Report, profile: Profile, contact: str = "") -> str:
    """Write the text of the ticket that belongs to a report."""
    return ticket(report.document, catalogue(), support=profile.support, contact=contact)


def log_to_file() -> None:
    """Log this run into a file of its own in the user's folder; old ones go."""
    try:
        handler: logging.Handler = run_log(folders.logs(), LocalClock().now())
    except OSError:
        handler = logging.NullHandler()
    form = "%(asctime)s %(levelname)s %(name)s %(threadName)s: %(message)s"
    handler.setFormatter(Discreet(form))
    logging.raiseExceptions = False  # a full disk is no reason to print frames on the screen
    _log_to(handler)


def _log_to(handler: logging.Handler) -> None:
    root = logging.getLogger()
    for former in tuple(root.handlers):
        root.removeHandler(former)
        former.close()
    logging.basicConfig(handlers=[handler], level=logging.INFO)


def settings() -> SettingsFile:
    """Return what remembers the place and the form between two starts."""
    return SettingsFile(folders.data_path())


def history() -> History:
    """Return the runs of this computer that are kept."""
    return History(folders.data_path() / "history")


def erase() -> Erasure:
    """Remove what is kept of the user; the log's file too, so nothing is logged until a run."""
    _log_to(logging.NullHandler())
    return erase_all()
