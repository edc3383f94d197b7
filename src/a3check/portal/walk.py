"""From the portal's first address onwards: who answers, and who asks for a certificate?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, urlsplit

from a3check import __version__
from a3check.core.fault import Fault
from a3check.core.internet import ProxyServer
from a3check.core.ports import JSON
from a3check.core.profile import Portal, Profile
from a3check.portal import page
from a3check.portal.cookies import Jar
from a3check.portal.page import Kind
from a3check.portal.path import kept
from a3check.portal.route import Step, following, leads_away
from a3check.tls.request import Identity, Request
from a3check.tls.transcript import Transcript

HOPS = 12
"""Requests of one walk, its two passes together: an anti-abuse system must find nothing odd."""
FIRST = HOPS // 2
"""Requests of the pass without a certificate: the one with it has as many and the rest."""
SECONDS = 120.0
"""How long a pass may talk, without the signer's time: then it goes to no further address."""
VISITS = 2
"""How often one address is asked in one pass: CAS comes back to where it began, once."""
HTTPS = 443
_INCOMPLETE = frozenset({20, 21})
"""X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY and _UNABLE_TO_VERIFY_LEAF_SIGNATURE."""
_ARRIVED = frozenset({Kind.INSIDE, Kind.SECOND_FACTOR, Kind.NOT_AUTHORISED, Kind.RESTING})
"""What ends a walk once the key was proved: nothing is asked after that."""

Converse = Callable[[Mapping[str, JSON]], Mapping[str, JSON] | Fault]
"""One conversation through the TLS probe; the signer is bound to it where there is one."""

Complete = Callable[[Transcript], tuple[bytes, ...]]
"""Has the CAs (DER) that a server's chain lacks; nothing where they cannot be had."""

ProxyOf = Callable[[str], ProxyServer | None]
"""Which proxy leads to an address; nothing: it is reached directly."""

MayShow = Callable[[Transcript], bool]
"""Asks the user whether a host that the profile does not name, and that asked, may see it."""


def _directly(_url: str) -> None:
    return None


def _never(_said: Transcript) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Hop:
    """One address and what was said there; ``shown`` is whether we offered the certificate."""

    url: str
    transcript: Transcript
    shown: bool
    completed: bool = False
    """Whether the server's chain lacked a CA, which was had from where the chain says."""
    away: str | None = None
    """The host to which a server that is not trusted sends its reader."""

    @property
    def host(self) -> str:
        """The host that was asked."""
        return self.transcript.host

    def is_of(self, portal: Portal) -> bool:
        """Tell whether the profile names its host."""
        return urlsplit(self.url).hostname in portal.hosts()

    @property
    def page(self) -> str:
        """The path without query, session and ticket: what evidence may hold of an address."""
        return kept(urlsplit(self.url).path) or "/"


@dataclass(frozen=True, slots=True)
class Walk:
    """All hops in their order; ``fault`` is set where the TLS probe itself broke."""

    hops: tuple[Hop, ...] = ()
    fault: Fault | None = None

    @property
    def asked(self) -> tuple[Hop, ...]:
        """The hops at which the server asked for a certificate."""
        return tuple(h for h in self.hops if h.transcript.asked)

    def same_as(self, other: "Walk") -> bool:
        """Tell whether the same way led to the same words, on a page that is no error."""
        ways = [[(h.host, h.page) for h in walk.hops] for walk in (self, other)]
        if not self.hops or ways[0] != ways[1]:
            return False
        mine, theirs = (walk.hops[-1].transcript.answer for walk in (self, other))
        if mine is None or theirs is None or mine.status != theirs.status:
            return False
        return page.text(mine) == page.text(theirs)


