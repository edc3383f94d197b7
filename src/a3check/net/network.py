"""The internet, as the checks see it: held to the profile's deadlines and its proxy."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic

from a3check.core.internet import (
    Ask,
    Endpoint,
    Fetched,
    Inquiry,
    ProxyServer,
    Reach,
    Reached,
    TimeSample,
    Unfollowed,
)
from a3check.core.profile import Limits, Profile
from a3check.net import clock, fetch, reach
from a3check.net.inquiry import CANCELLED, in_turn
from a3check.net.lanes import side_by_side
from a3check.net.proxy import SYSTEM, Proxies

_log = logging.getLogger(__name__)

LARGEST_BODY = 64 * 1024 * 1024  # bytes; the largest CRL of ICP-Brasil has some megabytes
OFFLINE = "offline"


class Internet:
    """Implements :class:`a3check.core.ports.Network`; every call ends by its deadline.

    ``server_roots`` is a PEM file of who may sign the time's hosts (nothing: this
    system's roots); with ``offline`` nothing leaves, and every answer says so.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        proxy: str = SYSTEM,
        server_roots: Path | None = None,
        allow_private: bool = False,
        offline: bool = False,
    ) -> None:
        self._limits = limits
        self._proxies = Proxies(proxy)
        self._roots = server_roots
        self._allow_private = allow_private
        self._offline = offline
        self._stop = Event()
        self._silent: set[str] = set()
        self._heard: set[str] = set()
        self._through: dict[str, str] = {}

    def reach(self, endpoints: Sequence[Endpoint]) -> tuple[Reached, ...]:
        """Try to connect to all of them side by side; offline none is reachable."""
        if self._offline:
            return tuple(Reached(endpoint, Reach.UNREACHABLE) for endpoint in endpoints)
        reached = reach.reach(
            endpoints, proxies=self._proxies, seconds=self._limits.connect, stop=self._stop
        )
        self._silent |= {r.proxy for r in reached if r.reach is Reach.PROXY_UNREACHABLE}
        self._heard |= {r.proxy for r in reached if r.reach is not Reach.PROXY_UNREACHABLE}
        return reached

    def direct(self, endpoints: Sequence[Endpoint]) -> tuple[Reached, ...]:
        """Try the same without any proxy; offline none is reachable."""
        if self._offline:
            return tuple(Reached(endpoint, Reach.UNREACHABLE) for endpoint in endpoints)
        return reach.direct(endpoints, seconds=self._limits.connect, stop=self._stop)

    def unfollowed(self, endpoints: Sequence[Endpoint]) -> tuple[Unfollowed, ...]:
        """Return the proxy settings that are not followed; offline nobody follows any."""
        if self._offline:
            return ()
        ways = (reach.way_to(endpoint, self._proxies) for endpoint in endpoints)
        return tuple(dict.fromkeys(w.unfollowed for w in ways if w.unfollowed is not None))

    def times(self, urls: Sequence[str]) -> tuple[TimeSample, ...]:
        """Ask each address for its Date."""
        if self._offline:
            return tuple(TimeSample(url, None, OFFLINE) for url in urls)
        source = clock.Source(
            self._roots,
            self._proxies,
            self._limits.connect,
            self._limits.handshake,
            self._stop,
        )
        return source.times(urls)

    def proxy(self, url: str) -> ProxyServer | None:
        """Return the proxy through which this very address is reached; nothing: directly."""
        proxy = None if self._offline else self._proxies.way(url).proxy
        return None if proxy is None else proxy.server

    def fetch(self, urls: Sequence[str], data: bytes | None = None) -> tuple[Fetched, ...]:
        """Get, or post ``data`` to, each address side by side.

        ``fault`` is a value of ``net.fetch.Reason``, ``http_STATUS``, ``offline`` or
        ``cancelled``.
        """
        if self._offline:
            return tuple(Fetched(url, fault=OFFLINE) for url in urls)
        calls = [partial(self._fetch, url, data) for url in urls]
        return side_by_side(calls, self._stop, [Fetched(url, fault=CANCELLED) for url in urls])

    def inquire(self, inquiries: Sequence[Inquiry]) -> tuple[Mapping[Ask, Fetched], ...]:
        """Ask the addresses of each inquiry in turn; the faults are those of :meth:`fetch`.

        A proxy that the check of the network found away meanwhile, and that answered
        nobody in this run, is not waited for any longer.
        """
        if self._offline:
            return tuple(_unasked(inquiry, OFFLINE) for inquiry in inquiries)
        calls = [
            partial(
                in_turn,
                inquiry,
                self._bring,
                seconds=self._limits.fetch,
                stop=self._stop,
                hopeless=self._is_hopeless,
            )
            for inquiry in inquiries
        ]
        return side_by_side(calls, self._stop, [_unasked(i, CANCELLED) for i in inquiries])

    def cancel(self) -> None:
        """End every wait at once, now and from now on; what is open runs out unheard."""
        self._stop.set()

    def _bring(self, ask: Ask, deadline: float, heard: Event) -> Fetched:
        return self._fetch(ask.url, ask.data, max(0.0, deadline - monotonic()), heard)

    def _is_hopeless(self, ask: Ask) -> bool:
        return self._through.get(ask.url) in self._silent - self._heard

    def _fetch(
        self,
        url: str,
        data: bytes | None,
        seconds: float | None = None,
        heard: Event | None = None,
    ) -> Fetched:
        try:
            proxy = self._proxies.way(url).proxy
        except ValueError:  # a URL out of a certificate may be anything
            return Fetched(url, fault=fetch.Reason.BAD_URL.value)
        if proxy is not None:
            self._through[url] = str(proxy)

        def note() -> None:
            if heard is not None:
                heard.set()
            if proxy is not None:
                self._heard.add(str(proxy))

        answer = fetch.fetch(
            url,
            data=data,
            deadline_seconds=self._limits.fetch if seconds is None else seconds,
            limit_bytes=LARGEST_BODY,
            allow_private=self._allow_private,
            proxy=None if proxy is None else proxy.url,
            heard=note,
            connect_seconds=self._limits.connect,
        )
        if isinstance(answer, fetch.FetchFailed):
            _log.info("nothing from %s: %s %s", url, answer.reason, answer.detail)
            return Fetched(url, fault=answer.reason.value, seconds=answer.seconds)
        if not answer.ok:
            return Fetched(url, fault=f"http_{answer.status}", seconds=answer.seconds)
        return Fetched(url, answer.body, seconds=answer.seconds)


def _unasked(inquiry: Inquiry, fault: str) -> dict[Ask, Fetched]:
    return {ask: Fetched(ask.url, fault=fault) for ask in inquiry.asks}


def internet(profile: Profile, *, offline: bool = False) -> Internet:
    """Return the network as a profile wants it: proxy, roots, deadlines, private addresses."""
    roots = profile.trust.server_roots
    return Internet(
        profile.limits,
        proxy=profile.network.proxy,
        server_roots=None if roots == SYSTEM else Path(roots),
        allow_private=profile.network.allow_private,
        offline=offline,
    )
