"""What does a report look like as one page for a superior, with the technical pages behind it?

The HTML holds all it shows: no script, no address, no font is fetched. It keeps to what both a
browser and Qt's text layout draw alike, so that the same page is also the PDF.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import zip_longest

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.report import reading
from a3check.report.summary import Summary, clean

PICTURE_WIDTH, PICTURE_HEIGHT = 600, 360
"""Pixels of 1/96 inch at the most: what is left of an A4 page under a usual verdict."""
LONGEST = 2000
"""Characters of one fact: a longer one would fill pages; the JSON holds it whole."""

_STYLE = """
body { font-family: 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif; font-size: 9.5pt;
  color: #1a1a1a; }
h1 { font-size: 17pt; margin-top: 4px; margin-bottom: 6px; }
h2 { font-size: 11.5pt; margin-top: 10px; margin-bottom: 3px; }
h3 { font-size: 10pt; margin-top: 10px; margin-bottom: 2px; }
p { margin-top: 3px; margin-bottom: 3px; }
ol, ul { margin-top: 2px; margin-bottom: 2px; }
li { margin-top: 0; margin-bottom: 2px; }
table { border-collapse: collapse; }
.small { font-size: 8.5pt; color: #444444; }
.code { font-family: 'Consolas', 'Noto Sans Mono', 'DejaVu Sans Mono', monospace;
  font-size: 8.5pt; }
.status { font-size: 11pt; font-weight: bold; }
.new { page-break-before: always; }
"""
_SCREEN = """
body { max-width: 46em; margin: 1.5em auto; padding: 0 1em; }
td { overflow-wrap: anywhere; vertical-align: top; }
img { max-width: 100%; height: auto; border: 1px solid #888888; }
@media print { body { max-width: none; margin: 0; } h2, h3 { break-after: avoid; }
  tr { break-inside: avoid; } }
"""


def page(
    document: Mapping[str, JSON], words: Catalogue, picture: bytes = b"", *, paper: bool = False
) -> str:
    """Return the HTML of a report; ``picture`` is its picture's PNG, if it has one.

    ``paper`` leaves out what is for a browser only: Qt would take half of it.
    """
    body = "\n".join(_Page(document, words, picture).parts())
    title = escape(words.words("page", "title", id=clean(reading.text(document, "id"))))
    return (
        '<!DOCTYPE html>\n<html lang="pt-BR">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{_STYLE}{'' if paper else _SCREEN}</style>\n"
        "</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


class _Page:
    """The parts of one page, each a piece of HTML."""

    def __init__(self, document: Mapping[str, JSON], words: Catalogue, picture: bytes) -> None:
        self._document, self._words, self._picture = document, words, picture
        self._summary = Summary(document, words)

    def parts(self) -> Iterator[str]:
        yield from self._verdict()
        yield from self._steps()
        yield from self._around()
        if self._picture:
            source = f"data:image/png;base64,{base64.b64encode(self._picture).decode()}"
            alt, width = escape(self._say("picture_alt")), _width(self._picture)
            yield f'<p><img src="{source}" alt="{alt}" width="{width}"></p>'
        yield from self._checks()
        yield from self._facts()

    def _verdict(self) -> Iterator[str]:
        told = self._summary
        yield f'<p class="small">{escape(self._say("heading"))}</p>'
        yield f'<p class="status">{escape(told.status())}</p>'
        yield f"<h1>{escape(told.title)}</h1>"
        if told.explanation:
            yield f"<p>{escape(told.explanation)}</p>"
        yield _table(told.who())
        for notice in told.notices():
            yield f"<p><b>{escape(notice)}</b></p>"

    def _steps(self) -> Iterator[str]:
        if self._summary.steps:
            yield self._heading("steps")
            items = "".join(f"<li>{escape(step)}</li>" for step in self._summary.steps)
            yield f"<ol>{items}</ol>"
        if self._summary.also:
            yield self._heading("also")
            items = "".join(f"<li>{escape(title)}</li>" for title in self._summary.also)
            yield f"<ul>{items}</ul>"

    def _around(self) -> Iterator[str]:
        yield self._heading("around")
        yield _table(_paired(self._summary.around()), widths=(17, 33, 17, 33))

    def _checks(self) -> Iterator[str]:
        yield f'<h2 class="new">{escape(self._say("checks"))}</h2>'
        yield _table(self._summary.checks())

    def _facts(self) -> Iterator[str]:
        yield self._heading("facts")
        yield f'<p class="small">{escape(self._say("facts_note"))}</p>'
        for finding in reading.findings(self._document):
            title, code = (clean(reading.text(finding, name)) for name in ("title", "code"))
            yield f'<h3>{escape(title)} <span class="code">{escape(code)}</span></h3>'
            evidence = reading.field(finding, "evidence")
            if isinstance(evidence, Mapping) and evidence:
                yield _table(
                    ((clean(name), self._shown(value)) for name, value in evidence.items()),
                    code=True,
                )

    def _shown(self, value: JSON) -> str:
        if isinstance(value, bool):
            return self._say("yes" if value else "no")
        text = clean(reading.shown(value)) or "—"
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    def _heading(self, key: str) -> str:
        return f"<h2>{escape(self._say(key))}</h2>"

    def _say(self, key: str) -> str:
        return self._words.words("page", key)


def _table(
    rows: Iterable[tuple[str, ...]], *, widths: tuple[int, ...] = (30, 70), code: bool = False
) -> str:
    """Write rows of texts; ``widths`` are per cent; technical rows are set like code."""
    kind = ' class="code"' if code else ""
    lines = (
        "".join(
            f'<td width="{width}%"{kind}>{escape(said)}</td>'
            for width, said in zip(widths, row, strict=False)
        )
        for row in rows
    )
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<table width="100%" border="1" cellspacing="0" cellpadding="2">{body}</table>'


def _paired(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """Put two names and what they say beside each other: half as high."""
    left = [*rows]
    middle = (len(left) + 1) // 2
    for one, other in zip_longest(left[:middle], left[middle:], fillvalue=("", "")):
        yield (*one, *other)


def _width(png: bytes) -> int:
    """Return how wide a picture is shown, by the size that its header tells (PNG, 11.2.1)."""
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    return max(1, min(PICTURE_WIDTH, width, PICTURE_HEIGHT * width // max(height, 1)))
