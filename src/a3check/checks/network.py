"""Can the portal be reached from here?"""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from a3check.core.check import Check, Context, found
from a3check.core.internet import Endpoint, Reach, Reached, Unfollowed, Unnamed
from a3check.core.model import Finding, Skip, Value
from a3check.core.ports import Network
from a3check.core.profile import Profile

HTTPS = 443
_AT_PROXY = frozenset({Reach.PROXY_UNREACHABLE, Reach.PROXY_DENIED})
_NO_NAMES = frozenset({Unnamed.NO_ANSWER, Unnamed.SERVER_FAILED})


@dataclass(frozen=True, slots=True)
class Reachable:
    """Every attempt to connect, those of the portal first."""

    portal: tuple[Reached, ...]
    controls: tuple[Reached, ...]


def run(context: Context) -> Iterator[Finding | Skip]:
    """Try every host and port of the profile and the control addresses, side by side."""
    if not context.wishes.network:
        yield Skip("option")
        return
    wanted, controls = endpoints(context.profile)
    network = context.ports.network
    reached = network.reach((*wanted, *controls))
    facts = Reachable(reached[: len(wanted)], reached[len(wanted) :])
    if any(r.reach is Reach.CONNECTED and r.endpoint.needed for r in facts.portal):
        context.learn(facts)
    findings = judged(facts.portal, facts.controls, context.profile, network)
    yield from stopped(context) or findings


def stopped(context: Context) -> tuple[Skip, ...]:
    """Say that the user stopped: what was cut off then is the fault of no network and no host."""
    return (Skip("user"),) if context.stop.is_set() else ()


def judged(
    portal: Sequence[Reached], controls: Sequence[Reached], profile: Profile, network: Network
) -> tuple[Finding, ...]:
    """Judge, having compared what a proxy refused with the way around it."""
    shut = [r.endpoint for r in portal if r.reach in _AT_PROXY and r.endpoint.needed]
    return judge(
        portal,
        controls,
        allow_private=profile.network.allow_private,
        direct=network.direct(shut) if shut else (),
        unfollowed=network.unfollowed([r.endpoint for r in portal]),
    )


def endpoints(profile: Profile) -> tuple[tuple[Endpoint, ...], tuple[Endpoint, ...]]:
    """Return what the portal needs, with the addresses it starts from, and the controls."""
    start = endpoint(profile.portal.start, needed=True)
    rest = (endpoint(url, needed=False) for url in profile.portal.certificate_urls)
    wanted: dict[tuple[str, int], Endpoint] = {}
    for place in (start, *profile.portal.endpoints(), *rest):
        wanted.setdefault((place.host, place.port), place)
    controls = {endpoint(url, needed=False) for url in profile.network.time_urls}
    return tuple(wanted.values()), tuple(sorted(controls, key=str))


def judge(
    portal: Sequence[Reached],
    controls: Sequence[Reached],
    *,
    allow_private: bool,
    direct: Sequence[Reached] = (),
    unfollowed: Sequence[Unfollowed] = (),
) -> tuple[Finding, ...]:
    """Tell the proxy's, the name's, the port's and the portal's own faults apart.

    ``direct``: what the proxy kept from us, tried without it. ``unfollowed``: proxy settings
    that nobody has tried; where they count, failures of the direct way prove nothing.
    """
    away = any(r.reach is not Reach.CONNECTED and r.endpoint.needed for r in portal)
    odd = [_not_followed(setting) for setting in unfollowed if away or not _by_default(setting)]
    if odd and away:
        return (_not_followed(unfollowed[0], endpoints=tuple(map(_row, portal))), *odd[1:])
    poisoned = () if allow_private else tuple(r for r in portal if _is_poisoned(r))
    faults = _poisoned(poisoned) if poisoned else _faults(portal, controls, direct)
    return (*faults, *(finding.lower() for finding in odd))


def _by_default(setting: Unfollowed) -> bool:
    """Tell whether nobody has chosen a setting: Windows is delivered looking for a script.

    Where none answered in time and the portal is reached, the browsers go without one, too.
    """
    return (setting.kind, setting.source) == ("wpad", "windows")


def _poisoned(rows: Sequence[Reached]) -> tuple[Finding, ...]:
    return tuple(
        found("network.dns_poisoned", host=r.endpoint.host, address=r.address) for r in rows
    )


def _faults(
    portal: Sequence[Reached], controls: Sequence[Reached], direct: Sequence[Reached]
) -> tuple[Finding, ...]:
    broken = [r for r in portal if r.reach is not Reach.CONNECTED]
    if not broken:
        proxy = next((row.proxy for row in portal if row.proxy), "")
        facts = {"proxy": proxy} if proxy else {}
        return (found("network.reachable", endpoints=tuple(map(_row, portal)), **facts),)
    at_proxy = [r for r in broken if r.reach in _AT_PROXY]
    shut = next((r for r in at_proxy if r.endpoint.needed), None)
    if shut is not None:
        return (_proxy_fault(shut, direct),)
    # Many proxies let CONNECT through to port 443 alone: no fault where the other may be needed.
    odd = tuple(_proxy_fault(r).lower() for r in at_proxy[:1])
    everything = (*portal, *controls)
    if not odd and not _anything_answers(everything):
        return _nothing(portal, controls)
    alive = any(r.reach is Reach.CONNECTED for r in everything)
    rest = [r for r in broken if r not in at_proxy]
    return (*odd, *_host_faults(portal, rest, alive=alive))


