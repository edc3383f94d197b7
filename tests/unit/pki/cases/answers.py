"""What lists and responders say: of the certificate, of its CAs, rightly and wrongly signed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ObjectIdentifier
from tests.unit.pki.cases.case import CHAIN, HEALTHY, Case, case, fresh
from tests.unit.pki.lists import crl_of
from tests.unit.pki.maker import AC1, AC2, DAY, NOW, ROOT, Made, ca, key, leaf, usage
from tests.unit.pki.maker import der as encode
from tests.unit.pki.test_revocation import (
    GOOD,
    HTML,
    REASON,
    REVOKED,
    UNKNOWN,
    crl,
    point,
    responder,
)
from tests.unit.pki.test_revocation import (
    response as any_response,
)

from a3check.pki.answers import LATE, SKEW, Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

LISTED, HELD = "revocation.revoked", "revocation.suspended"
CA_REVOKED, UNREACHABLE = "revocation.ca_revoked", "revocation.unreachable"
STALE, EARLY, FORGED = "revocation.stale", "revocation.not_yet_valid", "revocation.forged"
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
HOLD, OFF = REASON.certificate_hold, REASON.remove_from_crl


def by_responder() -> tuple[x509.ExtensionType, bool]:
    """Where to ask; the second opinion looks at no answer without it."""
    address = x509.UniformResourceIdentifier("http://ocsp.inventado.invalid/")
    access = x509.AccessDescription(x509.oid.AuthorityInformationAccessOID.OCSP, address)
    return x509.AuthorityInformationAccess([access]), False


ASKED = leaf(AC2, by_responder())
TOP = ca("AC COM OCSP v5", ROOT, by_responder())
BELOW = ca("AC COM OCSP MULTIPLA v5", TOP, by_responder(), length=0)
response = partial(any_response, made=ASKED)


def above() -> list[Answer]:
    """The fresh lists of root and first AC, which tell of the CAs."""
    return [fresh(ROOT), fresh(AC1)]


def by_list(name: str, what: str, cause: str | None, *lists: Answer) -> Case:
    """A row about the leaf's list."""
    return case(name, what, cause, ASKED, crls=[*above(), *lists])


def by_ocsp(name: str, what: str, cause: str | None, *answers: Answer) -> Case:
    """A row about a responder's answer about the leaf; the CAs have lists."""
    return case(name, what, cause, ASKED, crls=above(), ocsp=answers)


def rows() -> Iterator[Case]:
    """Every row about revocation."""
    yield from _listed()
    yield from _of_cas()
    yield from _ways_around()
    yield from _absent()
    yield from _dated()
    yield from _signed()
    yield from _strange()
    yield from _partial()
    yield from _responded()
    yield from _delegated()
    yield from _at_odds()
    yield from _renewed()


def _listed() -> Iterator[Case]:
    for code, reason, cause in (
        ("key-compromise", REASON.key_compromise, LISTED),
        ("superseded", REASON.superseded, LISTED),
        ("no-reason", None, LISTED),
        ("hold", HOLD, HELD),
        ("taken-off", OFF, HEALTHY),
    ):
        yield by_list(
            f"list-{code}", f"on the list, reason {code}", cause, crl(AC2, ASKED, reason=reason)
        )
    other = leaf(AC2, common="BELTRANO")
    yield by_list("list-other", "another certificate is on the list", HEALTHY, crl(AC2, other))
    yield by_list("list-pem", "the list as PEM", HEALTHY, crl(pem=True))
    odd = crl(AC2, ASKED, odd_entry=True)
    what = "on the list, with a critical extension of the entry that nobody knows"
    yield by_list("list-odd-entry", what, UNREACHABLE, odd)
    ahead = crl(AC2, ASKED, date=NOW + DAY)
    what = "on the list of yesterday as revoked from tomorrow on"
    yield by_list("list-from-tomorrow", what, LISTED, ahead)


