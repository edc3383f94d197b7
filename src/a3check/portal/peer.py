"""What is wrong with the peer of a conversation, or kept it from answering?"""

import re

from a3check.core.check import found
from a3check.core.model import Finding, Value
from a3check.pki import certificate as x509
from a3check.portal import page
from a3check.portal.interception import Interceptor, Roots, interceptor
from a3check.portal.walk import Hop
from a3check.tls.recorder import no_tls
from a3check.tls.transcript import Transcript, Trouble

EXPIRED, NOT_YET_VALID, WRONG_NAME, WRONG_ADDRESS = 10, 9, 62, 64
"""X509_V_ERR_* of OpenSSL's x509_vfy.h."""
OLD_TLS = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})
"""What no browser speaks any more (RFC 8996)."""
CHOSEN = Roots(chosen=True)
"""Where a server is judged by itself: no stranger among the roots, only products by name."""
_REDIRECTS = re.compile(rb"HTTP/1\.[01] (?:30[12378]|511)\b")
"""What the page of a line answers in clear on a port where TLS is spoken."""


def captive(hop: Hop) -> Finding | None:
    """Say that the line shows a page of its own, where a server that is not trusted does so."""
    said = hop.transcript
    if hop.away is not None:
        return found("server.captive", host=hop.host, leads_to=hop.away)
    clear = said.trouble is Trouble.PROTOCOL and _REDIRECTS.match(said.received)
    return found("server.captive", host=hop.host) if clear else None


def no_handshake(said: Transcript) -> Finding:
    """Name what stood in the way of a TLS connection: the network, or the server itself."""
    blocked = _no_way(said)
    if blocked is not None:
        return blocked
    if said.verify_code not in {None, 0} and said.version not in OLD_TLS:
        return untrusted(said)
    alert, version = said.refusal, said.version
    facts: dict[str, Value] = {"alert": alert.name} if alert else {}
    facts |= {"tls_version": version} if version in OLD_TLS else {}
    reason = _reason(said)
    return found("server.tls_failed", host=said.host, port=said.port, reason=reason, **facts)


def _reason(said: Transcript) -> str:
    """Say in a word what came instead of TLS as browsers speak it."""
    if said.version in OLD_TLS:
        return "old_tls"
    if said.trouble is Trouble.PROTOCOL and said.received.startswith(b"HTTP/"):
        return "plain_http"
    if said.trouble is Trouble.PROTOCOL and no_tls(said.received):
        return "not_tls"
    return str(said.trouble or Trouble.PROTOCOL)


def untrusted(said: Transcript) -> Finding:
    """Say why a server is not trusted: who stands in its place, or what is wrong with it."""
    codes = {e.code for e in said.verify_errors} | {said.verify_code}
    leaf = leaf_of(said)
    if leaf is None:
        return found("server.untrusted", host=said.host, issuer="")
    caught = interceptor(said, CHOSEN)
    dated = {EXPIRED, NOT_YET_VALID}
    named = {WRONG_NAME, WRONG_ADDRESS}
    if caught is not None:
        return intercepted(said, caught)
    if codes & named:
        return found("server.wrong_name", host=said.host, names=leaf.common_name)
    if codes - {0, None} <= dated:
        return found("server.expired", host=said.host, not_after=leaf.not_after)
    return found("server.untrusted", host=said.host, issuer=leaf.issuer_common_name)


def intercepted(said: Transcript, caught: Interceptor) -> Finding:
    """Name who signs in the portal's place; only a warning where other hosts speak against it."""
    facts: dict[str, Value] = {"product": caught.product} if caught.product else {}
    if caught.hosts:
        facts["hosts"] = caught.hosts
    finding = found("server.intercepted", host=said.host, issuer=caught.issuer, **facts)
    return finding.lower() if caught.doubtful else finding


def issuer_of(said: Transcript) -> str:
    """Return who vouches for the server; empty where its certificate cannot be read."""
    leaf = leaf_of(said)
    return leaf.issuer_common_name if leaf is not None else ""


def leaf_of(said: Transcript) -> x509.Certificate | None:
    """Return the server's own certificate; nothing where there is none that can be read."""
    leaf = x509.read(said.server_chain[0]) if said.server_chain else None
    return leaf if isinstance(leaf, x509.Certificate) else None


def _no_way(said: Transcript) -> Finding | None:
    """Say what keeps the walk from a host that it was sent to: the network's codes name it."""
    match said.trouble:
        case Trouble.DNS:
            return found("network.dns_failed", host=said.host)
        case Trouble.REFUSED | Trouble.NO_ANSWER | Trouble.UNREACHABLE:
            how = str(said.trouble)
        case Trouble.PROXY_UNREACHABLE:
            return found("network.proxy_unreachable", proxy=said.proxy or "")
        case Trouble.PROXY_REFUSED:
            status = said.proxy_status or 0
            if status < page.SERVER_ERROR:
                facts: dict[str, Value] = {"http_status": status} if status else {}
                return found("network.proxy_denied", proxy=said.proxy or "", **facts)
            how = str(Trouble.UNREACHABLE)  # the proxy itself got no connection
        case _:
            return None
    return found("network.port_blocked", host=said.host, port=said.port, how=how)
