"""From the portal's first address onwards: who answers, and who asks for a certificate?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.cookies import CookieError, SimpleCookie
from urllib.parse import SplitResult, urljoin, urlsplit

from a3check import __version__
from a3check.core.fault import Fault
from a3check.core.internet import ProxyServer
from a3check.core.ports import JSON
from a3check.core.profile import Profile
from a3check.portal import page
from a3check.tls.request import Identity, Request
from a3check.tls.transcript import Transcript

HOPS = 12
"""Requests of one walk at the most: an anti-abuse system must find nothing odd in us."""
HTTPS = 443
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_INCOMPLETE = frozenset({20, 21})
"""X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY and _UNABLE_TO_VERIFY_LEAF_SIGNATURE."""

Converse = Callable[[Mapping[str, JSON]], Mapping[str, JSON] | Fault]
"""One conversation through the TLS probe; the signer is bound to it where there is one."""

Complete = Callable[[Transcript], tuple[bytes, ...]]
"""Has the CAs (DER) that a server's chain lacks; nothing where they cannot be had."""

ProxyOf = Callable[[str], ProxyServer | None]
"""Which proxy leads to an address; nothing: it is reached directly."""


def _directly(_url: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Hop:
    """One address and what was said there; ``shown`` is whether we offered the certificate."""

    url: str
    transcript: Transcript
    shown: bool
    completed: bool = False
    """Whether the server's chain lacked a CA, which was had from where the chain says."""

    @property
    def host(self) -> str:
        """The host that was asked."""
        return self.transcript.host

    @property
    def page(self) -> str:
        """The path without query and session: what evidence may hold of an address."""
        return urlsplit(self.url).path.partition(";")[0] or "/"


@dataclass(frozen=True, slots=True)
class Walk:
    """All hops in their order; ``fault`` is set where the TLS probe itself broke."""

    hops: tuple[Hop, ...] = ()
    fault: Fault | None = None

    @property
    def asked(self) -> tuple[Hop, ...]:
        """The hops at which the server asked for a certificate."""
        return tuple(h for h in self.hops if h.transcript.asked)


@dataclass(slots=True)
class Walker:
    """Walks the portal once, without a certificate or with one.

    ``moment`` is the trusted time in seconds since 1970: servers are judged by
    it. ``proxy`` is asked anew for every address: one host of the way may be an exception.
    ``complete`` fetches the CAs that a server fails to send (DER).
    """

    profile: Profile
    converse: Converse
    moment: int | None = None
    proxy: ProxyOf = _directly
    roots_pem: str | None = None
    identity: Identity | None = None
    hops: list[Hop] = field(default_factory=list)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    complete: Complete | None = None
    intermediates: dict[str, tuple[bytes, ...]] = field(default_factory=dict)

    def walk(self) -> Walk:
        """Follow redirects from ``portal.start``; then the fallbacks where nobody asked."""
        for url in (self.profile.portal.start, *self.profile.portal.certificate_urls):
            fault = self._follow(url)
            if fault is not None:
                return Walk(tuple(self.hops), fault)
            if any(h.transcript.asked for h in self.hops) or self._is_refused():
                break
        return Walk(tuple(self.hops))

    def _follow(self, url: str) -> Fault | None:
        while len(self.hops) < HOPS:
            parts = urlsplit(url)
            if parts.scheme != "https" or parts.hostname is None:
                return None
            transcript = self._ask(parts)
            if isinstance(transcript, Fault):
                return transcript
            completed = transcript.host in self.intermediates
            self.hops.append(Hop(url, transcript, self._may_show(parts), completed))
            self._keep_cookies(transcript)
            following = redirect(url, transcript)
            if following is None or self._is_in(transcript, following):
                return None
            url = following
        return None

    def _ask(self, parts: SplitResult) -> Transcript | Fault:
        """Hold the conversation; a second time where the server's chain could be completed."""
        answer = self.converse(self._request(parts).to_json())
        if isinstance(answer, Fault):
            return answer
        transcript = Transcript.from_json(answer)
        if transcript.verify_code not in _INCOMPLETE or transcript.host in self.intermediates:
            return transcript
        more = self.complete(transcript) if self.complete is not None else ()
        if not more:
            return transcript
        self.intermediates[transcript.host] = more
        again = self.converse(self._request(parts).to_json())
        return again if isinstance(again, Fault) else Transcript.from_json(again)

    def _is_in(self, transcript: Transcript, following: str) -> bool:
        """Tell a circle: a page that was asked for twice, and no certificate asked for here."""
        seen = [h.url for h in self.hops if h.url == following]
        return len(seen) > 1 and not transcript.requests

    def _is_refused(self) -> bool:
        """Go no further where the portal may have taken this program for an abuser."""
        answer = self.hops[-1].transcript.answer if self.hops else None
        return answer is not None and page.refuses_program(answer, self.profile.portal)

    def _may_show(self, parts: SplitResult) -> bool:
        named = parts.hostname in self.profile.portal.hosts()
        return self.identity is not None and named

    def _request(self, parts: SplitResult) -> Request:
        limits, portal = self.profile.limits, self.profile.portal
        host = parts.hostname or ""
        jar = "; ".join(f"{k}={v}" for k, v in self.cookies.get(host, {}).items())
        agent = portal.user_agent.replace("{version}", __version__)
        headers = [("User-Agent", agent), ("Accept", "text/html,*/*;q=0.8")]
        show = self._may_show(parts)
        path = parts.path or "/"
        proxy = self.proxy(parts.geturl())
        return Request(
            host=host,
            port=parts.port or HTTPS,
            path=f"{path}?{parts.query}" if parts.query else path,
            headers=(*headers, *([("Cookie", jar)] if jar else [])),
            server_roots_pem=self.roots_pem,
            server_intermediates=self.intermediates.get(host, ()),
            proxy=None if proxy is None else (proxy.host, proxy.port),
            proxy_authorization="" if proxy is None else proxy.authorization,
            connect_seconds=limits.connect,
            handshake_seconds=limits.handshake,
            total_seconds=limits.handshake + limits.fetch,
            identity=self.identity if show else None,
            require_trust=show,
            moment=self.moment,
        )

    def _keep_cookies(self, transcript: Transcript) -> None:
        if transcript.answer is None:
            return
        jar = self.cookies.setdefault(transcript.host, {})
        for name, value in transcript.answer.headers:
            if name.casefold() != "set-cookie":
                continue
            try:
                jar.update({k: m.value for k, m in SimpleCookie(value).items()})
            except CookieError:
                continue


def redirect(url: str, transcript: Transcript) -> str | None:
    """Return where an answer sends its reader (RFC 9110 §15.4), nothing where it does not."""
    answer = transcript.answer
    if answer is None or answer.status not in _REDIRECTS:
        return None
    location = answer.header("location")
    if not location:
        return None
    try:
        joined = urljoin(url, location)
        usable = urlsplit(joined).port != 0
    except ValueError:  # no address at all: the way ends here
        return None
    return joined if usable else None


def again(walker: Walker, converse: Converse, identity: Identity) -> Walker:
    """Return a walker of the same way with a certificate and with nothing remembered."""
    return replace(walker, converse=converse, identity=identity, hops=[], cookies={})


def hosts(hops: Sequence[Hop]) -> tuple[str, ...]:
    """Return each host once, in the order in which it was met."""
    return tuple(dict.fromkeys(h.host for h in hops))
