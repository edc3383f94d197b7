"""Does the portal let this certificate in?"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace

from a3check.checks.certificate import Chosen
from a3check.checks.chain import standing
from a3check.checks.driver import Released
from a3check.checks.pin import LATE_REVOCATION, LoggedIn
from a3check.checks.server import Anonymous, renewed
from a3check.checks.signature import CHALLENGE, TokenSigner
from a3check.checks.store import WINDOWS, InStore
from a3check.core import verdict
from a3check.core.check import Check, Context, found, secretly
from a3check.core.cryptoki import TokenKey
from a3check.core.fault import Fault
from a3check.core.model import Finding, Outcome, Skip, Value
from a3check.core.ports import JSON
from a3check.core.profile import Portal, Profile
from a3check.core.question import Assisted, AssistQuestion, ShowQuestion, Step, TryEnd
from a3check.core.register import Status
from a3check.portal import browser_way, page
from a3check.portal.browser_way import StoreSigner
from a3check.portal.forecast import Offer
from a3check.portal.older import works_in_tls12
from a3check.portal.pace import PACE
from a3check.portal.page import Kind
from a3check.portal.peer import issuer_of
from a3check.portal.refused import Shown, by_words, lost, refused
from a3check.portal.walk import Hop, Walk, again, hosts
from a3check.tls.request import Identity
from a3check.tls.transcript import Transcript

_NOWHERE = Walk()
UNTOLD = (
    "server.program_refused",
    "login.not_requested",
    "login.other_host",
    "login.page_unknown",
)
"""Where only a browser can tell."""


def run(context: Context) -> Iterator[Finding | Skip]:
    """Walk once more, with the token's key; where that cannot tell, have the browser tried."""
    anonymous = context.find(Anonymous)
    signer = context.find(TokenSigner) or context.find(StoreSigner)
    if signer is None:
        yield Skip("signature")
        return
    if anonymous is None:
        yield from tuple(_assisted(context, _of_server(context))) or (Skip("server"),)
        return
    walk, findings = _walked(context, anonymous, signer)
    if not findings:  # the user stopped on the way: nobody's fault
        yield Skip("user")
        return
    yield from findings
    if any(f.code == "login.accepted" for f in findings):
        yield from _by_browser(context, _proved(walk))
    yield from _assisted(context, findings)


def _walked(
    context: Context, anonymous: Anonymous, signer: TokenSigner | StoreSigner
) -> tuple[Walk, tuple[Finding, ...]]:
    """Show the certificate to the hosts that the profile names, or that the user lets see it.

    No finding where the user stopped on the way.
    """
    chosen, path = context.recall(Chosen), standing(context)
    certificates = path.certificates if path else (chosen.held.certificate,)
    leaf = chosen.held.certificate
    identity = Identity(leaf.der, path.to_send if path else (), signer.schemes)
    issuers = frozenset(c.issuer_key for c in certificates)
    offer = Offer(issuers, signer.schemes, certificates[-1].self_issued)
    shown = Shown(offer, leaf.issuer_common_name)
    if not anonymous.walk.asked:  # nobody asks: the same way with a certificate tells no more
        return anonymous.walk, judge(anonymous.walk, context.profile, shown)

    asked: list[Mapping[str, JSON]] = []

    def converse(request: Mapping[str, JSON]) -> Mapping[str, JSON] | Fault:
        asked.append(request)
        return context.ports.handshakes.converse(request, signer.answer)

    def may_show(said: Transcript) -> bool:
        return context.ports.user.may_show(ShowQuestion(said.host, issuer_of(said)))

    context.use_up(Anonymous)  # both passes are one walk: a later login needs another
    walker = again(renewed(anonymous.walker, context), converse, identity, may_show)
    walk = walker.walk()
    free = walker.left > 0 and not signer.guarded
    tls12 = works_in_tls12(walk, asked[-1], converse, may_ask=free) if asked else None
    PACE.walked(context.profile.portal.start, context.ports.walks)
    if walk.fault is not None and context.stop.is_set():
        return walk, ()
    shown = replace(shown, tls12=tls12)
    return walk, judge(walk, context.profile, shown, anonymous.walk)


def _by_browser(context: Context, said: Transcript) -> Iterator[Finding]:
    """Ask Windows' key for one signature, where the store has it and the token took the PIN.

    The modules are let go of before: no browser has another program's session beside it.
    """
    in_store, ports = context.find(InStore), context.ports
    if in_store is None or not in_store.look.linked or context.stop.is_set():
        return
    held, look = context.recall(Chosen).held, in_store.look
    if browser_way.hidden(said, held.certificate, in_store.above, look):
        yield found("store.not_offered", browser=WINDOWS)
    if held.token.in_store:  # the browser's way is the way that was gone
        return
    logged_in = context.find(LoggedIn)
    if logged_in is None or not logged_in.kept:
        yield browser_way.untold("no_pin", provider=look.provider)
        return
    context.learn(Released(ports.drivers.release()))
    guarded = _guarded(held.certificate.der, look.provider)
    if not ports.tries.begin_key(held.token, guarded):
        yield browser_way.untold("rests", provider=look.provider)
        return
    end = TryEnd.SPENT
    try:
        challenge = secrets.token_bytes(CHALLENGE)
        way = browser_way.tried(ports.store_keys, held.certificate, said, challenge)
        end = browser_way.cost(way)
    finally:
        ports.tries.end_key(held.token, guarded, end)
        ports.store_keys.release()
    if not context.stop.is_set():
        yield browser_way.judge(way, look.provider)