@dataclass(slots=True)
class Walker:
    """Walks the portal once, without a certificate or with one.

    ``moment`` is the trusted time in seconds since 1970: servers are judged by
    it. ``proxy`` is asked anew for every address: one host of the way may be an exception.
    ``complete`` fetches the CAs that a server fails to send (DER); ``left`` is how many
    requests may still be sent; ``answers`` holds what the user said of hosts outside the profile;
    ``before`` is the walk without a certificate.
    """

    profile: Profile
    converse: Converse
    moment: int | None = None
    proxy: ProxyOf = _directly
    roots_pem: str | None = None
    identity: Identity | None = None
    hops: list[Hop] = field(default_factory=list)
    cookies: Jar = field(default_factory=Jar)
    complete: Complete | None = None
    intermediates: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    may_show: MayShow = _never
    answers: dict[str, bool] = field(default_factory=dict)
    left: int = FIRST
    seen: list[Step] = field(default_factory=list)
    before: Walk = field(default_factory=Walk)

    def walk(self) -> Walk:
        """Go from ``portal.start`` as far as it leads; then the fallbacks where nobody asked."""
        self.cookies.moment = self.moment
        fallbacks = self.profile.portal.certificate_urls
        for spare, url in enumerate((self.profile.portal.start, *fallbacks)):
            fault = self._follow(url, kept=min(len(fallbacks) - spare, self.left // 2))
            if fault is not None:
                return Walk(tuple(self.hops), fault)
            if any(h.transcript.asked for h in self.hops) or self._is_refused():
                break
        return Walk(tuple(self.hops))

    def _follow(self, url: str, kept: int = 0) -> Fault | None:
        """Follow one way to its end; ``kept`` requests are left for the fallbacks."""
        step: Step | None = Step(url)
        while step is not None and self._may_go_on(kept) and self.seen.count(step) < VISITS:
            if step.parts.scheme != "https":
                return None
            self.seen.append(step)
            transcript = self._visit(step)
            if isinstance(transcript, Fault):
                return transcript
            if transcript.answer is not None and transcript.trusted:
                self.cookies.keep(step.url, transcript.answer.headers)
            step = self._after(step, transcript)
        return None

    def _visit(self, step: Step) -> Transcript | Fault:
        """Ask one address; a second time where the user lets a stranger see the certificate."""
        transcript = self._ask(step)
        if isinstance(transcript, Transcript) and self._is_let_in(transcript):
            transcript = self._ask(step)
        if isinstance(transcript, Transcript):
            completed = transcript.host in self.intermediates
            answer = None if transcript.trusted else transcript.answer
            away = leads_away(step, answer, self.profile) if answer is not None else None
            shown = self._may_show(step.parts)
            self.hops.append(Hop(step.url, transcript, shown, completed, away))
        return transcript

    def _is_let_in(self, said: Transcript) -> bool:
        """Have the user decide about a stranger: verified, asking, once a host a run."""
        asking = said.asked and said.trusted and self.left > 0
        if self.identity is None or not asking or said.identity_ready:
            return False
        if said.host not in self.answers:
            self.answers[said.host] = self.may_show(said)
        return self.answers[said.host]

    def _after(self, step: Step, said: Transcript) -> Step | None:
        """Return the next request: none past a stranger in the portal's place, nor once inside."""
        answer = said.answer
        if answer is None or not said.trusted or self._is_refused():
            return None
        named = self.hops[-1].is_of(self.profile.portal)
        if self.identity is None and said.asked and named:
            return None  # what follows is for who has a certificate
        proved = any(h.transcript.proved for h in self.hops)
        # What anybody is shown is no place that the certificate has opened.
        telling = named and not Walk(tuple(self.hops)).same_as(self.before)
        kind = page.arrived(answer, self.hops[-1].page, self.profile.portal, named=telling)
        ended = proved and kind in _ARRIVED  # before it, these words prove nothing
        return None if ended else following(step, answer, self.profile)

    def _ask(self, step: Step) -> Transcript | Fault:
        """Hold the conversation; a second time where the server's chain could be completed."""
        transcript = self._send(step)
        if isinstance(transcript, Fault) or self.left <= 0:
            return transcript
        if transcript.verify_code not in _INCOMPLETE or transcript.host in self.intermediates:
            return transcript
        more = self.complete(transcript) if self.complete is not None else ()
        if not more:
            return transcript
        self.intermediates[transcript.host] = more
        return self._send(step)

    def _send(self, step: Step) -> Transcript | Fault:
        self.left -= 1
        answer = self.converse(self._request(step).to_json())
        return answer if isinstance(answer, Fault) else Transcript.from_json(answer)

    def _may_go_on(self, kept: int) -> bool:
        """Tell whether requests and time are left."""
        timings = [h.transcript.timings for h in self.hops]
        return self.left > kept and sum(t.total - t.sign for t in timings) < SECONDS

    def _is_refused(self) -> bool:
        """Go no further where the portal may have taken this program for an abuser."""
        answer = self.hops[-1].transcript.answer if self.hops else None
        return answer is not None and page.refuses_program(answer, self.profile.portal)

    def _may_show(self, parts: SplitResult) -> bool:
        host = parts.hostname or ""
        open_to = host in self.profile.portal.hosts() or self.answers.get(host, False)
        return self.identity is not None and open_to

    def _request(self, step: Step) -> Request:
        limits, parts = self.profile.limits, step.parts
        show = self._may_show(parts)
        path = parts.path or "/"
        proxy = self.proxy(step.url)
        return Request(
            host=parts.hostname or "",
            port=parts.port or HTTPS,
            path=f"{path}?{parts.query}" if parts.query else path,
            body=step.body,
            headers=self._headers(step),
            server_roots_pem=self.roots_pem,
            server_intermediates=self.intermediates.get(parts.hostname or "", ()),
            proxy=None if proxy is None else (proxy.host, proxy.port),
            proxy_authorization="" if proxy is None else proxy.authorization,
            connect_seconds=limits.connect,
            handshake_seconds=limits.handshake,
            total_seconds=limits.handshake + limits.fetch,
            identity=self.identity if show else None,
            require_trust=show,
            moment=self.moment,
        )

    def _headers(self, step: Step) -> tuple[tuple[str, str], ...]:
        """Say who asks; a POST says from where, as browsers do (RFC 6454, 7)."""
        agent = self.profile.portal.user_agent.replace("{version}", __version__)
        headers = [("User-Agent", agent), ("Accept", "text/html,*/*;q=0.8")]
        jar = self.cookies.header(step.url)
        if step.body is not None:
            origin = urlsplit(self.hops[-1].url)
            place = origin.netloc.rpartition("@")[2]
            headers.append(("Origin", f"{origin.scheme}://{place}"))
        return (*headers, *([("Cookie", jar)] if jar else []))


def again(
    walker: Walker, converse: Converse, identity: Identity, may_show: MayShow = _never
) -> Walker:
    """Return a walker of the same way with a certificate, with nothing remembered.

    It has the requests that the walk has left.
    """
    return replace(
        walker,
        converse=converse,
        identity=identity,
        hops=[],
        seen=[],
        cookies=Jar(),
        may_show=may_show,
        answers={},
        left=HOPS - FIRST + walker.left,
        before=Walk(tuple(walker.hops)),
    )


def hosts(hops: Sequence[Hop]) -> tuple[str, ...]:
    """Return each host once, in the order in which it was met."""
    return tuple(dict.fromkeys(h.host for h in hops))
