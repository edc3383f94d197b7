"""A walk on the portal without a certificate, masked, to be sent and to be judged elsewhere."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from a3check import __version__
from a3check.checks import clock
from a3check.checks.server import anonymous
from a3check.core.check import Context
from a3check.core.fault import Fault, FaultKind
from a3check.core.ports import Ports
from a3check.core.profile import Portal, Profile
from a3check.portal import page
from a3check.portal.pace import PACE
from a3check.portal.path import kept
from a3check.portal.walk import Hop, Walk
from a3check.portal.words import fold, folded
from a3check.report.mask import Masker
from a3check.report.numbers import MASK
from a3check.tls.plain import Plain
from a3check.tls.recorder import no_tls
from a3check.tls.transcript import Answer, Transcript

FORMAT, VERSION = "a3check-walk", 1
_STATUS_LINE = re.compile(rb"HTTP/\d\.\d \d{3}\b|HTTP/")
_NO_TLS = b"\0"
"""Stands for first bytes that are no TLS: what they were stays here."""


@dataclass(frozen=True, slots=True)
class Site(Plain):
    """What the profile assumed of the portal: a walk is judged by it."""

    start: str
    certificate_urls: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    second_factor: tuple[str, ...] = ()
    refusal: tuple[str, ...] = ()
    not_authorised: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step(Plain):
    """One address of the walk and what was said there."""

    url: str
    transcript: Transcript
    completed: bool = False
    away: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording(Plain):
    """The whole walk; ``recorded`` is this computer's time (RFC 3339), ``fault`` the engine's.

    ``timed`` tells that servers were judged by a trusted time. Readers refuse another
    ``format`` or ``version``, and ignore fields that they do not know.
    """

    format: str = FORMAT
    version: int = VERSION
    app: str = __version__
    profile: str = ""
    recorded: str = ""
    timed: bool = False
    fault: str | None = None
    site: Site
    steps: tuple[Step, ...] = ()

    @property
    def portal(self) -> Portal:
        """The portal as the checks take it."""
        return Portal(**{name: getattr(self.site, name) for name in Site.__slots__})

    @property
    def walk(self) -> Walk:
        """The walk as the checks take it."""
        hops = tuple(
            Hop(s.url, s.transcript, shown=False, completed=s.completed, away=s.away)
            for s in self.steps
        )
        fault = None if self.fault is None else Fault(FaultKind(self.fault), "")
        return Walk(hops, fault)

    @classmethod
    def load(cls, text: str) -> Self:
        """Read a recording; raises ``ValueError`` where it is none, or of another version."""
        data = json.loads(text)
        recording = cls.from_json(data)
        if (recording.format, recording.version) != (FORMAT, VERSION) or "format" not in data:
            raise ValueError(f"no {FORMAT} of version {VERSION}")
        return recording

    def dumps(self) -> str:
        """Write it as JSON."""
        return json.dumps(self.to_json(), ensure_ascii=False, indent=2) + "\n"


def visit(ports: Ports, profile: Profile, masker: Masker) -> Recording:
    """Walk the portal without a certificate, in its turn, and keep of it what may be sent."""
    context = Context(ports, profile)
    tuple(clock.run(context))  # what it learns, the trusted time, judges the servers
    start = profile.portal.start
    PACE.wait(start, profile.limits.walk_interval, context.stop, ports.walks)
    walker = anonymous(context)
    walk = walker.walk()
    PACE.walked(start, ports.walks)
    return record(walk, profile, ports.clock.now(), masker, timed=walker.moment is not None)


def record(
    walk: Walk, profile: Profile, moment: datetime, masker: Masker, *, timed: bool
) -> Recording:
    """Keep of a walk what is needed to judge it, and nothing of a person or of this computer.

    Gone are bodies (but for the words that a3check looks for), header values (but for where a
    redirect leads), queries, cookies, sessions in paths, own names and addresses, and the proxy's.
    """
    portal = profile.portal
    site = Site(*(getattr(portal, name) for name in Site.__slots__))
    steps = tuple(_step(hop, portal, masker) for hop in walk.hops)
    fault = None if walk.fault is None else walk.fault.kind.value
    return Recording(
        profile=profile.name,
        recorded=moment.replace(microsecond=0).isoformat(),
        timed=timed,
        fault=fault,
        site=site,
        steps=steps,
    )


def _step(hop: Hop, portal: Portal, masker: Masker) -> Step:
    away = None if hop.away is None else masker.text(hop.away)
    said = _said(hop.transcript, portal, masker)
    return Step(_address(hop.url, masker), said, hop.completed, away)


def _said(said: Transcript, portal: Portal, masker: Masker) -> Transcript:
    """Build it anew from what may be kept: a field that is added one day stays out."""
    answer = said.answer
    return Transcript(
        host=masker.text(said.host),
        port=said.port,
        path=_path(said.path, masker),
        proxy=MASK if said.proxy else None,
        phase=said.phase,
        version=said.version,
        cipher=said.cipher,
        server_chain=said.server_chain,
        trust_path=said.trust_path,
        verify_code=said.verify_code,
        verify_text=said.verify_text,
        verify_errors=said.verify_errors,
        server_scheme=said.server_scheme,
        requests=said.requests,
        alerts=said.alerts,
        renegotiations=said.renegotiations,
        answer=None if answer is None else _answer(answer, portal, masker),
        trouble=said.trouble,
        proxy_status=said.proxy_status,
        received=_received(said.received),
        timings=said.timings,
    )


def _answer(answer: Answer, portal: Portal, masker: Masker) -> Answer:
    headers = tuple(
        (masker.text(name), _address(value, masker) if name.casefold() == "location" else "")
        for name, value in answer.headers
    )
    words = [f"<p>{escape(word)}</p>" for word in dict.fromkeys(_words(answer, portal))]
    field = ["<input>"] if page.read(answer).asks else []
    return replace(answer, headers=headers, body="\n".join((*words, *field)).encode())


def _words(answer: Answer, portal: Portal) -> Iterator[str]:
    """Yield those of the words that are looked for which stand in the page.

    The words of a maintenance page only where it is one: what is kept is short, too.
    """
    body = page.text(answer)
    known = (*(r.words for r in page.refusals()), *page.known_words("program"))
    own = (*portal.second_factor, *portal.follow, *portal.not_authorised)
    yield from (word for word in (*known, *own) if folded(word) in body)
    written = fold(page.decoded(answer))
    yield from (word for word in portal.refusal if folded(word) in written)
    resting = page.known_words("maintenance") if page.is_resting(answer, portal) else ()
    yield from (word for word in resting if folded(word) in body)


def _received(first: bytes) -> bytes:
    """Keep of an answer that is no TLS the kind: the start of an HTTP status line, or a sign."""
    line = _STATUS_LINE.match(first)
    if line is not None:
        return line[0]
    return _NO_TLS if no_tls(first) else b""


def _address(url: str, masker: Masker) -> str:
    """Return an address without query, fragment, credentials and session."""
    try:
        parts = urlsplit(url)
        place = parts.netloc.rpartition("@")[2]
    except ValueError:
        return MASK
    return masker.text(urlunsplit((parts.scheme, place, _path(parts.path, masker), "", "")))


def _path(path: str, masker: Masker) -> str:
    return masker.text(kept(path))