def _nothing(portal: Sequence[Reached], controls: Sequence[Reached]) -> tuple[Finding, ...]:
    """Say what it means that no machine was reached: no way out, or nobody who knows names."""
    said = {r.unnamed for r in (*portal, *controls)}
    if said == {Unnamed.NOT_FOUND}:  # a DNS server answered: of every name, that there is none
        hosts = sorted({r.endpoint.host for r in portal})
        return tuple(found("network.dns_failed", host=host, reason="no_names") for host in hosts)
    rows = tuple(map(_row, portal))
    if said <= _NO_NAMES:
        return (found("network.offline", endpoints=rows, reason="no_names"),)
    return (found("network.offline", endpoints=rows),)


def _not_followed(setting: Unfollowed, **more: Value) -> Finding:
    value = {"setting": setting.value} if setting.value else {}
    return found(
        "network.proxy_not_followed",
        reason=setting.kind,
        where=setting.source,
        **value,
        **more,
    )


def _host_faults(
    portal: Sequence[Reached], broken: Sequence[Reached], *, alive: bool
) -> Iterator[Finding]:
    """Judge host by host: one that answers elsewhere has a blocked port, else it is away."""
    answering = {r.endpoint.host for r in portal if r.reach is Reach.CONNECTED}
    needed = [r for r in broken if r.endpoint.needed and r.endpoint.host not in answering]
    away = {r.endpoint.host for r in needed}
    for row in broken:
        where = row.endpoint
        if where.host not in away:  # else the whole host is told below
            blocked = found(
                "network.port_blocked", host=where.host, port=where.port, how=str(row.reach)
            )
            yield blocked if where.needed else blocked.lower()
    unnamed = {r.endpoint.host: r for r in needed if r.reach is Reach.DNS_FAILED}
    yield from (_no_name(unnamed[host]) for host in sorted(unnamed))
    rest = [r for r in needed if r.endpoint.host not in unnamed]
    hosts = tuple(dict.fromkeys(r.endpoint.host for r in rest))
    if hosts:
        down = alive and all(r.reach is Reach.REFUSED for r in rest)
        code = "network.portal_down" if down else "network.portal_unreachable"
        yield found(code, hosts=hosts, endpoints=tuple(map(_row, portal)))


def _no_name(row: Reached) -> Finding:
    why = {"reason": str(row.unnamed)} if row.unnamed else {}
    return found("network.dns_failed", host=row.endpoint.host, **why)


def _proxy_fault(row: Reached, direct: Sequence[Reached] = ()) -> Finding:
    if row.reach is Reach.PROXY_UNREACHABLE:
        return found("network.proxy_unreachable", proxy=row.proxy, **_without(direct))
    return proxy_denied(row.proxy, row.http_status, direct)


def proxy_denied(proxy: str, http_status: int, direct: Sequence[Reached] = ()) -> Finding:
    """Say that the proxy refused; its status where it spoke HTTP."""
    status: dict[str, Value] = {"http_status": http_status} if http_status else {}
    return found("network.proxy_denied", proxy=proxy, **status, **_without(direct))


def _without(direct: Sequence[Reached]) -> dict[str, Value]:
    """Say how the same was without the proxy: a failure there is nobody's fault."""
    open_ = tuple(str(r.endpoint) for r in direct if r.reach is Reach.CONNECTED)
    rest = tuple(_row(r) for r in direct if r.reach is not Reach.CONNECTED)
    facts = {"direct": open_, "direct_failed": rest}
    return {name: rows for name, rows in facts.items() if rows}


def _anything_answers(rows: Sequence[Reached]) -> bool:
    """Tell whether any machine answered at all, if only to refuse."""
    return any(r.reach in {Reach.CONNECTED, Reach.REFUSED} for r in rows)


def _is_poisoned(row: Reached) -> bool:
    """Tell whether a public name leads to an address that is none (a blocking DNS)."""
    if row.proxy or not row.address:
        return False
    try:
        return not ipaddress.ip_address(row.address).is_global
    except ValueError:
        return False


def _row(row: Reached) -> str:
    status = f"HTTP {row.http_status}" if row.http_status else ""
    why = str(row.unnamed or "")
    seconds = f"{row.seconds:.3f} s"
    parts = [str(row.endpoint), str(row.reach), why, row.address, row.proxy, status, seconds]
    return " ".join(part for part in parts if part)


def endpoint(url: str, *, needed: bool) -> Endpoint:
    """Return the host and port of an address."""
    parts = urlsplit(url)
    default = HTTPS if parts.scheme == "https" else 80
    return Endpoint(parts.hostname or "", parts.port or default, needed)


CHECK = Check(run)
