"""Does the portal let this certificate in?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from a3check.checks.certificate import Chosen
from a3check.checks.chain import Path
from a3check.checks.server import Anonymous, issuer_of, no_handshake, untrusted
from a3check.checks.signature import TokenSigner
from a3check.core.check import Check, Context, found
from a3check.core.fault import Fault
from a3check.core.model import Finding, Skip, Value
from a3check.core.ports import JSON
from a3check.core.profile import Portal, Profile
from a3check.pki import der, names
from a3check.portal import page
from a3check.portal.older import works_in_tls12
from a3check.portal.pace import PACE
from a3check.portal.walk import Hop, Walk, again, hosts
from a3check.tls.request import Identity
from a3check.tls.transcript import Phase, Transcript, Trouble

REDIRECT, ERROR = 300, 400
"""The first HTTP status that leads elsewhere, and the first that is an error."""
_ALERTS = {
    "unknown_ca": "login.rejected_unknown_ca",
    "certificate_expired": "login.rejected_expired",
    "certificate_revoked": "login.rejected_revoked",
}
_BEFORE_TLS = frozenset({Phase.CONNECT, Phase.PROXY})


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown to the portal: the names in the chain and the schemes of the key.

    ``whole`` tells that the chain reaches its root: only then is a name not in it.
    ``tls12`` is whether the login works under TLS 1.2 where TLS 1.3 has no scheme in common.
    """

    issuers: frozenset[names.Canonical]
    issuer: str
    schemes: tuple[str, ...]
    whole: bool
    tls12: bool | None = None


def run(context: Context) -> Iterator[Finding | Skip]:
    """Walk once more, with the token's key, to the hosts that the profile names."""
    anonymous, signer = context.find(Anonymous), context.find(TokenSigner)
    if anonymous is None or signer is None:
        yield Skip("server" if signer is not None else "signature")
        return
    chosen, path = context.recall(Chosen), context.find(Path)
    certificates = path.certificates if path else (chosen.held.certificate,)
    identity = Identity(chosen.held.certificate.der, path.to_send if path else (), signer.schemes)

    asked: list[Mapping[str, JSON]] = []

    def converse(request: Mapping[str, JSON]) -> Mapping[str, JSON] | Fault:
        asked.append(request)
        return context.ports.handshakes.converse(request, signer.answer)

    walker = again(anonymous.walker, converse, identity)
    issuers = frozenset(c.issuer_key for c in certificates)
    leaf = chosen.held.certificate
    whole = certificates[-1].self_issued
    walk = walker.walk()
    free = not signer.key.always_authenticate
    tls12 = works_in_tls12(walk, asked[-1], converse, may_sign=free) if asked else None
    shown = Shown(issuers, leaf.issuer_common_name, signer.schemes, whole, tls12)
    PACE.walked(context.profile.portal.start)
    yield from judge(walk, context.profile, shown)


def judge(walk: Walk, profile: Profile, shown: Shown) -> tuple[Finding, ...]:
    """Name how the way ended, by the hop that decides."""
    if walk.fault is not None:
        reason = walk.fault.detail or str(walk.fault.kind)
        return (found("login.engine_unavailable", reason=reason),)
    if not walk.hops:
        return (found("login.not_requested", hosts=()),)
    last = walk.hops[-1]
    foreign = next((h for h in walk.asked if not h.shown), None)
    if last.transcript.asked and not last.shown:
        return (_other_host(last),)
    refused = _refused(last, shown)
    if refused is not None:
        return (refused,)
    proved = [h for h in walk.hops if h.transcript.proved]
    if not proved and foreign is None:
        return (found("login.not_requested", hosts=hosts(walk.hops)),)
    judged = _by_page(last, proved[-1], profile.portal, shown) if proved else ()
    if foreign is not None and all(f.code == "login.page_unknown" for f in judged):
        return (_other_host(foreign),)
    return judged


def _other_host(hop: Hop) -> Finding:
    """Name the host that asked and was shown nothing, and who vouches for it."""
    vouching = issuer_of(hop.transcript)
    known = {"issuer": vouching} if vouching else {}
    return found("login.other_host", host=hop.host, **known)


