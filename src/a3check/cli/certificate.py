"""``a3check certificado``: certificates in files, judged without a token."""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from a3check import app
from a3check.checks import clock
from a3check.checks.chain import Listed
from a3check.checks.clock import TrustedClock
from a3check.cli.examine import Examination, Item, side_by_side
from a3check.cli.output import CANCELLED, CAUSE, DEFECT, OK, UNKNOWN, USAGE, kept, say
from a3check.core.catalogue import catalogue
from a3check.core.ports import JSON, Ports
from a3check.core.profile import Profile
from a3check.core.register import Status
from a3check.core.wishes import Wishes
from a3check.live import Live, painted
from a3check.net.once import Once
from a3check.options import UsageError, instant, profile, writable
from a3check.pki import at_hand, bundle, calist, pfx
from a3check.pki.answers import Answer, Answers
from a3check.pki.asked import AtHand
from a3check.pki.certificate import Certificate, Unreadable
from a3check.pki.shelf import Shelf
from a3check.report.document import dumps
from a3check.report.examined import Examined, Writer
from a3check.report.mask import Masker
from a3check.system import given
from a3check.system.once import ReadOnce
from a3check.terminal import Terminal
from a3check.world import assemble

LARGEST_CRL = 64 * 1024 * 1024
"""Bytes; as of one that is fetched."""
FEW = 20
"""Certificates from which on the progress is told."""
EVERY = 5.0
"""Seconds between two words about it where there is no terminal."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the options bring: trusted roots (none: the profile's), more CAs, answers, a moment."""

    roots: tuple[Certificate, ...]
    cas: tuple[Certificate, ...]
    answers: Answers
    moment: datetime | None


def command(wanted: argparse.Namespace) -> int:
    """Judge every certificate, write what was asked for, and return the exit status."""
    known = profile(wanted.perfil)
    writable(wanted.json, "--json", folder=False)
    wanted.arquivo = given.expanded(wanted.arquivo)
    _demand(wanted)
    brought = Given(
        _certificates(wanted.raiz, "--raiz", least=1),
        _certificates(wanted.ac, "--ac", least=0),
        Answers(
            crls=_answers(wanted.lcr, "--lcr", at_hand.crls),
            ocsp=_answers(wanted.ocsp, "--ocsp", at_hand.responses),
        ),
        None if wanted.em is None else instant(wanted.em),
    )
    app.log_to_file()
    items = tuple(item for file in wanted.arquivo for item in items_of(file, given.read(file)))
    if brought.roots:
        named = tuple(root.sha256 for root in brought.roots)
        known = replace(known, trust=replace(known.trust, roots_sha256=named))
    return _run(wanted, known, brought, items)


def items_of(file: str, content: bytes | given.Unread) -> tuple[Item, ...]:
    """Return every certificate of a file; one that holds none is an item that cannot be read."""
    if isinstance(content, given.Unread):
        return (Item(file, 0, 1, Unreadable(b"", content.reason)),)
    if pfx.is_pfx(content):
        return (Item(file, 0, 1, Unreadable(b"", "pfx")),)
    held = bundle.certificates(content) or (Unreadable(b"", "no certificate in it"),)
    readable = [c for c in held if isinstance(c, Certificate)]
    issuers = {c.issuer_key for c in readable}
    cas = tuple(c for c in readable if c.subject_key in issuers)
    return tuple(Item(file, index, len(held), one, cas) for index, one in enumerate(held))


def _demand(wanted: argparse.Namespace) -> None:
    """Refuse what cannot be meant, before anything is read."""
    files = (*wanted.arquivo, *wanted.raiz, *wanted.ac, *wanted.lcr, *wanted.ocsp)
    if files.count(given.STDIN) > 1:
        raise UsageError("stdin_twice")
    for file in files:
        if file != given.STDIN and not given.exists(file):
            raise UsageError("no_file", file=file)
    if wanted.json not in {None, given.STDIN} and os.path.exists(wanted.json):  # noqa: PTH110
        for file in files:
            with suppress(OSError):
                if os.path.samefile(file, wanted.json):  # noqa: PTH121 - as in system.given
                    raise UsageError("over_input", file=wanted.json)


def _certificates(files: Sequence[str], option: str, *, least: int) -> tuple[Certificate, ...]:
    """Read the files of an option; one without anything in it serves where ``least`` is 0."""
    every: list[Certificate] = []
    for file in files:
        content = _content(file, option, given.LARGEST)
        held = bundle.certificates(content) if content.strip() else ()
        good = [c for c in held if isinstance(c, Certificate)]
        if len(good) < len(held) or len(good) < least:
            raise _unfit(file, option, "no_certificate")
        every += good
    return tuple(dict.fromkeys(every))


def _answers(
    files: Sequence[str], option: str, read: Callable[[bytes], tuple[bytes, ...]]
) -> tuple[Answer, ...]:
    every: list[Answer] = []
    for file in files:
        bodies = read(_content(file, option, LARGEST_CRL))
        if not bodies:
            raise _unfit(file, option, "no_crl" if option == "--lcr" else "no_ocsp")
        every += [Answer(body, file) for body in bodies]
    return tuple(every)


