"""Does the portal let this certificate in?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from a3check.checks.certificate import Chosen
from a3check.checks.chain import Path
from a3check.checks.server import Anonymous, untrusted
from a3check.checks.signature import TokenSigner
from a3check.core.check import Check, Context, found
from a3check.core.model import Finding, Skip, Value
from a3check.core.profile import Portal, Profile
from a3check.pki import der, names
from a3check.portal import page
from a3check.portal.walk import Hop, Walk, hosts
from a3check.tls.request import Identity
from a3check.tls.transcript import Transcript, Trouble

ERROR = 400
"""The first HTTP status that is an error."""
_ALERTS = {
    "unknown_ca": "login.rejected_unknown_ca",
    "certificate_expired": "login.rejected_expired",
    "certificate_revoked": "login.rejected_revoked",
}
_BROKEN = frozenset({Trouble.RESET, Trouble.EOF, Trouble.TIMEOUT, Trouble.NO_ANSWER})


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown to the portal: the names in the chain and the schemes of the key."""

    issuers: frozenset[names.Canonical]
    issuer: str
    schemes: tuple[str, ...]


def run(context: Context) -> Iterator[Finding | Skip]:
    """Walk once more, with the token's key, to the hosts that the profile names."""
    anonymous, signer = context.find(Anonymous), context.find(TokenSigner)
    if anonymous is None or signer is None:
        yield Skip("server" if signer is not None else "signature")
        return
    chosen, path = context.recall(Chosen), context.find(Path)
    certificates = path.certificates if path else (chosen.held.certificate,)
    identity = Identity(chosen.held.certificate.der, path.to_send if path else (), signer.schemes)
    walker = replace(
        anonymous.walker,
        converse=lambda request: context.ports.handshakes.converse(request, signer.answer),
        identity=identity,
        hops=[],
        cookies={},
    )
    issuers = frozenset(c.issuer_key for c in certificates)
    leaf = chosen.held.certificate
    shown = Shown(issuers, leaf.issuer_common_name, signer.schemes)
    yield from judge(walker.walk(), context.profile, shown)


def judge(walk: Walk, profile: Profile, shown: Shown) -> tuple[Finding, ...]:
    """Name how the way ended, by the hop that decides."""
    if walk.fault is not None:
        reason = walk.fault.detail or str(walk.fault.kind)
        return (found("login.engine_unavailable", reason=reason),)
    if not walk.hops:
        return (found("login.not_requested", hosts=()),)
    proved = [h for h in walk.hops if h.transcript.proved]
    last = walk.hops[-1]
    refused = _refused(last, shown)
    if refused is not None:
        return (refused,)
    foreign = next((h for h in walk.asked if not h.shown), None)
    if foreign is not None:
        return (found("login.other_host", host=foreign.host),)
    if not proved:
        return (_never_proved(walk),)
    return _by_page(last, proved[-1], profile.portal, shown)


def _refused(last: Hop, shown: Shown) -> Finding | None:
    """Judge what ended the conversation itself: the token, the handshake, the connection."""
    said, host = last.transcript, last.host
    if said.trouble is Trouble.TOKEN:
        return found("login.token_failed", host=host, ckr=said.signer_code or "")
    if said.nothing_sent:
        asked = said.requests[-1].schemes
        return found(
            "login.nothing_sent", host=host, schemes_server=asked, schemes_token=shown.schemes
        )
    if said.trouble is Trouble.VERIFY:
        return untrusted(said)
    alert = said.refusal
    if alert is not None and said.asked:
        code = _ALERTS.get(alert.name) or _unlisted(said, shown) or "login.rejected"
        return _rejection(code, said, shown, alert=alert.name, phase=str(alert.phase))
    if said.trouble is not None and said.answer is None:
        return found("login.connection_lost", host=host, phase=str(said.phase))
    return None


def _by_page(last: Hop, proved: Hop, portal: Portal, shown: Shown) -> tuple[Finding, ...]:
    """Judge the page that followed a completed client authentication."""
    answer, host = last.transcript.answer, last.host
    if answer is None:
        return (found("login.connection_lost", host=host, phase=str(last.transcript.phase)),)
    refusal = page.refusal(answer)
    if refusal is not None and answer.status >= ERROR:
        code = refusal.code
        if code == "login.rejected":
            code = _unlisted(proved.transcript, shown) or code
        status: dict[str, Value] = {"http_status": answer.status, "words": refusal.words}
        return (_rejection(code, last.transcript, shown, **status),)
    if answer.status >= ERROR:
        return (found("login.portal_error", host=host, http_status=answer.status),)
    if page.is_anti_abuse(answer, portal):
        return (found("server.program_refused", host=host, http_status=answer.status),)
    if page.asks_second_factor(answer, portal):
        second = found("login.second_factor", host=host, page=last.page)
        return (_accepted(last, proved), second)
    if any(last.page.startswith(path) for path in portal.reached):
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


def _never_proved(walk: Walk) -> Finding:
    """No certificate was shown although nothing broke: nobody asked, or nobody listened."""
    return found("login.not_requested", hosts=hosts(walk.hops))


def _unlisted(said: Transcript, shown: Shown) -> str | None:
    """Tell whether the server named the CAs that it accepts and none is in our chain."""
    named = [issuer.der for request in said.requests for issuer in request.issuers]
    if not named:
        return None
    listed = any(_canonical(raw) in shown.issuers for raw in named)
    return None if listed else "login.issuer_not_listed"


def _canonical(raw: bytes) -> names.Canonical | None:
    try:
        return names.parse(der.element(raw)).canonical
    except der.DerError:
        return None


def _rejection(code: str, said: Transcript, shown: Shown, **facts: Value) -> Finding:
    match code:
        case "login.issuer_not_listed":
            return found(code, host=said.host, issuer=shown.issuer, **facts)
        case "login.nothing_sent":
            asked: Sequence[str] = said.requests[-1].schemes if said.requests else ()
            return found(
                code, host=said.host, schemes_server=tuple(asked), schemes_token=shown.schemes
            )
        case _:
            return found(code, host=said.host, **facts)


CHECK = Check(run, requires=("signature", "server"))
