"""Does the way to each line of the allow-list stand open?"""

import http
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from a3check.checks import network as check
from a3check.checks.network import endpoints
from a3check.core.catalogue import Catalogue
from a3check.core.internet import Fetched, Reach, Reached
from a3check.core.model import Finding, Value
from a3check.core.ports import JSON, Network, Ports
from a3check.core.profile import Profile
from a3check.core.register import Status
from a3check.pki.bundle import load_pool
from a3check.report.allowlist import Line, Purpose, lines

FORMAT, VERSION = "a3check-network", 1
NAMED = 8
"""So many that are shut are named once more at the end; of more, the list above is clearer."""
_FAULTS = {"name": Reach.DNS_FAILED, "proxy": Reach.PROXY_DENIED, "timeout": Reach.NO_ANSWER}
"""How the faults of a fetch through a proxy (``net.fetch.Reason``) are called here."""
_AT_PROXY = frozenset({Reach.PROXY_UNREACHABLE, Reach.PROXY_DENIED})
_BY_PROXY = (http.HTTPStatus.FORBIDDEN, http.HTTPStatus.PROXY_AUTHENTICATION_REQUIRED)


@dataclass(frozen=True, slots=True)
class Row:
    """A line and how the attempt ended; nothing where none was made."""

    line: Line
    reached: Reached | None = None

    @property
    def status(self) -> Status:
        """What it means by itself: only what the login needs can fail."""
        if self.reached is None:
            return Status.SKIPPED
        if self.reached.reach is Reach.CONNECTED:
            return Status.PASSED
        return Status.FAILED if self.line.purpose is Purpose.PORTAL else Status.WARNING

    @property
    def result(self) -> str:
        """The word for it: a key of ``[firewall]``."""
        if self.reached is None:
            return "untested"
        unnamed = self.reached.unnamed
        return f"dns_{unnamed}" if unnamed is not None else str(self.reached.reach)


@dataclass(frozen=True, slots=True)
class Survey:
    """The whole list, tested or not, and what the network's check finds in it."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def status(self) -> Status:
        """Passed (with warnings too), failed, or unknown: also where nothing was tested."""
        statuses = {finding.status for finding in self.findings}
        if Status.FAILED in statuses:
            return Status.FAILED
        return Status.PASSED if statuses and Status.UNKNOWN not in statuses else Status.UNKNOWN

    @property
    def proxies(self) -> tuple[str, ...]:
        """The proxies in use, without credentials."""
        used = (row.reached.proxy for row in self.rows if row.reached is not None)
        return tuple(dict.fromkeys(filter(None, used)))


def survey(ports: Ports, profile: Profile, *, offline: bool) -> Survey:
    """Make the list and try each line of it; offline none is tried."""
    chosen = lines(profile, load_pool(ports.system.ca_certificates()))
    if offline:
        return Survey(tuple(map(Row, chosen)))
    return try_all(chosen, profile, ports.network)


def try_all(chosen: Sequence[Line], profile: Profile, network: Network) -> Survey:
    """Try all of them side by side, as the check does, and judge alike."""
    wanted, controls = endpoints(profile)
    web = [line for line in chosen if line.plain and network.proxy(_url(line)) is not None]
    others = [line for line in chosen if line not in web]
    reached = dict(zip(others, network.reach([line.endpoint for line in others]), strict=True))
    fetched = network.fetch([_url(line) for line in web])
    for line, answer in zip(web, fetched, strict=True):
        server = network.proxy(_url(line))
        proxy = "" if server is None else f"{server.host}:{server.port}"
        reached[line] = through_proxy(line, answer, proxy)
        if answer.fault == "proxy":
            reached[line] = _as_others_found(reached[line], tuple(reached.values()))
    rows = tuple(Row(line, reached[line]) for line in chosen)
    ended = {(r.endpoint.host, r.endpoint.port): r for r in reached.values()}
    portal, rest = (
        [replace(ended[e.host, e.port], endpoint=e) for e in these] for these in (wanted, controls)
    )
    # whoever else answers shows that there is an internet, as the control addresses do
    rest += [reached[line] for line in chosen if line.purpose is Purpose.AUTHORITY]
    return Survey(rows, check.judged(portal, rest, profile, network))


def through_proxy(line: Line, answer: Fetched, proxy: str) -> Reached:
    """Say how a page that a proxy was asked for ended, in the words of a connection.

    Any answer shows the way; 403 and 407 may be the proxy's own.
    """
    status = int(answer.fault[5:]) if answer.fault.startswith("http_") else 0
    if status in _BY_PROXY:
        reach = Reach.PROXY_DENIED
    elif not answer.fault or 0 < status < http.HTTPStatus.INTERNAL_SERVER_ERROR:
        reach = Reach.CONNECTED
    else:
        reach = _FAULTS.get(answer.fault, Reach.UNREACHABLE)
    row = Reached(line.endpoint, reach, proxy=proxy, seconds=answer.seconds)
    return replace(row, http_status=0 if reach is Reach.CONNECTED else status)


def _as_others_found(row: Reached, others: Sequence[Reached]) -> Reached:
    """Say of a proxy's fault what a tunnel through it told: away, or which status it gave."""
    told = (r for r in others if r.proxy == row.proxy and r.reach in _AT_PROXY)
    same = next(told, row)
    return replace(row, reach=same.reach, http_status=same.http_status)


