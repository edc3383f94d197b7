"""The bundle: whole when it is written, refused with its reason when it is not."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.report.hostile import picture
from tests.unit.report.samples import ABOUT, IDENTITY, diagnosis, finding

from a3check.core.catalogue import Catalogue
from a3check.report import bundle, received
from a3check.report.document import document, dumps
from a3check.report.mask import Masker

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = Catalogue("linux")
REPORT = document(diagnosis(finding("card.absent")), ABOUT, masker=Masker(IDENTITY, b"x"))
TEXT = dumps(REPORT).encode()
PNG = picture(4, 3)
FILES = {
    bundle.REPORT: TEXT,
    bundle.PDF: b"%PDF-1.4 invented",
    bundle.PICTURE: PNG,
    bundle.SCREEN: PNG,
    bundle.README: b"LEIA",
}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP of any files, as another program makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def summed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {**files, bundle.SUMS: bundle.sums(files).encode()}


def refusal(content: bytes) -> tuple[str, str]:
    with pytest.raises(received.ReceivedError) as refused:
        received.received(content)
    return refused.value.fault, refused.value.where


def test_the_name_is_the_reports_number() -> None:
    assert bundle.name(REPORT) == "a3check-20261122T143107-7f3a.zip"
    with pytest.raises(ValueError, match="number"):
        bundle.name({**REPORT, "id": "../../etc/passwd"})


def test_a_bundle_is_read_back_and_the_same_files_are_the_same_bytes() -> None:
    content = bundle.packed(FILES)
    assert content == bundle.packed(dict(reversed(FILES.items())))
    assert bundle.unpacked(content) == FILES
    read = received.received(content)
    assert read.document == json.loads(TEXT)
    assert (read.picture, read.checked) == (PNG, bundle.INSIDE)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [*bundle.INSIDE, bundle.SUMS]
        assert all(each.external_attr >> 16 & 0o777 == 0o600 for each in archive.infolist())


def test_the_sums_are_those_of_sha256sum() -> None:
    line = bundle.sums(FILES).splitlines()[0]
    assert line == f"{hashlib.sha256(TEXT).hexdigest()}  relatorio.json"


def test_without_picture_there_is_none() -> None:
    files = {name: FILES[name] for name in (bundle.REPORT, bundle.README)}
    assert received.received(bundle.packed(files)).picture == b""
    odd = {**files, bundle.PICTURE: b"<svg>"}
    assert received.received(bundle.packed(odd)).picture == b""


@pytest.mark.parametrize("masked", [True, False])
def test_the_readme_says_what_for_whom_and_for_how_long(masked: bool) -> None:
    report = {**REPORT, "masked": masked}
    text = bundle.readme(report, WORDS, (bundle.REPORT, bundle.README))
    assert "20261122T143107-7f3a" in text
    assert "22/11/2026 às 14:31:07" in text
    assert "relatorio.json" in text
    assert "SHA256SUMS" in text
    assert "captura.png" not in text
    assert ("estão escondidos" in text) is masked
    assert all(word in text for word in ("Para que serve", "Quem recebe", "Por quanto tempo"))
    assert text.count("\r\n") == text.count("\n")


def test_the_readme_says_what_is_in_clear_and_that_the_print_hides_nothing() -> None:
    report = {**REPORT, "masked": False, "shown": ["person", "serials"]}
    text = bundle.readme(report, WORDS, (bundle.REPORT, bundle.SCREEN, bundle.README))
    assert "este relatório mostra nomes, CPF e CNPJ, números de série" in text
    assert "navegador.png: o que estava na tela" in text
    assert "estão escondidos" not in text


# ---- what is refused


CHANGED = {**summed(FILES), bundle.PDF: b"%PDF-1.4 another"}
REFUSED: dict[str, tuple[bytes, tuple[str, str]]] = {
    "nothing": (b"", ("empty", "")),
    "half a ZIP": (bundle.packed(FILES)[:-40], ("damaged", "")),
    "a ZIP's first letters": (b"PK", ("damaged", "")),
    "no report": (zipped({"a.txt": b""}), ("no_report", "")),
    "no sums": (zipped(FILES), ("no_sums", "")),
    "a file changed": (zipped(CHANGED), ("file_changed", bundle.PDF)),
    "a file missing": (
        zipped({n: c for n, c in summed(FILES).items() if n != bundle.PICTURE}),
        ("file_missing", bundle.PICTURE),
    ),
    "a file put in": (
        zipped({**summed({bundle.REPORT: TEXT}), bundle.PICTURE: PNG}),
        ("file_changed", bundle.PICTURE),
    ),
    "a bomb": (
        zipped({bundle.REPORT: b" " * (bundle.LARGEST_INSIDE + 1)}, zipfile.ZIP_DEFLATED),
        ("too_large", ""),
    ),
    "many files": (
        zipped({str(number): b"" for number in range(bundle.MOST_FILES + 1)}),
        ("too_large", ""),
    ),
    "a large report": (b"{" + b" " * received.LARGEST_REPORT, ("too_large", "")),
    "no JSON": (b"<html>", ("unreadable", "")),
    "half a JSON": (TEXT[:-30], ("unreadable", "")),
    "not UTF-8": (b"\xff\xfe{", ("unreadable", "")),
    "not a number": (b'{"format": NaN}', ("unreadable", "")),
    "deep": (b"[" * 200_000, ("unreadable", "")),
    "a list": (b"[]", ("foreign", "")),
    "another's": (b'{"format": "x"}', ("foreign", "")),
    "later": (dumps({**REPORT, "version": 2}).encode(), ("later", "")),
    "no version": (dumps({**REPORT, "version": "1"}).encode(), ("no_version", "")),
    "a field": (dumps({**REPORT, "masked": "sim"}).encode(), ("invalid", "masked")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_with_its_reason(case: str) -> None:
    content, reason = REFUSED[case]
    assert refusal(content) == reason
    assert WORDS.words("received", reason[0], where=reason[1])


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_damage() -> None:
    buffer = io.BytesIO(zipped(summed(FILES)))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(bundle.REPORT, TEXT)
    assert refusal(buffer.getvalue()) == ("damaged", "")


def test_what_is_not_known_is_passed_over() -> None:
    more = {**summed(FILES), "depois.txt": b"novo", "../../fora": b"x", bundle.SUMS: b""}
    more[bundle.SUMS] = bundle.sums(FILES).encode() + b"um comentario\n"
    assert received.received(zipped(more)).checked == bundle.INSIDE
    later = {**REPORT, "later": {"any": [1]}}
    assert received.received(b"\xef\xbb\xbf" + dumps(later).encode()).document["later"]


@given(at=st.integers(0, len(bundle.packed(FILES)) - 1), byte=st.integers(0, 255))
def test_a_changed_byte_is_told_or_harmless(at: int, byte: int) -> None:
    content = bytearray(bundle.packed(FILES))
    content[at] = byte
    try:
        read = received.received(bytes(content))
    except received.ReceivedError:
        return
    assert read.document == json.loads(TEXT)
    assert read.picture in {PNG, b""}
