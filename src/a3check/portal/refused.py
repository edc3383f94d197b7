"""Why did a server not take the certificate that was shown to it?"""

from dataclasses import dataclass

from a3check.core.check import found
from a3check.core.model import Finding, Value
from a3check.portal import page
from a3check.portal.forecast import Offer, expected, is_unlisted
from a3check.portal.peer import captive, no_handshake, untrusted
from a3check.portal.walk import Hop
from a3check.tls.transcript import Answer, Phase, Transcript, Trouble

_ALERTS = {
    "unknown_ca": "login.rejected_unknown_ca",
    "certificate_expired": "login.rejected_expired",
    "certificate_revoked": "login.rejected_revoked",
}
_BEFORE_TLS = frozenset({Phase.CONNECT, Phase.PROXY})


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown to the portal, and the name of who issued it.

    ``tls12`` is whether the login works under TLS 1.2 where TLS 1.3 has no scheme in common.
    """

    offer: Offer
    issuer: str
    tls12: bool | None = None


def refused(last: Hop, shown: Shown) -> Finding | None:
    """Judge what ended the conversation itself: the token, the handshake, the connection."""
    said, host = last.transcript, last.host
    alert = said.refusal
    if said.trouble is Trouble.TOKEN:
        return found("login.token_failed", host=host, ckr=said.signer_code or "")
    if said.trouble is Trouble.IDENTITY:
        return found("login.engine_unavailable", reason=said.detail or str(said.trouble))
    if said.nothing_sent:
        return _nothing_sent(said, shown)
    if said.trouble is Trouble.VERIFY or said.verify_code not in {None, 0}:
        return captive(last) or untrusted(said)
    if alert is not None and said.asked:
        code = _precise(_ALERTS.get(alert.name, "login.rejected"), said, shown)
        return _rejection(code, said, shown, alert=alert.name, phase=str(alert.phase))
    no_tls = said.trouble is Trouble.PROTOCOL and not said.asked
    if said.phase in _BEFORE_TLS or alert is not None or no_tls:
        return no_handshake(said)
    if said.trouble is not None and said.answer is None:
        return lost(said, shown)
    return None


def lost(said: Transcript, shown: Shown) -> Finding:
    """Judge a connection that broke; some servers answer so to a CA that is not on their list."""
    phase = str(said.phase)
    if expected(said, shown.offer) == "login.issuer_not_listed":
        return _rejection("login.issuer_not_listed", said, shown, phase=phase)
    return found("login.connection_lost", host=said.host, phase=phase)


def by_words(answer: Answer, last: Hop, proved: Hop, shown: Shown) -> Finding:
    """Name a refusal by the words of the page; the list of CAs may say more."""
    refusal = page.refusal(answer)
    words, named = (refusal.words, refusal.code) if refusal is not None else ("", "login.rejected")
    code = _precise(named, proved.transcript, shown)
    status: dict[str, Value] = {"http_status": answer.status, "words": words}
    return _rejection(code, last.transcript, shown, **status)


def _precise(code: str, said: Transcript, shown: Shown) -> str:
    """Say more than that it was rejected: the server's list of CAs may tell why."""
    vague = code in {"login.rejected", "login.rejected_unknown_ca"}
    return "login.issuer_not_listed" if vague and is_unlisted(said, shown.offer) else code


def _nothing_sent(said: Transcript, shown: Shown) -> Finding:
    asked = said.requests[-1].schemes if said.requests else ()
    older = {} if shown.tls12 is None else {"tls12_works": shown.tls12}
    schemes = {"schemes_server": asked, "schemes_token": shown.offer.schemes}
    return found("login.nothing_sent", host=said.host, **schemes, **older)


def _rejection(code: str, said: Transcript, shown: Shown, **facts: Value) -> Finding:
    match code:
        case "login.issuer_not_listed":
            return found(code, host=said.host, issuer=shown.issuer, **facts)
        case "login.nothing_sent":
            return _nothing_sent(said, shown)
        case _:
            return found(code, host=said.host, **facts)