def _of_cas() -> Iterator[Case]:
    for code, what, lists in (
        ("second", "the issuing AC is on its AC's list", [crl(ROOT), crl(AC1, AC2), crl()]),
        (
            "first",
            "the AC of the first level is on the root's list",
            [crl(ROOT, AC1), crl(AC1), crl()],
        ),
        ("both", "both ACs are revoked", [crl(ROOT, AC1), crl(AC1, AC2), crl()]),
        ("held", "the issuing AC is on hold", [crl(ROOT), crl(AC1, AC2, reason=HOLD), crl()]),
    ):
        yield case(f"ca-revoked-{code}", what, CA_REVOKED, crls=lists)
    itself = [crl(ROOT, ROOT), crl(AC1), crl()]
    yield case(
        "root-on-own-list", "the root lists itself, which nobody asks", HEALTHY, crls=itself
    )


def _ways_around() -> Iterator[Case]:
    """A CA of the best path is revoked, and another certificate of it or above it is not."""
    older = ca("AC INVENTADA MULTIPLA v5", AC1, length=0, ends=NOW + 700 * DAY)
    what = "the AC's newer certificate is revoked, the older one of the same key is not"
    lists = [crl(ROOT), crl(AC1, AC2), crl()]
    yield case("ca-revoked-beside-older", what, HEALTHY, chain=(*CHAIN, older), crls=lists)
    lists = [crl(ROOT), crl(AC1, AC2, older), crl()]
    what = "both certificates of the AC are revoked"
    yield case("ca-revoked-both-issues", what, CA_REVOKED, chain=(*CHAIN, older), crls=lists)
    lists = [crl(ROOT), crl(AC1, AC2, reason=HOLD), crl()]
    what = "the AC's newer certificate is on hold, the older one is not"
    yield case("ca-held-beside-older", what, HEALTHY, chain=(*CHAIN, older), crls=lists)
    other = ca("AC OUTRA INVENTADA v5", ROOT)
    cross = ca("AC INVENTADA MULTIPLA v5", other, length=0, ends=NOW + 700 * DAY)
    chain = (*CHAIN, other, cross)
    lists = [crl(ROOT, AC1), crl(AC1), crl(other), crl()]
    what = "the AC of the first level is revoked, and another certified the issuing AC, too"
    yield case("ca-revoked-around", what, HEALTHY, chain=chain, crls=lists)
    lists = [crl(ROOT, AC1), crl(AC1), crl()]
    what = "the same, and nothing is known by the other way"
    yield case("ca-revoked-around-unknown", what, UNREACHABLE, chain=chain, crls=lists)
    lists = [crl(ROOT, AC1, other), crl(AC1), crl(other), crl()]
    what = "both ACs of the first level are revoked"
    yield case("ca-revoked-both-ways", what, CA_REVOKED, chain=chain, crls=lists)
    late = ca("AC INVENTADA MULTIPLA v5", other, length=0, ends=NOW - DAY)
    lists = [crl(ROOT, AC1), crl(AC1), crl(other), crl()]
    what = "the AC of the first level is revoked, and the other way has expired"
    yield case("ca-revoked-late-around", what, CA_REVOKED, chain=(*CHAIN, other, late), crls=lists)
    lists = [crl(ROOT), crl(AC1, AC2), crl(AC2, ASKED)]
    what = "the AC's newer certificate is revoked, and so is the certificate itself"
    yield case("ca-revoked-and-leaf", what, LISTED, ASKED, chain=(*CHAIN, older), crls=lists)


def _absent() -> Iterator[Case]:
    for code, what, lists in (
        ("all", "no answer at all", []),
        ("leaf", "no answer about the certificate", above()),
        ("ca", "no answer about the issuing AC", [crl(ROOT), crl()]),
        ("top", "no answer about the AC of the first level", [crl(AC1), crl()]),
        ("page", "a web page in the list's place", [*above(), Answer(HTML, "")]),
        ("empty", "no byte in the list's place", [*above(), Answer(b"", "")]),
        ("cut", "half of the list", [*above(), Answer(crl().body[:90], "")]),
        (
            "others",
            "the list of an AC that is not its own",
            [*above(), crl(ca("AC ALHEIA v5", AC1))],
        ),
    ):
        yield case(f"no-answer-{code}", what, UNREACHABLE, crls=lists)


