"""What is in the bundle that is sent (``a3check-ID.zip``), and is a given one whole?"""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.report import groups, reading

REPORT, PDF, PICTURE = "relatorio.json", "relatorio.pdf", "captura.png"
SCREEN = "navegador.png"
"""What was on the screen: only where the user said so, for nothing is hidden in it."""
README, SUMS = "LEIA-ME.txt", "SHA256SUMS"
INSIDE = (REPORT, PDF, PICTURE, SCREEN, README)
"""What may be in it besides the sums, in its order."""
LARGEST = 32 * 1024 * 1024
"""Bytes of a bundle; a picture of a large screen has some 250 KiB, the rest less."""
LARGEST_INSIDE = 32 * 1024 * 1024
"""Bytes of all that is read of it, unpacked."""
MOST_FILES = 64
PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Ways of packing that are read: the others (LZMA) let a file say how much memory it wants."""

_MODE = 0o100600 << 16  # a plain file, its owner's only
_UNIX = 3
_ENTRY = b"PK\x01\x02"
"""Before each entry of a ZIP's table (APPNOTE.TXT, 4.3.12)."""
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{4}")
_SUM = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a ZIP of a later version, or encrypted in a way of its own
    RuntimeError,  # encrypted
    ValueError,
    OSError,
)


class BundleError(Exception):
    """A bundle that cannot be used; ``fault`` is a key of ``[received]``, ``file`` what is meant.

    ``damaged``, ``too_large``, ``no_report``, ``no_sums``, ``file_missing``, ``file_changed``.
    """

    def __init__(self, fault: str, file: str = "") -> None:
        super().__init__(fault)
        self.fault, self.file = fault, file


def name(document: Mapping[str, JSON]) -> str:
    """Return the bundle's file name; a report without a number of ours is a defect."""
    number = reading.text(document, "id")
    if not _ID.fullmatch(number):
        raise ValueError("no number of a report")
    return f"a3check-{number}.zip"


def readme(document: Mapping[str, JSON], words: Catalogue, inside: tuple[str, ...]) -> str:
    """Return what the bundle says of itself: what, what for, who gets it, for how long."""

    def say(key: str, **facts: str) -> str:
        return words.words("readme", key, **facts)

    date, time, zone = reading.started(document)
    lines = (
        say("heading", id=reading.text(document, "id")),
        say("when", date=date, time=time, zone=zone),
        "",
        say("inside"),
        *(say(_key(file), file=file) for file in (*INSIDE, SUMS) if file in (*inside, SUMS)),
        "",
        say("purpose"),
        say("receives"),
        say("keep"),
        groups.notice(document, words, "readme") or say("masked"),
        say("ticket"),
        say("check"),
    )
    return "\r\n".join(lines) + "\r\n"  # Windows' oldest editor shows it, too


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return the ZIP of these files and their sums; the same files give the same bytes."""
    whole = {**files, SUMS: sums(files).encode()}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in (each for each in (*INSIDE, SUMS) if each in whole):
            entry = zipfile.ZipInfo(file)  # dated 1980: the report has the moment, with its zone
            entry.create_system, entry.external_attr = _UNIX, _MODE
            packs = not file.endswith(".png")  # which is packed already
            entry.compress_type = zipfile.ZIP_DEFLATED if packs else zipfile.ZIP_STORED
            archive.writestr(entry, whole[file])
    return buffer.getvalue()


def sums(files: Mapping[str, bytes]) -> str:
    """Return what ``sha256sum -c`` reads."""
    return "".join(
        f"{hashlib.sha256(files[file]).hexdigest()}  {file}\n" for file in INSIDE if file in files
    )


def unpacked(content: bytes) -> Mapping[str, bytes]:
    """Return the files of a bundle, each as its sum says; raises :class:`BundleError` only.

    Files that we do not know are passed over; no name is ever used as a path.
    """
    try:
        files = _files(content)
    except _BROKEN:
        raise BundleError("damaged") from None
    if REPORT not in files:
        raise BundleError("no_report")
    if SUMS not in files:
        raise BundleError("no_sums")
    expected = _expected(files.pop(SUMS))
    for file in INSIDE:
        if (file in expected) != (file in files):
            raise BundleError("file_missing" if file in expected else "file_changed", file)
        if file in files and hashlib.sha256(files[file]).hexdigest() != expected[file]:
            raise BundleError("file_changed", file)
    return files


def _files(content: bytes) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    if content.count(_ENTRY) > MOST_FILES:  # before a table of a million entries is read
        raise BundleError("too_large")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        left = LARGEST_INSIDE
        for entry in archive.infolist():
            if entry.filename not in {*INSIDE, SUMS}:
                continue
            if entry.filename in files or entry.compress_type not in PACKED:
                raise BundleError("damaged")
            with archive.open(entry) as file:
                files[entry.filename] = file.read(left + 1)  # whatever size it claims to have
            left -= len(files[entry.filename])
            if left < 0:
                raise BundleError("too_large")
    return files


def _expected(table: bytes) -> dict[str, str]:
    lines = table.decode("utf-8", "replace").splitlines()
    found = (_SUM.fullmatch(line) for line in lines)
    return {parts[2]: parts[1] for parts in found if parts}


def _key(file: str) -> str:
    return {
        REPORT: "report",
        PDF: "pdf",
        PICTURE: "picture",
        SCREEN: "screen",
        README: "readme",
        SUMS: "sums",
    }[file]
