"""Bring the list of CAs that ITI publishes, and see that it is the one it published."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from a3check.core import tables
from a3check.core.profile import Profile
from a3check.core.stop import Stop
from a3check.net import fetch
from a3check.net.fetch import Fetched, FetchFailed, Reason
from a3check.net.proxy import Proxies
from a3check.pki.archive import LARGEST_ZIP, digest_agrees
from a3check.pki.brought import BAD_HASH, HASH_FILE, Brought, NotBrought

_log = logging.getLogger(__name__)

LARGEST_HASH = 64 * 1024  # bytes; ITI's has 147
SLOWER = 4
"""The zip may take so many times as long as any other fetch: half a megabyte, and 7 s from ITI."""
_RESTARTED = frozenset({Reason.TRUNCATED, Reason.PROTOCOL, BAD_HASH})
"""What a second attempt may cure at once: an answer cut short, a list changed in between."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list is, and the file with its SHA-512."""

    url: str
    digest: str


@cache
def official() -> tuple[Source, ...]:
    """Return ITI's address and its mirror (``resources/icp_brasil.toml``)."""
    table = tables.load("icp_brasil.toml")["update"]
    return (
        Source(table["bundle"], table["bundle_sha512"]),
        Source(table["mirror"], table["mirror_sha512"]),
    )


def named(url: str) -> Source:
    """Return another address that somebody named; its hash is looked for beside it, as ITI's."""
    try:
        return Source(url, urljoin(url, HASH_FILE))
    except ValueError:  # no address at all, which is said when it is asked
        return Source(url, url)


def bring(
    sources: Iterable[Source], profile: Profile, *, private: bool, stop: Stop | None = None
) -> Brought | NotBrought:
    """Try each source in turn; answer the first list that came whole, else why the first did not.

    ``private`` allows private addresses; ``stop`` ends it at once. Nothing is kept of an attempt
    that failed: the list is small, and half a file from one server and half from its next version
    would be no list at all.
    """
    proxies, stop = Proxies(profile.network.proxy), stop or Stop()
    first: NotBrought | None = None
    for source in sources:
        for _ in range(2):
            answer = _Attempt(source, proxies, profile.limits.fetch, private, stop).bring()
            if isinstance(answer, Brought) or stop.is_set():
                return answer
            _log.info("no list of CAs from %s: %s", source.url, answer.fault)
            first = first or answer
            if answer.fault not in _RESTARTED:
                break
    return first or NotBrought("", Reason.BAD_URL)


@dataclass(frozen=True, slots=True)
class _Attempt:
    source: Source
    proxies: Proxies
    seconds: float
    private: bool
    stop: Stop

    def bring(self) -> Brought | NotBrought:
        """Ask for the hash, then for the zip: what is away is noticed by the small one."""
        listed = self._fetch(self.source.digest, LARGEST_HASH, self.seconds)
        if isinstance(listed, NotBrought):
            return listed
        answer = self._fetch(self.source.url, LARGEST_ZIP, self.seconds * SLOWER)
        if isinstance(answer, NotBrought):
            return answer
        if not answer.ok:
            return NotBrought(self.source.url, f"http_{answer.status}")
        name = Path(urlsplit(self.source.url).path).name
        text = listed.body.decode("utf-8", "replace") if listed.status == HTTPStatus.OK else ""
        verified = digest_agrees(answer.body, text, name)
        if verified is False:
            return NotBrought(self.source.url, BAD_HASH)
        day = None if answer.date is None else answer.date.date()
        return Brought(self.source.url, answer.body, day, verified)

    def _fetch(self, url: str, limit: int, seconds: float) -> Fetched | NotBrought:
        try:
            proxy = self.proxies.way(url).proxy
        except ValueError:
            return NotBrought(self.source.url, Reason.BAD_URL)
        answer = fetch.fetch(
            url,
            deadline_seconds=seconds,
            limit_bytes=limit,
            allow_private=self.private,
            proxy=None if proxy is None else proxy.url,
            stop=self.stop,
        )
        if isinstance(answer, FetchFailed):
            _log.info("nothing from %s: %s %s", url, answer.reason, answer.detail)
            # Nobody typed the address of the hash: it is none because the list's is none.
            asked = self.source.url if answer.reason is Reason.BAD_URL else url
            return NotBrought(asked, answer.reason)
        return answer