def _dated() -> Iterator[Case]:
    issued, past = NOW - 9 * DAY, NOW - DAY
    yield by_list("list-stale", "nextUpdate was yesterday", STALE, crl(issued=issued, until=past))
    what = "nextUpdate was yesterday, and it is on the list"
    yield by_list("list-stale-listed", what, LISTED, crl(AC2, ASKED, issued=issued, until=past))
    what = "nextUpdate was yesterday, and it is on hold there"
    yield by_list(
        "list-stale-held", what, HELD, crl(AC2, ASKED, issued=issued, until=past, reason=HOLD)
    )
    for code, late, cause in (
        ("at-next-update", timedelta(), HEALTHY),
        ("after-next-update", SECOND, HEALTHY),
        ("ten-minutes-late", timedelta(minutes=10), HEALTHY),
        ("late", LATE, HEALTHY),
        ("too-late", LATE + SECOND, STALE),
    ):
        made = crl(issued=issued, until=NOW - late)
        what = f"nextUpdate was {late.total_seconds():.0f} s before the moment"
        yield by_list(f"list-{code}", what, cause, made)
    for code, ahead, cause in (
        ("now", timedelta(), HEALTHY),
        ("skew", SKEW, HEALTHY),
        ("beyond-skew", SKEW + SECOND, EARLY),
        ("tomorrow", DAY, EARLY),
    ):
        made = crl(issued=NOW + ahead, until=NOW + 9 * DAY)
        what = f"thisUpdate {ahead.total_seconds():.0f} s ahead of the moment"
        yield by_list(f"list-issued-{code}", what, cause, made)
        answer = response(issued=NOW + ahead, until=NOW + 9 * DAY)
        yield by_ocsp(f"ocsp-issued-{code}", what, cause, answer)
        when, end = NOW + ahead, NOW + 9 * DAY
        listed = crl(AC2, ASKED, issued=when, until=end, date=when)
        gone = response(REVOKED, issued=when, until=end, date=when)
        what = f"revoked {ahead.total_seconds():.0f} s ahead of the moment, told by then"
        told = cause or LISTED
        yield by_list(f"list-revoked-{code}", what, told, listed)
        yield by_ocsp(f"ocsp-revoked-{code}", what, told, gone)
    for code, late, cause in (
        ("at-next-update", timedelta(), HEALTHY),
        ("after-next-update", SKEW, HEALTHY),
        ("late", SKEW + SECOND, STALE),
    ):
        answer = response(until=NOW - late)
        what = f"nextUpdate was {late.total_seconds():.0f} s before the moment"
        yield by_ocsp(f"ocsp-{code}", what, cause, answer)
    yield by_ocsp("ocsp-no-end-fresh", "no nextUpdate, an hour old", HEALTHY, response(until=None))
    old = response(issued=NOW - 3 * DAY, until=None)
    yield by_ocsp("ocsp-no-end-old", "no nextUpdate, three days old", STALE, old)
    endless = crl_of(until=b"")
    yield by_list("list-no-next-update", "no nextUpdate, which is required", STALE, endless)
    two = (crl(issued=issued, until=past), crl())
    yield by_list("list-stale-and-fresh", "an old list beside the fresh one", HEALTHY, *two)
    early = [crl(ROOT), crl(AC1, issued=issued, until=past), crl()]
    yield case("ca-list-stale", "the list about the issuing AC is stale", STALE, crls=early)


