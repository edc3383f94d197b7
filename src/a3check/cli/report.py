"""``a3check relatorio``: a report or a bundle shown, checked, and made a page of."""

import argparse
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from a3check import app
from a3check.cli.output import OK, USAGE, complain, kept, not_written, put, put_bytes, say
from a3check.core.catalogue import catalogue
from a3check.core.register import Status
from a3check.live import painted
from a3check.options import UsageError, writable
from a3check.report.lines import lines, wrapped
from a3check.report.page import page
from a3check.report.received import LARGEST, Received, ReceivedError, received, schema_text
from a3check.report.summary import Summary, clean
from a3check.system import folders, given


def command(wanted: argparse.Namespace) -> int:
    """Show a report, write what was asked for, and return the exit status."""
    if wanted.esquema:
        return _put_schema()
    if wanted.arquivo is None:
        raise UsageError("report_file")
    for target, option in ((wanted.html, "--html"), (wanted.pdf, "--pdf")):
        writable(target, option, folder=False)
        if target is not None and _same(target, wanted.arquivo):
            raise UsageError("over_report", option=option, file=target)
    if wanted.html is not None and wanted.html == wanted.pdf:
        raise UsageError("not_writable", option="--pdf", file=wanted.pdf)
    report = _received(wanted.arquivo)
    status = _write(report, wanted.html, wanted.pdf)
    if "-" not in {wanted.html, wanted.pdf}:
        _show(report)
    return status


def _put_schema() -> int:
    try:
        put(schema_text())
    except OSError:
        return not_written("-")
    return OK


def _received(file: str) -> Received:
    content = given.read(file, LARGEST)
    if isinstance(content, given.Unread):
        if not given.exists(file) and file != given.STDIN:
            raise UsageError("no_file", file=file)
        reason = catalogue().words("given", content.reason)
        raise UsageError("bad_report", file=file, reason=reason)
    try:
        return received(content)
    except ReceivedError as error:
        where = clean(error.where)
        reason = catalogue().words("received", error.fault, where=where)
        raise UsageError("bad_report", file=file, reason=reason) from None


def _write(report: Received, html: str | None, paper: str | None) -> int:
    """Write the pages that were asked for; the first that cannot be written ends it."""
    if html is not None and not kept(html, page(report.document, catalogue(), report.picture)):
        return USAGE
    if paper is None:
        return OK
    try:
        content = app.printed(report.document, report.picture)
    except (ImportError, OSError):
        complain(catalogue().words("cli", "no_pdf"))
        return USAGE
    try:
        if paper == "-":
            put_bytes(content)
        else:
            folders.write(Path(paper), content)
    except OSError:
        return not_written(paper)
    return OK


def _show(report: Received) -> None:
    words = catalogue()

    def paint(text: str, status: Status, *, bold: bool = False) -> str:
        return painted(text, status, sys.stdout, bold=bold)

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    files = ", ".join(report.checked)
    with suppress(OSError):  # a reader that went away, or a full disk: nothing is lost
        for line in lines(Summary(report.document, words), paint, width):
            say(line, sys.stdout)
        say("", sys.stdout)
        whole = words.words("received", "whole" if report.checked else "valid", files=files)
        for line in wrapped(whole, width):
            say(paint(line, Status.SKIPPED), sys.stdout)


def _same(target: str, file: str) -> bool:
    """Tell whether the page would take the place of the report that it is made of."""
    try:
        return os.path.samefile(target, file)  # noqa: PTH121 - a name may be anything
    except (OSError, ValueError):
        return False
