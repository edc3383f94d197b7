"""Which files does a zip hold, if it may be read at all?"""

import hashlib
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# ITI's list has 240 KB, about 180 files of 2 KB; ten times that is none of its any more.
LARGEST_ZIP = 8 * 1024 * 1024  # bytes
LARGEST_FILE = 256 * 1024  # bytes, unpacked
LARGEST_ALL = 16 * 1024 * 1024  # bytes, unpacked
MOST_FILES = 2048

_ENTRY = b"PK\x01\x02"  # begins every line of the central directory (APPNOTE 4.3.12)
_END = b"PK\x05\x06"  # begins its end (APPNOTE 4.3.16)
_ENCRYPTED = 1  # general purpose bit 0 (APPNOTE 4.4.4)
_PLAIN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The only ways of packing that are undone: LZMA's may ask for gigabytes of memory."""
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, LookupError, ArithmeticError, RuntimeError),
)
"""What ``zipfile`` lets out over bytes that are none of a zip's (found by mutating some)."""
_SHA512 = re.compile(r"^\\?([0-9a-fA-F]{128})(?:\s+\*?(.*))?$")


class Fault(StrEnum):
    """Why a zip is not read."""

    NOT_ZIP = "not_zip"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    UNSUPPORTED = "unsupported"


class ArchiveError(Exception):
    """A zip that is not read; nothing of it counts."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Archive:
    """What a zip holds: contents alone. ``newest`` is the latest date that it gives a file.

    Names are not even looked at: nothing is ever unpacked to a path, thus ``..``, links and
    names that come twice mean nothing here; a zip in a zip is a file like any other.
    """

    files: tuple[bytes, ...]
    newest: date | None = None


def unpack(blob: bytes) -> Archive:
    """Read a zip in memory; raises :class:`ArchiveError` and nothing else.

    Whole or not at all: one entry that is encrypted, damaged or too large refuses it.
    """
    if len(blob) > LARGEST_ZIP:
        raise ArchiveError(Fault.TOO_LARGE, f"{len(blob)} bytes")
    if blob.count(_ENTRY) > MOST_FILES:  # before ``zipfile`` makes an object of each
        raise ArchiveError(Fault.TOO_MANY)
    try:
        with zipfile.ZipFile(io.BytesIO(blob)) as opened:
            infos = [info for info in opened.infolist() if not info.filename.endswith("/")]
            return Archive(_contents(opened, infos), _newest(infos))
    except NotImplementedError as error:  # a version or a method of packing
        raise ArchiveError(Fault.UNSUPPORTED, str(error)) from error
    except _BROKEN as error:
        known = blob.startswith(b"PK") or _END in blob
        raise ArchiveError(Fault.DAMAGED if known else Fault.NOT_ZIP, str(error)) from error


def digest_agrees(blob: bytes, listed: str, name: str) -> bool | None:
    """Compare a file with a list as ``sha512sum`` writes it; nothing where it is not in there.

    A line without a name, the only one of its list, is about this file, too.
    """
    lines = [found for line in listed.splitlines() if (found := _SHA512.match(line.strip()))]
    own = [m[1] for m in lines if (m[2] or "").strip().rpartition("/")[2] == name]
    if not own and len(lines) == 1 and not lines[0][2]:
        own = [lines[0][1]]
    if not own:
        return None
    return hashlib.sha512(blob).hexdigest() == own[0].lower()


def _contents(opened: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> tuple[bytes, ...]:
    found: list[bytes] = []
    left = LARGEST_ALL
    for info in infos:
        if info.flag_bits & _ENCRYPTED or info.compress_type not in _PLAIN:
            raise ArchiveError(Fault.UNSUPPORTED, f"method {info.compress_type}")
        with opened.open(info) as file:
            content = file.read(LARGEST_FILE + 1)  # unpacks no more than that
        left -= len(content)
        if len(content) > LARGEST_FILE or left < 0:
            raise ArchiveError(Fault.TOO_LARGE, f"{info.file_size} bytes unpacked")
        found.append(content)
    return tuple(found)


def _newest(infos: list[zipfile.ZipInfo]) -> date | None:
    found = []
    for info in infos:
        try:
            found.append(date(*info.date_time[:3]))
        except ValueError:  # month 0: no date was written
            continue
    return max(found, default=None)
