"""Write what may be kept of a list of CAs where this computer, or the installer, finds it."""

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from a3check.pki import calist
from a3check.pki.anchored import TooManyError, anchored
from a3check.pki.archive import LARGEST_ZIP, ArchiveError, Fault, digest_agrees
from a3check.pki.brought import BAD_HASH, HASH_FILE, Brought, NotBrought
from a3check.pki.bundle import load_pool
from a3check.pki.certificate import Certificate
from a3check.pki.harvest import Harvest, harvest
from a3check.pki.trust import Trust
from a3check.system import authorities, folders, lockfile
from a3check.system.authorities import LIST

NOTHING = "nothing"
NOT_WRITABLE = "not_writable"
NO_SPACE = "no_space"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Kept:
    """What was written: the list's day, how many CAs it has now, which of them are new.

    ``fault`` says why nothing was written instead: a value of ``pki.archive.Fault`` or one of
    the above; the list in use is then as it was.
    """

    fault: str = ""
    day: date | None = None
    count: int = 0
    added: tuple[Certificate, ...] = ()
    refused: int = 0
    unreadable: int = 0


def read(path: Path) -> Brought | NotBrought:
    """Read a list that lies in a file; its hash counts where ITI's file lies beside it.

    Raises ``OSError`` where the list itself cannot be read.
    """
    with path.open("rb") as file:
        blob = file.read(LARGEST_ZIP + 1)
    try:
        listed = path.with_name(HASH_FILE).read_text("utf-8", "replace")
    except OSError:
        listed = ""
    verified = digest_agrees(blob, listed, path.name)
    if verified is False:
        return NotBrought(str(path), BAD_HASH)
    return Brought(str(path), blob, verified=verified)


def keep(brought: Brought, trust: Trust, today: date, folder: Path | None = None) -> Kept:
    """Judge a list and write it: into the user's cache, or, for shipping, into ``folder``.

    Never raises. The file is replaced as a whole, by one a3check at a time. What ships is made of
    nothing but the list itself: the same zip gives the same bytes.
    """
    try:
        found = harvest(brought.blob, trust, () if folder else _at_hand())
        if not found.kept:
            kept = Kept(NOTHING)
        elif folder:
            kept = _ship(folder, found, today)
        else:
            kept = _renew(found, brought.day, today, trust)
    except ArchiveError as error:
        return Kept(error.fault)
    except TooManyError:
        return Kept(Fault.TOO_MANY)
    except OSError as error:
        return Kept(NO_SPACE if error.errno in _FULL else NOT_WRITABLE)
    counted = (kept.fault, kept.day, kept.count, kept.added)
    return Kept(*counted, found.refused, found.unreadable)


def _renew(found: Harvest, brought: date | None, today: date, trust: Trust) -> Kept:
    """Add a list's CAs to those in use.

    What was there stays as long as it hangs on a pin: a list that is older, cut, or without an
    AC that was withdrawn takes nothing away.
    """
    day = found.published(today) if brought is None else found.as_of(brought, today)
    folder = folders.cache() / "cas"
    folder.mkdir(mode=0o700, exist_ok=True)
    with lockfile.held(folder / ".lock"):
        for left in folder.glob(f".{LIST}.*"):  # of a run that was killed while it wrote
            left.unlink(missing_ok=True)
        used = authorities.in_use()
        before = _at_hand()
        merged = anchored((*before, *found.kept), trust)
        day = max(day, used.day) if used else day
        folders.write(folder / LIST, calist.dumps(day, (ca.der for ca in merged)))
    known = frozenset(before)
    return Kept("", day, len(merged), tuple(ca for ca in merged if ca not in known))


def _ship(folder: Path, found: Harvest, today: date) -> Kept:
    folder.mkdir(parents=True, exist_ok=True)
    day = found.published(today)
    path = folder / LIST
    folders.write(path, calist.dumps(day, (ca.der for ca in found.kept)))
    path.chmod(0o644)  # what is installed is everybody's to read
    return Kept("", day, len(found.kept), found.kept)


def _at_hand() -> Sequence[Certificate]:
    used = authorities.in_use()
    return load_pool([used.pem]) if used else ()
