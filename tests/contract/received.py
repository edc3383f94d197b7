"""Bundles of this and of older versions, some damaged on the way: what a year brings by mail."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.unit.pki.zips import flagged, packed
from tests.unit.report.samples import ABOUT, IDENTITY, diagnosis, finding

from a3check.core.register import register
from a3check.report import bundle
from a3check.report.document import document, dumps
from a3check.report.mask import Masker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OLDER: Final = sorted((Path(__file__).parent / "older").glob("*.json"))
"""Reports as the program wrote them on the day that their name tells; of invented people."""
DAMAGED: Final = 0.15
"""Of all that is sent."""
_PDF: Final = b"%PDF-1.4 of this report"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file; ``faults`` are those that it may be refused for (none: it must be shown)."""

    content: bytes
    title: str
    older: bool
    faults: frozenset[str] = frozenset()


def sent(count: int, seed: int) -> Iterator[Sent]:
    """Yield so many files: the same seed, the same files."""
    dice = random.Random(seed)  # noqa: S311 - what is tried must be repeatable
    older = [path.read_text("utf-8") for path in OLDER if not path.stem.endswith("-all")]
    codes = [*register().codes]
    masker = Masker(IDENTITY, b"x")
    for number in range(count):
        old = number % 2 == 1
        text = dice.choice(older) if old else _today(dice.choice(codes), masker)
        files = {bundle.REPORT: text.encode(), bundle.PDF: _PDF, bundle.README: b"LEIA"}
        whole = Sent(bundle.packed(files), json.loads(text)["verdict"]["title"], old)
        if dice.random() < DAMAGED:
            harm = dice.choice([*HARMS])
            content = HARMS[harm](dice, files)
            whole = Sent(content, whole.title, old, FAULTS[harm])
        yield whole


def _today(code: str, masker: Masker) -> str:
    return dumps(document(diagnosis(finding(code)), ABOUT, masker=masker))


Files = dict[str, bytes]


def _summed(files: Files) -> Files:
    return {**files, bundle.SUMS: bundle.sums(files).encode()}


def _cut(dice: random.Random, files: Files) -> bytes:
    """Return what comes of a mail that broke off."""
    content = bundle.packed(files)
    return content[: dice.randrange(len(content))]


def _flipped(dice: random.Random, files: Files) -> bytes:
    """Return it with one bit of the packed report turned over."""
    content = bytearray(bundle.packed(files))
    first = content.index(bundle.REPORT.encode()) + len(bundle.REPORT)
    end = content.index(b"PK\x03\x04", first)
    content[dice.randrange(first, end)] ^= 1 << dice.randrange(8)
    return bytes(content)


def _changed(dice: random.Random, files: Files) -> bytes:
    """Return it with a word that somebody wrote in."""
    text = files[bundle.REPORT].replace(b'"complete"', f'"edited{dice.random()}"'.encode(), 1)
    return packed({**_summed(files), bundle.REPORT: text})


def _left_out(dice: random.Random, files: Files) -> bytes:
    gone = dice.choice([*_summed(files)])
    return packed({name: content for name, content in _summed(files).items() if name != gone})


def _put_in(dice: random.Random, files: Files) -> bytes:
    return packed({**_summed(files), bundle.PICTURE: dice.randbytes(20)})


def _other_field(dice: random.Random, files: Files) -> bytes:
    """Return a bundle with right sums, of a report in which a field is of another kind."""
    table: Any = json.loads(files[bundle.REPORT])
    name = dice.choice(["checks", "verdict", "app", "started", "seconds", "masked", "form", "id"])
    table[name] = {"x": 1} if name not in {"verdict", "app"} else None
    return bundle.packed({**files, bundle.REPORT: json.dumps(table).encode()})


def _later(_: random.Random, files: Files) -> bytes:
    text = files[bundle.REPORT].replace(b'"version": 1', b'"version": 7', 1)
    return bundle.packed({**files, bundle.REPORT: text})


def _page(dice: random.Random, _: Files) -> bytes:
    """Return what a webmail gives in the file's place when the session has ended."""
    return b"<!DOCTYPE html><title>Entrar</title>" + dice.randbytes(40)


HARMS: Final[dict[str, Callable[[random.Random, Files], bytes]]] = {
    "cut": _cut,
    "flipped": _flipped,
    "changed": _changed,
    "left out": _left_out,
    "put in": _put_in,
    "other field": _other_field,
    "later": _later,
    "a page": _page,
    "empty": lambda _, __: b"",
    "password": lambda _, files: flagged(bundle.packed(files), 0x1),
}
FAULTS: Final = {
    "cut": frozenset({"damaged", "empty", "unreadable"}),
    "flipped": frozenset({"damaged", "file_changed"}),
    "changed": frozenset({"file_changed"}),
    "left out": frozenset({"no_report", "no_sums", "file_missing"}),
    "put in": frozenset({"file_changed"}),
    "other field": frozenset({"invalid"}),
    "later": frozenset({"later"}),
    "a page": frozenset({"unreadable"}),
    "empty": frozenset({"empty"}),
    "password": frozenset({"damaged"}),
}