def document(tested: Survey, profile: Profile) -> Mapping[str, JSON]:
    """Return the list as data, for other programs."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "profile": {"name": profile.name, "modified": profile.modified},
        "proxies": list(tested.proxies),
        "status": str(tested.status),
        "findings": [{"code": f.code, "status": str(f.status)} for f in tested.findings],
        "lines": [_entry(row) for row in tested.rows],
    }


def text(tested: Survey, profile: Profile, words: Catalogue) -> Iterator[str]:
    """Write the list as a technician reads it, one line a host and port."""

    def say(key: str, **facts: Value) -> str:
        return words.words("firewall", key, **facts)

    yield say("heading", title=profile.title or profile.name)
    yield from _way_out(tested, say("direct"), say("proxy", proxy=tested.proxies))
    width = max(len(str(row.line.endpoint)) for row in tested.rows)
    owner = ""
    for purpose in Purpose:
        chosen = [row for row in tested.rows if row.line.purpose is purpose]
        if chosen:
            yield ""
            yield say(f"for_{purpose}")
        for row in chosen:
            if row.line.owner != owner:
                owner = row.line.owner
                yield f"  {owner}"
            yield f"  {row.status.sign} {row.line.endpoint!s:<{width}}  {_said(row, words)}"
    yield ""
    yield from _conclusion(tested, words)


def _way_out(tested: Survey, direct: str, proxied: str) -> Iterator[str]:
    if any(row.reached is not None for row in tested.rows):
        yield proxied if tested.proxies else direct


def _said(row: Row, words: Catalogue) -> str:
    said = words.words("firewall", row.result)
    if row.reached is None:
        return said
    if row.reached.http_status:
        said = f"{said} (HTTP {row.reached.http_status})"
    return f"{said}, {row.reached.seconds:.2f} s".replace(".", ",")


def _conclusion(tested: Survey, words: Catalogue) -> Iterator[str]:
    """Say what it comes to: the count, and what the worst finding means and asks for."""
    tried = [row for row in tested.rows if row.reached is not None]
    if not tried:
        yield words.words("firewall", "not_tested")
        return
    shut = tuple(str(r.line.endpoint) for r in tried if r.status is not Status.PASSED)
    yield words.words("firewall", "count", open=len(tried) - len(shut), all=len(tried))
    if len(shut) > NAMED:
        yield words.words("firewall", "shut_many")
    elif shut:
        yield words.words("firewall", "shut", endpoints=shut)
    for finding in _told(tested.findings, words):
        advice = words.advice(finding)
        yield from ("", f"{finding.status.sign} {advice.title}", advice.explanation)
        yield words.words("cli", "acts", acts=words.words("acts", str(finding.acts)))
        yield from (f"  {number}. {step}" for number, step in enumerate(advice.steps, 1))
        yield words.words("cli", "code", code=finding.code)
    if all(f.status is Status.PASSED for f in tested.findings):
        yield words.words("firewall", "portal_open" if shut else "all_open")


def _told(found: Sequence[Finding], words: Catalogue) -> Iterable[Finding]:
    """Return what is to be told, the worst first; of those that read alike, the first."""
    named: dict[str, Finding] = {}
    for finding in sorted(found, key=lambda f: -f.status.gravity):
        if finding.status is not Status.PASSED:
            named.setdefault(words.advice(finding).title, finding)
    return named.values()


def _entry(row: Row) -> Mapping[str, JSON]:
    line, reached = row.line, row.reached
    known: dict[str, JSON] = {
        "host": line.endpoint.host,
        "port": line.endpoint.port,
        "for": str(line.purpose),
        "owner": line.owner,
        "result": row.result,
        "status": str(row.status),
    }
    if reached is not None:
        known["seconds"] = round(reached.seconds, 3)
        facts: dict[str, JSON] = {"address": reached.address, "proxy": reached.proxy}
        facts["http_status"] = reached.http_status
        known |= {name: value for name, value in facts.items() if value}
    return known


def _url(line: Line) -> str:
    host = f"[{line.endpoint.host}]" if ":" in line.endpoint.host else line.endpoint.host
    return f"{'http' if line.plain else 'https'}://{host}:{line.endpoint.port}/"