def _refused(last: Hop, shown: Shown) -> Finding | None:
    """Judge what ended the conversation itself: the token, the handshake, the connection."""
    said, host = last.transcript, last.host
    alert = said.refusal
    if said.trouble is Trouble.TOKEN:
        return found("login.token_failed", host=host, ckr=said.signer_code or "")
    if said.trouble is Trouble.IDENTITY:
        return found("login.engine_unavailable", reason=said.detail or str(said.trouble))
    if said.nothing_sent:
        return _nothing_sent(said, shown)
    if said.trouble is Trouble.VERIFY:
        return untrusted(said)
    if alert is not None and said.asked:
        code = _precise(_ALERTS.get(alert.name, "login.rejected"), said, shown)
        return _rejection(code, said, shown, alert=alert.name, phase=str(alert.phase))
    no_tls = said.trouble is Trouble.PROTOCOL and not said.asked
    if said.phase in _BEFORE_TLS or alert is not None or no_tls:
        return no_handshake(said)
    if said.trouble is not None and said.answer is None:
        return found("login.connection_lost", host=host, phase=str(said.phase))
    return None


def _by_page(last: Hop, proved: Hop, portal: Portal, shown: Shown) -> tuple[Finding, ...]:
    """Judge the page that followed a completed client authentication."""
    answer, host = last.transcript.answer, last.host
    if answer is None:
        return (found("login.connection_lost", host=host, phase=str(last.transcript.phase)),)
    if page.is_anti_abuse(answer, portal):
        return (found("server.program_refused", host=host, http_status=answer.status),)
    refusal = page.refusal(answer)
    if refusal is not None and answer.status >= ERROR:
        code = _precise(refusal.code, proved.transcript, shown)
        status: dict[str, Value] = {"http_status": answer.status, "words": refusal.words}
        return (_rejection(code, last.transcript, shown, **status),)
    if answer.status >= ERROR:
        return (found("login.portal_error", host=host, http_status=answer.status),)
    if answer.status < REDIRECT and page.asks_second_factor(answer, portal):
        second = found("login.second_factor", host=host, page=last.page)
        return (_accepted(last, proved), second)
    if answer.status < REDIRECT and any(_is_below(last.page, path) for path in portal.reached):
        return (_accepted(last, proved),)
    status_code = answer.status
    return (found("login.page_unknown", host=host, page=last.page, http_status=status_code),)


def _accepted(last: Hop, proved: Hop) -> Finding:
    said = proved.transcript
    return found(
        "login.accepted",
        host=said.host,
        port=said.port,
        tls_version=said.version or "",
        signature_scheme=said.client_schemes[-1],
        asked=str(said.requests[-1].when),
        page=last.page,
    )


def _is_below(place: str, path: str) -> bool:
    """Compare whole segments of a path: ``/tarefas`` is not ``/tarefas-antigas``."""
    return f"{place.rstrip('/')}/".startswith(f"{path.rstrip('/')}/")


def _precise(code: str, said: Transcript, shown: Shown) -> str:
    """Say more than that it was rejected: the server's list of CAs may tell why."""
    vague = code in {"login.rejected", "login.rejected_unknown_ca"}
    return "login.issuer_not_listed" if vague and _unlisted(said, shown) else code


def _unlisted(said: Transcript, shown: Shown) -> bool:
    """Tell whether the server named the CAs that it accepts and none is in our whole chain."""
    named = [issuer.der for request in said.requests for issuer in request.issuers]
    listed = any(_canonical(raw) in shown.issuers for raw in named)
    return bool(named) and shown.whole and not listed


def _canonical(raw: bytes) -> names.Canonical | None:
    try:
        return names.parse(der.element(raw)).canonical
    except der.DerError:
        return None


def _nothing_sent(said: Transcript, shown: Shown) -> Finding:
    asked = said.requests[-1].schemes if said.requests else ()
    code, able = "login.nothing_sent", shown.schemes
    older = {} if shown.tls12 is None else {"tls12_works": shown.tls12}
    return found(code, host=said.host, schemes_server=asked, schemes_token=able, **older)


def _rejection(code: str, said: Transcript, shown: Shown, **facts: Value) -> Finding:
    match code:
        case "login.issuer_not_listed":
            return found(code, host=said.host, issuer=shown.issuer, **facts)
        case "login.nothing_sent":
            return _nothing_sent(said, shown)
        case _:
            return found(code, host=said.host, **facts)


CHECK = Check(run, requires=("signature", "server"))