def _signed() -> Iterator[Case]:
    thief = key("ca ladrao")
    yield by_list("list-forged", "signed by a stranger's key", FORGED, crl(signer=thief))
    what = "signed by a stranger's key, and it lists the certificate"
    yield by_list("list-forged-listed", what, FORGED, crl(AC2, ASKED, signer=thief))
    no_crl = ca("AC SEM LCR v5", AC1, usages=usage(ca=True))
    chain = (ROOT, AC1, no_crl)
    what = "its AC may not sign lists"
    yield case("list-no-crl-sign", what, FORGED, leaf(no_crl), chain=chain)
    both = (crl(signer=thief), crl())
    yield by_list("list-forged-and-good", "a forged list beside the true one", HEALTHY, *both)
    lists = [crl(ROOT), crl(AC1, signer=thief), crl()]
    yield case("ca-list-forged", "the list about the issuing AC is forged", FORGED, crls=lists)


def _strange() -> Iterator[Case]:
    odd = encode(0x30, encode(0x06, b"\x2a\x03\x04"))
    yield by_list("list-strange", "signed by no known algorithm", UNREACHABLE, crl_of(scheme=odd))
    known, other = bytes.fromhex("06082a8648ce3d040302"), bytes.fromhex("06082a8648ce3d040309")
    answer = Answer(response().body.replace(known, other, 1), "")
    yield by_ocsp("ocsp-strange", "signed by no known algorithm", UNREACHABLE, answer)
    yield by_list("list-version-1", "a list of version 1", HEALTHY, crl_of(begin=()))


