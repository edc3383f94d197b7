"""What does a report's PDF cost, beside ReportLab's of the same two pages?

Each program is a process of its own, in turn: one PDF from its start on (with the imports), then
as many as make a median; and what it weighed at most. Both get the same texts and picture.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.bench import peer
from tests.unit.report.samples import ABOUT, diagnosis, finding

from a3check.core.catalogue import catalogue
from a3check.report.document import document, dumps
from a3check.report.summary import Summary

ROUNDS: Final = 5
DEADLINE: Final = 120.0
CODES: Final = (
    "computer.ready",
    "clock.right",
    "service.running",
    "reader.connected",
    "card.absent",
)
PICTURE: Final = peer.ROOT / "docs" / "telas" / "vencido-clara.png"

# What both processes do: read the texts, make one PDF, then many, and say what it took.
_FRAME: Final = """
import json, statistics, sys, time
texts, picture, target = json.load(open(sys.argv[1])), open(sys.argv[2], "rb").read(), sys.argv[3]
{make}
made = make()
open(target, "wb").write(made)
print("first", flush=True)
took = []
for _ in range(15):
    begun = time.perf_counter()
    make()
    took.append(time.perf_counter() - begun)
status = open("/proc/self/status").read()
peak = int(status.partition("VmHWM:")[2].split()[0])
print(json.dumps({{"again": statistics.median(took), "peak": peak, "bytes": len(made)}}))
"""
_OURS: Final = """
from a3check import app
def make():
    return app.printed(texts["report"], picture)
"""
_REPORTLAB: Final = """
import io
from xml.sax.saxutils import escape
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    Image, ListFlowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table)

for name, file in texts["fonts"].items():
    pdfmetrics.registerFont(TTFont(name, file))
plain = ParagraphStyle("plain", fontName="plain", fontSize=9.5, leading=13)
small = ParagraphStyle("small", plain, fontSize=8, leading=10.5, textColor="#55627A")
code = ParagraphStyle("code", plain, fontName="code", fontSize=8.2, leading=10.5)
head = ParagraphStyle("head", plain, fontName="bold", fontSize=11, leading=18, spaceBefore=10)
title = ParagraphStyle("title", head, fontSize=16, leading=21)
rule = ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.HexColor("#E1E6EE"))
top = ("VALIGN", (0, 0), (-1, -1), "TOP")

def said(text, style=plain):
    return Paragraph(escape(text), style)

def footed(canvas, document):
    canvas.setFont("plain", 8)
    canvas.drawString(15 * mm, 11 * mm, texts["foot"])
    canvas.drawRightString(195 * mm, 11 * mm, f"{document.page}")

def make():
    buffer = io.BytesIO()
    wide = A4[0] - 30 * mm
    told = [said(texts["word"]), said(texts["title"], title), said(texts["explanation"])]
    story = [Table([[told]],
        [wide], style=[("BACKGROUND", (0, 0), (-1, -1), colors.HexColor("#FCE9E7"))])]
    story += [Table([[[said(n, small), said(v)] for n, v in texts["who"]]], style=[rule])]
    story += [said(texts["names"][0], head)]
    story += [ListFlowable([said(step) for step in texts["steps"]])]
    story += [said(texts["names"][1], head)]
    cells = [[said(n, small), said(v)] for n, v in texts["around"]]
    rows = [cells[at:at + 3] for at in range(0, len(cells), 3)]
    story += [Table([r + [""] * (3 - len(r)) for r in rows], [wide / 3] * 3, style=[top])]
    story += [Image(io.BytesIO(picture), wide, wide * 768 / 1366), PageBreak()]
    story += [said(texts["names"][2], head)]
    story += [Table([[said(c) for c in row] for row in texts["checks"]],
        [wide * 0.3, wide * 0.22, wide * 0.48], style=[rule, top], repeatRows=1)]
    for name, number, facts in texts["found"]:
        story += [said(name, head), said(number, code)]
        if facts:
            story += [Table([[said(c, code) for c in row] for row in facts],
                [wide * 0.3, wide * 0.7], style=[rule, top])]
    SimpleDocTemplate(buffer, pagesize=A4, leftMargin=15 * mm, rightMargin=15 * mm,
        topMargin=15 * mm, bottomMargin=18 * mm).build(
        story, onFirstPage=footed, onLaterPages=footed)
    return buffer.getvalue()
"""


def measure() -> None:
    """Compare ours with ReportLab's: the first PDF, the later ones, memory, size."""
    programs = {"a3check": (Path(sys.executable), _OURS)}
    found = peer.python("reportlab", "lib/python3*/site-packages/reportlab")
    if isinstance(found, Path):
        programs["reportlab"] = (found, _REPORTLAB)
    else:
        print(f"reportlab is skipped: {found}\n")
    taken: dict[str, list[dict[str, float]]] = defaultdict(list)
    with TemporaryDirectory(prefix="a3check-bench-") as folder:
        texts = Path(folder) / "texts.json"
        texts.write_text(json.dumps(_texts()), "utf-8")
        for _ in range(ROUNDS):
            for name, (python, make) in programs.items():
                taken[name].append(_once(python, make, texts, Path(folder) / f"{name}.pdf"))
    _tell(taken)


def _once(python: Path, make: str, texts: Path, target: Path) -> dict[str, float]:
    """Run one process and return its figures, in seconds and KiB."""
    environment = {**os.environ, "PYTHONPATH": str(peer.ROOT / "src")}
    script = _FRAME.format(make=make)
    command = [str(part) for part in (python, "-c", script, texts, PICTURE, target)]
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        first = time.perf_counter() - begun
        rest, _ = process.communicate(timeout=DEADLINE)
    figures: dict[str, float] = json.loads(rest)
    return {**figures, "first": first}


def _tell(taken: dict[str, list[dict[str, float]]]) -> None:
    print(f"{ROUNDS} processes each in turn, medians; load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':12}{'first PDF':>12}{'a later one':>14}{'at most':>12}{'size':>11}{'ratio':>8}")
    ours = 0.0
    for name, figures in taken.items():
        first, again, peak, size = (
            statistics.median(each[what] for each in figures)
            for what in ("first", "again", "peak", "bytes")
        )
        ours = ours or again
        print(
            f"{name:12}{first * 1000:9.0f} ms{again * 1000:11.1f} ms{peak / 1024:8.1f} MiB"
            f"{size / 1024:7.0f} KiB{again / ours:8.2f}"
        )
    print("\nratio: a later PDF's time to ours; first: with the start of the process")


def _texts() -> dict[str, Any]:
    report = json.loads(dumps(document(diagnosis(*map(finding, CODES)), ABOUT)))
    told = Summary(report, catalogue())
    return {
        "report": report,
        "fonts": {"plain": _font("Noto Sans"), "bold": _font("Noto Sans:bold"),
                  "code": _font("DejaVu Sans Mono")},
        "word": told.word, "title": told.title, "explanation": told.explanation,
        "who": [*told.who()], "steps": told.steps, "around": [*told.around()],
        "names": [told.say(name) for name in ("steps", "around", "checks")],
        "checks": [(one.title, one.word, one.said) for one in told.checks()],
        "found": [(one.title, one.code, one.facts) for one in told.found()],
        "foot": told.say("foot", id=told.id, program=told.program()),
    }  # fmt: skip


def _font(name: str) -> str:
    """Return the file of a font, as Qt finds it, too."""
    command = ["fc-match", "-f", "%{file}", name]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
