"""Two faults at once: the register's order decides which is the cause, and both are told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier
from tests.unit.pki.cases.answers import (
    ASKED,
    CA_REVOKED,
    EARLY,
    FORGED,
    HELD,
    HOLD,
    LISTED,
    STALE,
    above,
    response,
)
from tests.unit.pki.cases.case import HEALTHY, Case, case
from tests.unit.pki.cases.certificates import (
    COMPANY,
    NO_CLIENT,
    NO_SIGNING,
    SOFT,
    TYPES,
    WEAK,
    WIDE,
    WIDE_CHAIN,
    WRONG,
)
from tests.unit.pki.cases.paths import (
    BAD,
    EXPIRED,
    INVALID,
    MISSING,
    NOT_ISSUED,
    TEST_ROOT,
    UNKNOWN_ROOT,
    UNREACHABLE,
    UNSUPPORTED,
    UNTOLD,
    WEAK_CA,
    WITHDRAWN,
)
from tests.unit.pki.cases.rewriting import resigned, rsa_of
from tests.unit.pki.maker import AC1, AC2, DAY, EMAIL, LEAF, NOW, ROOT, ca, key, leaf
from tests.unit.pki.taken import SPKI
from tests.unit.pki.test_revocation import REVOKED, crl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.pki.maker import Made

    from a3check.pki.answers import Answer

OVER, COMING, SOON = (
    f"certificate.{code}" for code in ("expired", "not_yet_valid", "expires_soon")
)
ODD = (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\5\0"), True)
BEGAN, ENDED = NOW - 900 * DAY, NOW - 3 * DAY


def old_list(issuer: Made = AC2) -> Answer:
    """A list whose nextUpdate was yesterday."""
    return crl(issuer, issued=NOW - 9 * DAY, until=NOW - DAY)


def rows() -> Iterator[Case]:
    """Every row of two faults or more, and the dates of the certificate itself."""
    yield from _dates()
    yield from _expired_and()
    yield from _type_and()
    yield from _path_and()
    yield from _revoked_and()
    yield from _nobody_knows()


def _dates() -> Iterator[Case]:
    second = timedelta(seconds=1)
    ends = leaf(AC2, ends=NOW)
    for code, moment, cause, also in (
        ("at-end", NOW, HEALTHY, (SOON,)),
        ("after-end", NOW + second, OVER, ()),
        ("before-end", NOW - second, HEALTHY, (SOON,)),
    ):
        what = f"it ends {(NOW - moment).total_seconds():.0f} s after the moment"
        yield case(f"date-{code}", what, cause, ends, also=also, moment=moment)
    begins = leaf(AC2, begins=NOW)
    for code, moment, cause in (
        ("at-begin", NOW, HEALTHY),
        ("before-begin", NOW - second, COMING),
    ):
        what = f"it began {(moment - NOW).total_seconds():.0f} s before the moment"
        yield case(f"date-{code}", what, cause, begins, moment=moment)
    for code, left, also in (
        ("just-30", 30 * DAY, (SOON,)),
        ("over-30", 30 * DAY + second, ()),
        ("29", 29 * DAY, (SOON,)),
    ):
        made = leaf(AC2, ends=NOW + left)
        what = f"{left.total_seconds():.0f} s are left"
        yield case(f"date-{code}-days-left", what, HEALTHY, made, also=also)
    yield case("date-expired", "ended three days ago", OVER, leaf(AC2, begins=BEGAN, ends=ENDED))
    yield case("date-coming", "begins tomorrow", COMING, leaf(AC2, begins=NOW + DAY))


def _expired_and() -> Iterator[Case]:
    old = leaf(AC2, begins=BEGAN, ends=ENDED)
    listed = [*above(), crl(AC2, old)]
    yield case(
        "expired+revoked", "expired and on the list", OVER, old, also=(LISTED,), crls=listed
    )
    yield case("expired+unreachable", "expired, no answers", OVER, old, also=UNTOLD, crls=[])
    also = (MISSING, UNREACHABLE)
    yield case("expired+missing", "expired, no issuer", OVER, old, also=also, chain=(ROOT, AC1))
    issuer = ca("AC VENCIDA COM O TITULAR v5", AC1, begins=BEGAN, ends=ENDED)
    what = "certificate and issuing AC expired"
    made = leaf(issuer, begins=BEGAN, ends=ENDED)
    yield case("expired+ca-expired", what, OVER, made, also=(EXPIRED,), chain=(ROOT, AC1, issuer))
    a1 = leaf(WIDE, listed=(TYPES + "1.1",), begins=BEGAN, ends=ENDED)
    yield case("expired+a1", "an expired A1", OVER, a1, also=(SOFT,), chain=WIDE_CHAIN)
    small = resigned(old, AC2.key, {SPKI: rsa_of(1024)})
    yield case("expired+weak", "expired, RSA 1024", OVER, small, also=(WEAK,))
    what = "begins tomorrow, and so does the list: a clock that is behind"
    made = leaf(AC2, begins=NOW + DAY)
    lists = [*above(), crl(issued=NOW + DAY, until=NOW + 9 * DAY)]
    yield case("coming+early-list", what, COMING, made, also=(EARLY,), crls=lists)
    soon = leaf(AC2, ends=NOW + 3 * DAY)
    lists = [*above(), crl(AC2, soon)]
    what = "three days left, and revoked"
    yield case("soon+revoked", what, LISTED, soon, also=(SOON,), crls=lists)


def _type_and() -> Iterator[Case]:
    none = leaf(WIDE, listed=())
    also = (MISSING, UNREACHABLE)
    what = "no type, and the issuer is missing"
    yield case("wrong-type+missing", what, WRONG, none, also=also, chain=(ROOT, AC1))
    root = ca("Autoridade Certificadora Raiz v5 - HOM")
    tests = ca("AC DE TESTES v5", root, listed=(TYPES + "1.1",))
    what = "an A1 below a root of homologation"
    made = leaf(tests, listed=(TYPES + "1.1",))
    also = (TEST_ROOT, UNREACHABLE)
    yield case("a1+test-root", what, SOFT, made, also=also, chain=(ROOT, root, tests))
    stranger = ca("Raiz de ninguém")
    below = ca("AC DE NINGUEM", stranger)
    weak = resigned(leaf(below), below.key, {SPKI: rsa_of(1024)})
    what = "RSA 1024 below a root of nobody"
    also = (UNKNOWN_ROOT, UNREACHABLE)
    yield case("weak+unknown-root", what, WEAK, weak, also=also, chain=(ROOT, stranger, below))
    user = leaf(WIDE, listed=(TYPES + "1.1",))
    lists = [*above(), crl(WIDE, user)]
    what = "an A1 that is revoked"
    yield case("a1+revoked", what, SOFT, user, also=(LISTED,), chain=WIDE_CHAIN, crls=lists)
    both = leaf(AC2, eku=(EMAIL,), signs=False)
    yield case("no-client+no-signature", "two usages lack", NO_CLIENT, both, also=(NO_SIGNING,))
    company = leaf(WIDE, listed=(TYPES + "202.1",))
    lists = [*above(), crl(WIDE, company)]
    what = "a company's SE-H that is revoked"
    yield case(
        "company+revoked", what, LISTED, company, also=(COMPANY,), chain=WIDE_CHAIN, crls=lists
    )
    made = leaf(AC2, listed=(TYPES + "1.9",))
    what = "an A1 from an AC that may issue A3 alone"
    yield case("a1+not-issued", what, SOFT, made, also=(NOT_ISSUED,))
    own = leaf(ca("AC DA EMPRESA", organization="Empresa"), listed=(), organization="Empresa")
    what = "not ICP-Brasil's, its root not trusted"
    also = (MISSING, UNREACHABLE)
    yield case("not-icp+missing", what, "certificate.not_icp_brasil", own, also=also)
    sha1 = resigned(leaf(AC2, eku=(EMAIL,)), AC2.key, scheme="EC SHA-1")
    yield case("weak+no-client", "SHA-1 and no clientAuth", NO_CLIENT, sha1, also=(WEAK,))


def _path_and() -> Iterator[Case]:
    issuer = ca("AC VENCIDA E REVOGADA v5", AC1, begins=BEGAN, ends=ENDED)
    user = leaf(issuer)
    chain = (ROOT, AC1, issuer)
    lists = [crl(ROOT), crl(AC1, issuer), crl(issuer)]
    what = "the issuing AC expired and was revoked"
    yield case(
        "ca-expired+ca-revoked", what, EXPIRED, user, also=(CA_REVOKED,), chain=chain, crls=lists
    )
    lists = [*above(), crl(issuer, user, reason=HOLD)]
    what = "the issuing AC expired, the certificate is on hold"
    yield case("ca-expired+held", what, EXPIRED, user, also=(HELD,), chain=chain, crls=lists)
    other = ca("AC DE A1 v5", AC1, listed=(TYPES + "1.1",))
    user = leaf(other)
    lists = [crl(ROOT), crl(AC1, other), crl(other)]
    what = "an A3 from an AC for A1 that was revoked"
    yield case(
        "not-issued+ca-revoked",
        what,
        NOT_ISSUED,
        user,
        also=(CA_REVOKED,),
        chain=(ROOT, AC1, other),
        crls=lists,
    )
    small = ca("AC VENCIDA P-192 v5", AC1, own="p192 ca", begins=BEGAN, ends=ENDED)
    what = "the issuing AC expired and its key is short"
    yield case(
        "ca-expired+weak-ca", what, EXPIRED, leaf(small), also=(WEAK_CA,), chain=(ROOT, AC1, small)
    )
    false = ca(ROOT.facts.common_name, own="ca falsa")
    below = ca("AC DA RAIZ FALSA v5", false)
    user = leaf(below)
    lists = [crl(false), crl(below, user)]
    what = "below a look-alike root, whose AC revoked it"
    yield case(
        "lookalike+revoked",
        what,
        UNKNOWN_ROOT,
        user,
        also=(LISTED,),
        chain=(ROOT, false, below),
        crls=lists,
    )
    no_ca = ca("AC NENHUMA VENCIDA v5", AC1, is_ca=False, begins=BEGAN, ends=ENDED)
    what = "the issuer is no CA and expired"
    yield case(
        "ca-expired+no-ca", what, EXPIRED, leaf(no_ca), also=(INVALID,), chain=(ROOT, AC1, no_ca)
    )
    what = "the AC left the list, and it was revoked"
    lists = [crl(ROOT), crl(AC1, AC2), crl()]
    yield case(
        "withdrawn+ca-revoked", what, CA_REVOKED, also=(WITHDRAWN,), withdrawn=(AC2,), crls=lists
    )
    old = ca("AC VELHA E FORA v5", AC1, begins=BEGAN, ends=ENDED)
    what = "the AC left the list and expired: then that it left is not told"
    yield case(
        "withdrawn+ca-expired", what, EXPIRED, leaf(old), chain=(ROOT, AC1, old), withdrawn=(old,)
    )
    forged = leaf(AC2, ODD, signer=key("ca ladrao"))
    what = "a forged signature and a critical extension that nobody knows"
    yield case("bad-signature+unsupported", what, BAD, forged, also=(UNSUPPORTED, UNREACHABLE))
    top = ca("AC CURTA v5", ROOT, length=0)
    deep = ca("AC FUNDA E VENCIDA v5", top, begins=BEGAN, ends=ENDED)
    what = "a path too deep for its pathLen, and its last AC expired"
    yield case(
        "ca-expired+length", what, EXPIRED, leaf(deep), also=(INVALID,), chain=(ROOT, top, deep)
    )


def _revoked_and() -> Iterator[Case]:
    mine = crl(AC2, LEAF)
    for code, what, also, lists in (
        (
            "ca-stale",
            "revoked, the list about its AC is stale",
            STALE,
            [crl(ROOT), old_list(AC1), mine],
        ),
        ("ca-unreachable", "revoked, nothing is known of its AC", UNREACHABLE, [crl(ROOT), mine]),
        ("ca-revoked", "revoked, and its AC, too", CA_REVOKED, [crl(ROOT), crl(AC1, AC2), mine]),
        (
            "ca-forged",
            "revoked, the list about its AC is forged",
            FORGED,
            [crl(ROOT), crl(AC1, signer=key("ca ladrao")), mine],
        ),
    ):
        yield case(f"revoked+{code}", what, LISTED, also=(also,), crls=lists)
    thief = key("ca ladrao")
    forged = crl(signer=thief)
    what = "a forged list about it, nothing about its AC"
    yield case("forged+unreachable", what, FORGED, also=UNTOLD, crls=[crl(ROOT), forged])
    what = "a forged list about it, a stale one about its AC"
    yield case(
        "forged+ca-stale", what, FORGED, also=(STALE,), crls=[crl(ROOT), old_list(AC1), forged]
    )
    what = "revoked by the responder, no list of the CAs"
    yield case(
        "revoked+no-lists", what, LISTED, ASKED, also=UNTOLD, crls=[], ocsp=[response(REVOKED)]
    )
    what = "revoked by its AC, whose own AC is missing"
    yield case("revoked+missing", what, LISTED, also=(MISSING,), chain=(ROOT, AC2), crls=[mine])
    odd = leaf(AC2, ODD)
    what = "a critical extension that nobody knows, and revoked"
    yield case(
        "revoked+unsupported",
        what,
        LISTED,
        odd,
        also=(UNSUPPORTED,),
        crls=[*above(), crl(AC2, odd)],
    )
    user = leaf(AC2, ends=NOW + 9 * DAY)
    what = "nine days left, and a stale list"
    yield case("soon+stale", what, STALE, user, also=(SOON,), crls=[*above(), old_list()])


def _nobody_knows() -> Iterator[Case]:
    what = "nothing about the certificate, a stale list about its AC"
    lists = [crl(ROOT), old_list(AC1)]
    yield case("unreachable+ca-stale", what, UNREACHABLE, also=(STALE,), crls=lists)
    odd = leaf(AC2, ODD)
    what = "a critical extension that nobody knows, and a stale list"
    lists = [*above(), old_list()]
    yield case("unsupported+stale", what, UNSUPPORTED, odd, also=(STALE,), crls=lists)
    weak = ca("AC P-192 AVULSA v5", ca("Raiz que falta"), own="p192 ca")
    what = "a weak AC whose own AC is missing: the fault is told before what lacks"
    also = (MISSING, UNREACHABLE)
    yield case("missing+weak-ca", what, WEAK_CA, leaf(weak), also=also, chain=(ROOT, weak))
    hold = crl(AC2, ASKED, reason=HOLD, issued=NOW - DAY)
    what = "on hold, and an answer that is forged"
    yield case(
        "held+forged", what, HELD, ASKED, crls=[*above(), hold], ocsp=[response(spoil=True)]
    )
