"""How does a PDF that Qt drew learn what its parts are: headings, lists, tables, pictures?

Qt writes no tags. Whoever paints puts a mark before each piece: a rectangle far off the page
whose place is a number. Here the marks become marked content (ISO 32000-1, 14.6), and a tree of
the document's structure (14.7, 14.8) is added. The file is Qt's own (plain objects and one
table of them, PDF 1.4); where it looks otherwise it is returned as it is: seen and searched it
is the same, only without tags.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Path = tuple[tuple[str, int], ...]
"""From the document down to a piece: each step a standard structure type and its own number.

A heading cell of a table says of what: ``TH Column``, ``TH Row``.
"""

OFF = 20_000
"""Dots left of and above the page where marks are: no paper is that wide."""
LANGUAGE = "pt-BR"

_MARK = re.compile(rb"-(\d+) -%d 1 1 re\nf\n" % OFF)
_TABLE = re.compile(rb"xref\n0 (\d+)\s*\n")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref", re.DOTALL)
_BLANKS = re.compile(rb"<(?:0009|00A0)>")
_ENTRY = 20  # bytes of a line in the table of objects


@dataclass(frozen=True, slots=True)
class Meant:
    """What a piece is; ``alt`` says a picture in words."""

    path: Path
    alt: str = ""


class _OtherwiseError(Exception):
    """The file is not written as we know it."""


def tagged(pdf: bytes, meant: Sequence[Meant]) -> bytes:
    """Return the file with tags; mark *n* of it (from 1) is ``meant[n - 1]``, 0 is decoration."""
    try:
        return _File(pdf).tagged(meant)
    except (_OtherwiseError, LookupError, ValueError, zlib.error):
        return pdf


@dataclass(slots=True)
class _Node:
    """A part of the structure: its type, its own number in the file, its parts."""

    kind: str
    number: int
    parent: int
    alt: str = ""
    kids: list["_Node | tuple[int, int]"] = field(default_factory=list)
    """Parts, or (page's number in the file, number of the marked content on it)."""


class _Tree:
    """The structure as it grows; every node is an object of the file."""

    def __init__(self, first: int) -> None:
        self.root = _Node("Document", first, 0)
        self._nodes: dict[Path, _Node] = {(): self.root}

    def at(self, path: Path) -> _Node:
        """Return the node at a path, made where it is new."""
        if (known := self._nodes.get(path)) is None:
            above = self.at(path[:-1])
            number = self.root.number + len(self._nodes)
            known = self._nodes[path] = _Node(path[-1][0], number, above.number)
            above.kids.append(known)
        return known

    def nodes(self) -> Iterator[_Node]:
        return iter(self._nodes.values())


class _File:
    """The objects of a PDF by their numbers."""

    def __init__(self, pdf: bytes) -> None:
        start = _found(_START.search(pdf))
        table = _found(_TABLE.match(pdf, int(start[1])))
        trailer = _found(_TRAILER.search(pdf, table.end()))
        self._trailer = trailer[1]
        self._count, self._head = int(table[1]), pdf[: pdf.index(b"1 0 obj")]
        lines = range(table.end() + _ENTRY, table.end() + _ENTRY * self._count, _ENTRY)
        places = sorted(int(pdf[at : at + 10]) for at in lines)
        self._objects: dict[int, bytes] = {}
        for place, end in zip(places, [*places[1:], int(start[1])], strict=True):
            number, body = pdf[place:end].split(b" 0 obj\n", 1)
            self._objects[int(number)] = body.rpartition(b"endobj")[0]

    def tagged(self, meant: Sequence[Meant]) -> bytes:
        root = int(_found(re.search(rb"/Root (\d+) 0 R", self._trailer))[1])
        tree = _Tree(self._count + 2)
        pages = self._pages(root)
        self._mend_blanks()
        content = [self._marked(page, at, meant, tree) for at, page in enumerate(pages)]
        if sorted(n for marks in content for n in marks) != [*range(1, len(meant) + 1)]:
            raise _OtherwiseError
        for node in tree.nodes():
            self._objects[node.number] = _written(node, self._count)
        parents = b"".join(
            b"%d [%s] "
            % (at, b" ".join(b"%d 0 R" % tree.at(meant[n - 1].path).number for n in marks))
            for at, marks in enumerate(content)
        )
        self._objects[self._count] = (
            b"<< /Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d >>\n"
            % (tree.root.number, self._count + 1, len(pages))
        )
        self._objects[self._count + 1] = b"<< /Nums [%s] >>\n" % parents
        self._add(
            root,
            b"/MarkInfo << /Marked true >> /StructTreeRoot %d 0 R /Lang (%s)"
            b" /ViewerPreferences << /DisplayDocTitle true >>" % (self._count, LANGUAGE.encode()),
        )
        return self._whole()

    def _mend_blanks(self) -> None:
        """Have a blank read as one: of the characters that look alike Qt names the first, a tab.

        The one that is drawn at the ends of lines is a no-break space (render/blocks.py).
        """
        for number, body in self._objects.items():
            if b"begincmap" in body:
                self._objects[number] = _BLANKS.sub(b"<0020>", body)  # as long as before

    def _pages(self, root: int) -> list[int]:
        above = int(_found(re.search(rb"/Pages (\d+) 0 R", self._objects[root]))[1])
        kids = _found(re.search(rb"/Kids\s*\[(.*?)\]", self._objects[above], re.DOTALL))
        return [int(number) for number in re.findall(rb"(\d+) 0 R", kids[1])]

    def _marked(self, page: int, at: int, meant: Sequence[Meant], tree: _Tree) -> list[int]:
        """Mark the content of a page, and return the numbers of its pieces in their order."""
        number = int(_found(re.search(rb"/Contents (\d+) 0 R", self._objects[page]))[1])
        packed = self._objects[number].partition(b"stream\n")[2].rpartition(b"endstream")[0]
        found: list[int] = []

        def begun(mark: re.Match[bytes]) -> bytes:
            if not (piece := int(mark[1]) - OFF):
                return b"EMC\n/Artifact BMC\n"
            if piece > len(meant):
                raise _OtherwiseError
            node = tree.at(meant[piece - 1].path)
            node.alt = meant[piece - 1].alt
            node.kids.append((page, len(found)))
            found.append(piece)
            return b"EMC\n/%s << /MCID %d >> BDC\n" % (_type(node)[0], len(found) - 1)

        drawn = _MARK.sub(begun, zlib.decompress(packed))
        again = zlib.compress(b"/Artifact BMC\n" + drawn + b"EMC\n")
        self._objects[number] = (
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\n" % (len(again), again)
        )
        self._add(page, b"/StructParents %d /Tabs /S" % at)
        return found

    def _add(self, number: int, entries: bytes) -> None:
        body, closing, rest = self._objects[number].rpartition(b">>")
        self._objects[number] = body + entries + b"\n" + closing + rest

    def _whole(self) -> bytes:
        written = bytearray(self._head)
        places: dict[int, int] = {}
        for number, body in sorted(self._objects.items()):
            places[number] = len(written)
            written += b"%d 0 obj\n%sendobj\n" % (number, body)
        size = max(places) + 1
        table = [b"%010d 00000 n \n" % places[n] for n in range(1, size)]
        trailer = re.sub(rb"/Size \d+", b"/Size %d" % size, self._trailer)
        start = len(written)
        written += b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(table)
        written += b"trailer\n<<%s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, start)
        return bytes(written)


def _written(node: _Node, root: int) -> bytes:
    kids = b" ".join(
        b"%d 0 R" % kid.number
        if isinstance(kid, _Node)
        else b"<< /Type /MCR /Pg %d 0 R /MCID %d >>" % kid
        for kid in node.kids
    )
    kind, more = _type(node)
    if node.alt:
        more += b" /Alt <FEFF%s>" % node.alt.encode("utf-16-be").hex().encode()
    written = (kind, node.parent or root, more, kids)
    return b"<< /Type /StructElem /S /%s /P %d 0 R%s /K [%s] >>\n" % written


def _type(node: _Node) -> tuple[bytes, bytes]:
    """Return a node's type, and what a heading cell adds to it."""
    kind, _, scope = node.kind.partition(" ")
    more = b" /A << /O /Table /Scope /%s >>" % scope.encode() if scope else b""
    return kind.encode(), more


def _found(match: re.Match[bytes] | None) -> re.Match[bytes]:
    if match is None:
        raise _OtherwiseError
    return match
