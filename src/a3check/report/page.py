"""What does a report look like as one page for a superior, with the technical part below it?

The HTML holds all it shows: no script, no address, no font is fetched, and its own policy lets
none be. Its headings, lists and tables say what they are; the signs are for the eye only, their
words stand beside them.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.core.register import Status
from a3check.core.resources import resource
from a3check.report.summary import Found, Summary

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(document: Mapping[str, JSON], words: Catalogue, picture: bytes = b"") -> str:
    """Return the HTML of a report; ``picture`` is its picture's PNG, if it has one."""
    told = Summary(document, words)
    title = escape(told.say("title", id=told.id))
    body = "\n".join(_Page(told, picture).parts())
    return (
        '<!DOCTYPE html>\n<html lang="pt-BR">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


@cache
def _style() -> str:
    return resource("report.css").read_text("utf-8")


class _Page:
    """The parts of one page, each a piece of HTML."""

    def __init__(self, told: Summary, picture: bytes) -> None:
        self._told, self._picture = told, picture

    def parts(self) -> Iterator[str]:
        told = self._told
        yield f'<header><p class="name">{self._say("heading")}</p><p>{escape(told.made())}</p>'
        yield "</header>\n<main>"
        yield from self._verdict()
        yield from self._list("steps", told.steps, "ol")
        yield from self._list("also", told.also, "ul")
        yield self._heading("around")
        yield f'<dl class="around">{_pairs(told.around())}</dl>'
        if self._picture:
            yield self._heading("picture")
            yield _figure(self._picture, self._say("picture_alt"))
        yield f'<h2 class="new">{self._say("checks")}</h2>'
        yield self._checks()
        yield from self._facts()
        yield from self._pictures()
        foot = escape(told.say("foot", id=told.id, program=told.program()))
        yield f"</main>\n<footer><p>{foot}</p></footer>"

    def _verdict(self) -> Iterator[str]:
        told = self._told
        yield f'<section class="verdict {told.status}"><div class="said">{_sign(told.status)}<div>'
        yield f'<p class="word">{escape(told.word)}</p>'
        yield f"<h1>{escape(told.title)}</h1>"
        if told.explanation:
            yield f"<p>{escape(told.explanation)}</p>"
        yield "</div></div>"
        if who := _pairs(told.who()):
            yield f'<dl class="who">{who}</dl>'
        yield "</section>"
        for notice in told.notices():
            sign = _sign(Status.WARNING)
            yield f'<p class="notice warning">{sign}<span>{escape(notice)}</span></p>'

    def _list(self, key: str, texts: Iterable[str], kind: str) -> Iterator[str]:
        if items := "".join(f"<li>{escape(text)}</li>" for text in texts):
            yield self._heading(key)
            yield f"<{kind}>{items}</{kind}>"

    def _checks(self) -> str:
        rows = "".join(
            f'<tr class="{one.status}"><th scope="row">{_sign(one.status)}{escape(one.title)}</th>'
            f'<td class="ended">{escape(one.word)}</td><td>{escape(one.said)}</td></tr>'
            for one in self._told.checks()
        )
        head = self._head("checks", "check", "status", "said")
        return f"<table>{head}<tbody>{rows}</tbody></table>"

    def _facts(self) -> Iterator[str]:
        yield self._heading("facts")
        yield f'<p class="small">{self._say("facts_note")}</p>'
        for found in self._told.found():
            yield from self._found(found)

    def _found(self, found: Found) -> Iterator[str]:
        title = f"<span>{_sign(found.status)}{escape(found.title)}</span>"
        yield f'<h3 class="{found.status}">{title} <code>{escape(found.code)}</code></h3>'
        if found.facts:
            rows = "".join(
                f'<tr><th scope="row" class="code">{escape(name)}</th>'
                f'<td class="code">{escape(value)}</td></tr>'
                for name, value in found.facts
            )
            yield f'<table class="facts"><tbody>{rows}</tbody></table>'

    def _pictures(self) -> Iterator[str]:
        if pictures := [*self._told.pictures()]:
            yield self._heading("pictures")
            yield f'<p class="small">{self._say("pictures_note")}</p>'
            rows = "".join(
                f'<tr><th scope="row" class="code">{escape(file)}</th><td>{escape(taken)}</td>'
                f'<td class="code">{escape(digest)}</td></tr>'
                for file, taken, digest in pictures
            )
            head = self._head("pictures", "file", "taken", "sum")
            yield f"<table>{head}<tbody>{rows}</tbody></table>"

    def _head(self, table: str, *names: str) -> str:
        cells = (f'<th scope="col">{self._say(f"{table}_{name}")}</th>' for name in names)
        return f"<thead><tr>{''.join(cells)}</tr></thead>"

    def _heading(self, key: str) -> str:
        return f"<h2>{self._say(key)}</h2>"

    def _say(self, key: str) -> str:
        return escape(self._told.say(key))


def _sign(status: Status) -> str:
    """Return the sign of a status, which is not read aloud: its word is."""
    return f'<span class="sign {status}" aria-hidden="true">{status.sign}</span>'


def _pairs(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(said)}</dd></div>" for name, said in rows
    )


def _figure(png: bytes, alt: str) -> str:
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return f'<figure><img src="{source}" alt="{alt}"{_size(png)}></figure>'


def _size(png: bytes) -> str:
    """Return a picture's size as its header tells it (PNG, 11.2.1): nothing jumps as it loads."""
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    return f' width="{width}" height="{height}"' if width and height else ""