def _content(file: str, option: str, largest: int) -> bytes:
    content = given.read(file, largest)
    if isinstance(content, given.Unread):
        raise _unfit(file, option, content.reason)
    return content


def _unfit(file: str, option: str, reason: str) -> UsageError:
    why = catalogue().words("given", reason)
    return UsageError("bad_given", option=option, file=file, reason=why)


def _run(wanted: argparse.Namespace, known: Profile, brought: Given, items: Sequence[Item]) -> int:
    wished = Wishes(network=not wanted.sem_rede)
    nobody = Terminal(Live(sys.stderr, catalogue()), catalogue(), None, asks=False, declined=True)
    world = assemble(known, wished, nobody)
    stop = threading.Event()

    def cancel(*_: object) -> None:
        stop.set()
        threading.Thread(target=world.cancel, daemon=True).start()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, cancel)
    once = Once(world.ports.network)
    ports = replace(world.ports, network=once, kept=ReadOnce(world.ports.kept))
    masker = None if wanted.sem_mascara else app.masker()
    try:
        files = ports.system.ca_certificates()
        examination = Examination(
            ports,
            known,
            wished,
            _clock(ports, known, brought, network=wished.network),
            Shelf((*brought.roots, *brought.cas), files),
            AtHand(brought.answers),
            Listed(calist.day_of(files)),
        )
        done = _told(side_by_side(examination, items, stop), wanted, masker, items)
        return _conclude(wanted, done, len(items), cut=stop.is_set())
    finally:
        world.close()


def _clock(ports: Ports, known: Profile, brought: Given, *, network: bool) -> TrustedClock:
    """Return the moment that was named, else the trusted time where it can be had."""
    if brought.moment is not None:
        return TrustedClock(None, brought.moment)
    urls = known.network.time_urls if network else ()
    return TrustedClock(clock.agreed(ports.network.times(urls) if urls else ()))


def _told(
    results: Iterator[Examined],
    wanted: argparse.Namespace,
    masker: Masker | None,
    items: Sequence[Item],
) -> tuple[list[JSON], list[Status]]:
    """Print a line each as it comes; return their objects and how they ended."""
    said = sys.stderr if wanted.json == "-" else sys.stdout
    entries: list[JSON] = []
    ends: list[Status] = []
    details: tuple[str, ...] = ()
    progress, only = _Progress(len(items)), _only(items)
    for result in results:
        writer = Writer(result, masker, catalogue())
        entries.append(writer.entry() if wanted.json is not None else None)
        ends.append(result.status)
        with suppress(OSError):  # a reader that went away: the JSON is written all the same
            progress.clear()
            sign = painted(result.status.sign, result.status, said)
            say(f"{sign} {writer.line()}", said)
        if (result.file, result.index) == only:
            about = catalogue().words("cli", "about", what=writer.place)
            details = ((about,) if len(items) > 1 else ()) + tuple(writer.details())
        with suppress(OSError):
            progress.show(len(ends))
    with suppress(OSError):
        progress.clear()
        for line in details:
            say(line, said)
    return entries, ends


def _only(items: Sequence[Item]) -> tuple[str, int] | None:
    """Name the one that is told in full: the only one that is not a CA's, or the only one."""
    held = (item.held for item in items)
    cas = [isinstance(one, Certificate) and one.is_ca for one in held]
    asked = [i for i, ca in zip(items, cas, strict=True) if not ca or len(items) == 1]
    return (asked[0].file, asked[0].index) if len(asked) == 1 else None


class _Progress:
    """How far it is: on a terminal in a line that the next one replaces, elsewhere at times."""

    def __init__(self, all_: int) -> None:
        self._all, self._last = all_, time.monotonic()
        self._fancy = sys.stderr.isatty()

    def clear(self) -> None:
        """Make room for a line."""
        if self._fancy and self._all >= FEW:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, done: int) -> None:
        """Say how many are done, where they are many."""
        if self._all < FEW:
            return
        text = catalogue().words("cli", "examining", done=done, all=self._all)
        if self._fancy:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
        elif time.monotonic() - self._last >= EVERY:
            self._last = time.monotonic()
            say(text, sys.stderr)


def _conclude(
    wanted: argparse.Namespace, done: tuple[list[JSON], list[Status]], all_: int, *, cut: bool
) -> int:
    entries, ends = done
    if cut:
        with suppress(OSError):
            words = catalogue().words("cli", "examined_cut", done=len(ends), all=all_)
            say(words, sys.stderr)
    if wanted.json is not None and not kept(wanted.json, dumps(entries)):
        return USAGE
    return CANCELLED if cut else worst(ends)


def worst(ends: Sequence[Status]) -> int:
    """Return the exit status for all together: a cause, a defect, what could not be told, none."""
    order = ((Status.FAILED, CAUSE), (Status.CRASHED, DEFECT), (Status.UNKNOWN, UNKNOWN))
    return next((status for end, status in order if end in ends), OK)
