"""Which hosts and ports accept a connection?"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from threading import Event

from a3check.core.internet import Endpoint, Reach, Reached
from a3check.net.lanes import side_by_side
from a3check.net.proxy import NONE, Proxies, Way
from a3check.net.route import open_route


def reach(
    endpoints: Sequence[Endpoint], *, proxies: Proxies, seconds: float, stop: Event
) -> tuple[Reached, ...]:
    """Try to connect to all of them side by side; the answer keeps the order.

    ``seconds`` bounds each attempt. An address is given where the connection was direct,
    private or not.
    """
    calls = [partial(_one, endpoint, proxies, seconds, stop) for endpoint in endpoints]
    otherwise = [Reached(endpoint, Reach.NO_ANSWER) for endpoint in endpoints]
    return told_apart(side_by_side(calls, stop, otherwise))


def told_apart(reached: Sequence[Reached]) -> tuple[Reached, ...]:
    """Tell a silent proxy from a silent host: one that answered nobody is itself the fault."""
    heard = {r.proxy for r in reached if r.reach is Reach.CONNECTED or r.http_status}
    return tuple(
        replace(r, reach=Reach.PROXY_UNREACHABLE)
        if r.proxy and r.proxy not in heard and r.reach is Reach.NO_ANSWER
        else r
        for r in reached
    )


def way_to(endpoint: Endpoint, proxies: Proxies) -> Way:
    """Return the way to a host and port (every one is spoken with over TLS)."""
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return proxies.way(f"https://{host}:{endpoint.port}")


def direct(endpoints: Sequence[Endpoint], *, seconds: float, stop: Event) -> tuple[Reached, ...]:
    """Try to connect to all of them without a proxy."""
    return reach(endpoints, proxies=Proxies(NONE), seconds=seconds, stop=stop)


def _one(endpoint: Endpoint, proxies: Proxies, seconds: float, stop: Event) -> Reached:
    way = way_to(endpoint, proxies)
    route = open_route(endpoint, way.proxy, seconds=seconds, stop=stop)
    if route.sock is not None:
        route.sock.close()
    return route.reached