def _partial() -> Iterator[Case]:
    delta = ((x509.DeltaCRLIndicator(5), True),)
    odd = ((x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\5\0"), True),)
    for code, what, extensions, cause in (
        ("delta", "a delta list alone", delta, UNREACHABLE),
        ("indirect", "an indirect list", point(indirect_crl=True), UNREACHABLE),
        ("critical", "a critical extension that nobody knows", odd, UNREACHABLE),
        ("of-users", "of users alone", point(only_contains_user_certs=True), HEALTHY),
        ("of-cas", "of CAs alone", point(only_contains_ca_certs=True), UNREACHABLE),
        ("of-attributes", "of attributes", point(only_contains_attribute_certs=True), UNREACHABLE),
        ("of-reasons", "for one reason alone", point(some=True), UNREACHABLE),
        (
            "elsewhere",
            "of another address than the certificate's",
            point("http://b.invalid/2.crl"),
            UNREACHABLE,
        ),
    ):
        yield case(
            f"list-{code}",
            what,
            cause,
            _with_address(),
            crls=[*above(), crl(extensions=extensions)],
        )
    own = point("http://a.invalid/1.crl")
    listed = crl(AC2, _with_address(), extensions=own)
    yield case(
        "list-own-part",
        "the part of its own address",
        HEALTHY,
        _with_address(),
        crls=[*above(), crl(extensions=own)],
    )
    yield case(
        "list-own-part-listed",
        "on the part of its address",
        LISTED,
        _with_address(),
        crls=[*above(), listed],
    )
    both = (crl(extensions=delta), crl())
    yield by_list("list-delta-and-whole", "a delta list beside the whole one", HEALTHY, *both)
    users = [crl(ROOT), crl(AC1, extensions=point(only_contains_user_certs=True)), crl()]
    yield case(
        "ca-list-of-users", "the list about the issuing AC is of users", UNREACHABLE, crls=users
    )


def _with_address() -> Made:
    full = [x509.UniformResourceIdentifier("http://a.invalid/1.crl")]
    points = x509.CRLDistributionPoints([x509.DistributionPoint(full, None, None, None)])
    return leaf(AC2, (points, False), number=7001)


def _responded() -> Iterator[Case]:
    yield by_ocsp("ocsp-good", "good, signed by the AC", HEALTHY, response())
    yield by_ocsp("ocsp-revoked", "revoked, signed by the AC", LISTED, response(REVOKED))
    yield by_ocsp("ocsp-hold", "on hold", HELD, response(REVOKED, reason=HOLD))
    yield by_ocsp(
        "ocsp-no-reason", "revoked without a reason", LISTED, response(REVOKED, reason=None)
    )
    yield by_ocsp("ocsp-unknown", "the responder does not know it", UNREACHABLE, response(UNKNOWN))
    other = response(made=leaf(AC2, common="BELTRANO"))
    yield by_ocsp("ocsp-other", "an answer about another certificate", UNREACHABLE, other)
    namesake = ca("AC INVENTADA MULTIPLA v5", AC1, own="ca outra chave")
    wrong = response(issuer=namesake)
    yield by_ocsp(
        "ocsp-other-issuer", "an answer about another AC's certificate", UNREACHABLE, wrong
    )
    later = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    body = Answer(later.public_bytes(Encoding.DER), "")
    yield by_ocsp("ocsp-try-later", "the responder says tryLater", UNREACHABLE, body)
    yield by_ocsp("ocsp-page", "a web page in the answer's place", UNREACHABLE, Answer(HTML, ""))
    yield by_ocsp(
        "ocsp-spoilt", "one bit of the signature is changed", FORGED, response(spoil=True)
    )
    thief = ca("AC INVENTADA MULTIPLA v5", AC1, own="ca ladrao")
    yield by_ocsp("ocsp-forged", "signed by a stranger's key", FORGED, response(signer=thief))
    user = leaf(BELOW, by_responder())
    chain = (ROOT, TOP, BELOW)
    last = any_response(made=user, issuer=BELOW)
    for code, what, cause, status in (
        ("alone", "answers about all three, no list at all", HEALTHY, GOOD),
        ("ca-revoked", "the issuing AC is revoked", CA_REVOKED, REVOKED),
    ):
        top = any_response(made=TOP, issuer=ROOT)
        middle = any_response(status, made=BELOW, issuer=TOP)
        answers = [top, middle, last]
        yield case(f"ocsp-{code}", what, cause, user, chain=chain, crls=[], ocsp=answers)


def _delegated() -> Iterator[Case]:
    good, expired = _unchecked(), responder(ends=-1)
    plain = responder(eku=ObjectIdentifier("1.3.6.1.5.5.7.3.2"))
    alien = responder(ca("AC ALHEIA v5", AC1))
    beyond = SKEW + SECOND
    for code, what, cause, signer in (
        ("good", "a delegate of the AC", HEALTHY, good),
        ("no-mark", "a delegate without the mark that nobody need check it", HEALTHY, responder()),
        ("no-eku", "a certificate of the AC without OCSPSigning", FORGED, plain),
        ("alien", "a delegate of another AC", FORGED, alien),
        ("expired", "a delegate past its dates", UNREACHABLE, expired),
        ("at-end", "a delegate 300 s past its end", HEALTHY, _unchecked(ends=NOW - SKEW)),
        ("after-end", "a delegate 301 s past it", UNREACHABLE, _unchecked(ends=NOW - beyond)),
        ("at-begin", "a delegate 300 s too early", HEALTHY, _unchecked(begins=NOW + SKEW)),
        ("before", "a delegate 301 s too early", UNREACHABLE, _unchecked(begins=NOW + beyond)),
        ("from-above", "a delegate of the AC above the issuing one", FORGED, responder(AC1)),
    ):
        yield by_ocsp(f"delegate-{code}", f"signed by {what}", cause, response(signer=signer))
    what = "revoked, by a delegate of the AC"
    yield by_ocsp("delegate-revoked", what, LISTED, response(REVOKED, signer=good))
    what = "revoked, by a delegate of another AC"
    yield by_ocsp("delegate-alien-revoked", what, FORGED, response(REVOKED, signer=alien))


def _unchecked(begins: datetime = NOW - 100 * DAY, ends: datetime = NOW + 90 * DAY) -> Made:
    """A delegate whose own revocation nobody need ask for (RFC 6960 §4.2.2.2.1)."""
    return leaf(
        AC2,
        (x509.OCSPNoCheck(), False),
        common="RESPONDER QUE NAO SE CONFERE",
        own="responder",
        eku=(x509.oid.ExtendedKeyUsageOID.OCSP_SIGNING,),
        begins=begins,
        ends=ends,
    )


def _at_odds() -> Iterator[Case]:
    thief = key("ca ladrao")
    stale = crl(issued=NOW - 9 * DAY, until=NOW - DAY)
    released = crl(issued=NOW - HOUR)
    held = crl(AC2, ASKED, reason=HOLD, issued=NOW - DAY)
    for code, what, cause, lists, answers in (
        (
            "list-revokes",
            "the list revokes, the responder says good",
            LISTED,
            [crl(AC2, ASKED)],
            [response()],
        ),
        (
            "ocsp-revokes",
            "the responder revokes, the list says good",
            LISTED,
            [crl()],
            [response(REVOKED)],
        ),
        ("stale-list", "a stale list, a good answer", HEALTHY, [stale], [response()]),
        (
            "stale-ocsp",
            "a fresh list, a stale answer",
            HEALTHY,
            [crl()],
            [response(until=NOW - HOUR / 2)],
        ),
        (
            "forged-list",
            "a forged list, a good answer",
            HEALTHY,
            [crl(signer=thief)],
            [response()],
        ),
        (
            "unknown-ocsp",
            "a fresh list, a responder that does not know it",
            HEALTHY,
            [crl()],
            [response(UNKNOWN)],
        ),
        ("released", "on hold yesterday, released an hour ago", HEALTHY, [held, released], []),
        (
            "held-again",
            "released yesterday, on hold since an hour ago",
            HELD,
            [crl(AC2, ASKED, reason=HOLD, issued=NOW - HOUR), crl()],
            [],
        ),
        (
            "ocsp-released",
            "on hold by yesterday's list, good by the answer of an hour ago",
            HEALTHY,
            [held],
            [response()],
        ),
        (
            "revoked-then-good",
            "revoked by yesterday's list, not on today's",
            LISTED,
            [crl(AC2, ASKED), released],
            [],
        ),
        (
            "stale-and-forged",
            "a stale list and a forged answer",
            FORGED,
            [stale],
            [response(spoil=True)],
        ),
        (
            "early-and-stale",
            "a list of tomorrow and a stale one",
            EARLY,
            [crl(issued=NOW + DAY, until=NOW + 9 * DAY), stale],
            [],
        ),
    ):
        yield case(f"odds-{code}", what, cause, ASKED, crls=[*above(), *lists], ocsp=answers)


def _renewed() -> Iterator[Case]:
    new = ca("AC INVENTADA MULTIPLA v5", AC1, own="ca chave nova", length=0)
    chain = (*CHAIN, new)
    for code, what, cause, listed in (
        ("new-key", "the list is signed with the AC's new key", HEALTHY, ()),
        ("new-key-listed", "on the list that the AC's new key signed", LISTED, (ASKED,)),
    ):
        own = crl(AC2, *listed, signer=new.key)
        yield case(f"list-by-{code}", what, cause, ASKED, chain=chain, crls=[*above(), own])
    user = leaf(new)
    old = crl(new, signer=AC2.key)
    what = "the list is signed with the AC's old key"
    yield case("list-by-old-key", what, HEALTHY, user, chain=chain, crls=[*above(), old])
    alone = crl(AC2, signer=new.key, key_named=False)
    what = "the list is signed with a new key of the AC whose certificate is not at hand"
    yield by_list("list-by-unseen-key", what, UNREACHABLE, alone)
    named = x509.AuthorityKeyIdentifier.from_issuer_public_key(new.key.public_key())
    alone = crl(AC2, signer=new.key, extensions=((named, False),))
    what = "the same, and the list names that key"
    yield by_list("list-by-unseen-key-named", what, UNREACHABLE, alone)
    plain = crl(AC2, key_named=False)
    yield by_list("list-names-no-key", "the list names no key", HEALTHY, plain)