def _guarded(certificate: bytes, provider: str) -> TokenKey:
    """Name Windows' way to the key for the count of tries: another driver is another way."""
    name = hashlib.sha256(certificate + provider.encode()).digest()
    return TokenKey(b"windows" + name, "", always_authenticate=True)


def _proved(walk: Walk) -> Transcript:
    """Return the conversation in which the portal took the key's proof."""
    return next(h.transcript for h in reversed(walk.hops) if h.transcript.proved)


def _of_server(context: Context) -> tuple[Finding, ...]:
    ended = context.ended().get("server")
    return ended.findings if ended is not None else ()


def _assisted(context: Context, findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Have the user try the browser where only that can tell, and no cause is known.

    The token is let go of before: the browser needs it, and nobody knows for how long.
    """
    code = next((f.code for f in findings if f.code in UNTOLD), None)
    if code is None:
        return
    context.wait_for("revocation", LATE_REVOCATION)
    ended = (*context.ended().values(), Outcome("login", findings))
    if context.stop.is_set() or verdict.judge(ended).status is Status.FAILED:
        return
    context.learn(Released(context.ports.drivers.release()))
    start = context.profile.portal.start
    seen = context.ports.user.assist(AssistQuestion(start, code))
    if seen is not None:
        yield told(seen)


def told(seen: Assisted) -> Finding:
    """Say what the user saw in the browser; at the page of the code, the certificate was taken."""
    if seen.step is None:
        return found("login.user_entered")
    if seen.step is Step.CODE:
        return found("login.second_factor")
    words = (secretly("words", seen.words),) if seen.words else ()
    return found("login.user_stopped", *words, step=str(seen.step))


def judge(
    walk: Walk, profile: Profile, shown: Shown, before: Walk = _NOWHERE
) -> tuple[Finding, ...]:
    """Name how the way ended, by the hop that decides.

    Where the walk without a certificate (``before``) ended on the same page, it proves nothing.
    """
    if walk.fault is not None:
        reason = walk.fault.detail or str(walk.fault.kind)
        return (found("login.engine_unavailable", reason=reason),)
    if not walk.hops:
        return (found("login.not_requested", hosts=()),)
    last, portal = walk.hops[-1], profile.portal
    foreign = next((h for h in walk.asked if not h.shown), None)
    if last.transcript.asked and not last.shown:
        return (_other_host(last),)
    broken_off = refused(last, shown)
    if broken_off is not None:
        return (broken_off,)
    proved = [h for h in walk.hops if h.transcript.proved]
    if not proved and foreign is None:
        return (_unasked(walk, portal),)
    telling = last.is_of(portal) and not walk.same_as(before)
    judged = _by_page(last, proved[-1], portal, shown, telling=telling) if proved else ()
    if foreign is not None and all(f.code == "login.page_unknown" for f in judged):
        return (_other_host(foreign),)
    return judged


def _other_host(hop: Hop) -> Finding:
    """Name the host that asked and was shown nothing, and who vouches for it."""
    vouching = issuer_of(hop.transcript)
    known = {"issuer": vouching} if vouching else {}
    return found("login.other_host", host=hop.host, **known)


def _unasked(walk: Walk, portal: Portal) -> Finding:
    """Say why nobody asked: the portal itself, its guard, or nobody knows."""
    last = walk.hops[-1]
    answer = last.transcript.answer
    if answer is not None and page.refuses_program(answer, portal):
        return found("server.program_refused", host=last.host, http_status=answer.status)
    if answer is not None and page.is_broken(answer, portal):
        return found("server.error", host=last.host, http_status=answer.status)
    return found("login.not_requested", hosts=hosts(walk.hops))


def _by_page(
    last: Hop, proved: Hop, portal: Portal, shown: Shown, *, telling: bool
) -> tuple[Finding, ...]:
    """Judge the page that followed a completed client authentication.

    ``telling``: that it was reached says something.
    """
    answer, host = last.transcript.answer, last.host
    if answer is None:
        return (lost(last.transcript, shown),)
    status: dict[str, Value] = {"host": host, "http_status": answer.status}
    match page.arrived(answer, last.page, portal, named=telling):
        case Kind.PROGRAM_REFUSED:
            return (found("server.program_refused", **status),)
        case Kind.REFUSED:
            return (by_words(answer, last, proved, shown),)
        case Kind.NOT_AUTHORISED:
            words = page.matched(answer, portal.not_authorised)
            return (_accepted(last, proved), found("login.not_authorised", host=host, words=words))
        case Kind.RESTING:
            return (found("server.error", **status),)
        case Kind.ERROR:
            return (found("login.portal_error", **status),)
        case Kind.SECOND_FACTOR:
            second = found("login.second_factor", host=host, page=last.page)
            return (_accepted(last, proved), second)
        case Kind.INSIDE:
            return (_accepted(last, proved),)
        case Kind.UNKNOWN:
            return (found("login.page_unknown", page=last.page, **status),)


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


CHECK = Check(run, requires=("signature", "server"))
