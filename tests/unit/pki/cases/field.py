"""What several quirks of ICP-Brasil and of a town's network make together."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
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
    UNREACHABLE,
    above,
    by_list,
    response,
)
from tests.unit.pki.cases.case import CHAIN, HEALTHY, Case, case, fresh
from tests.unit.pki.cases.certificates import COMPANY, NO_CLIENT, NO_SIGNING, SOFT, rsa_ca
from tests.unit.pki.cases.paths import EXPIRED, MISSING
from tests.unit.pki.cases.rewriting import dates, remade, resigned, written
from tests.unit.pki.maker import (
    AC1,
    AC2,
    CLIENT_AUTH,
    CPF,
    DAY,
    EMAIL,
    LEAF,
    NOW,
    ROOT,
    ca,
    issue,
    key,
    leaf,
    name,
    other,
    policies,
    usage,
)
from tests.unit.pki.taken import SUBJECT
from tests.unit.pki.test_revocation import REVOKED, crl, point, responder

from a3check.pki.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LOGON, DOCUMENTS = (
    ObjectIdentifier("1.3.6.1.4.1.311.20.2.2"),
    ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),
)
ANY_USAGE = ObjectIdentifier("2.5.29.37.0")
NOT_YET, OVER, SOON = (
    f"certificate.{code}" for code in ("not_yet_valid", "expired", "expires_soon")
)
COMPANY_SOFT = "2.16.76.1.2.201.1"


def rows() -> Iterator[Case]:
    """Every row of this part."""
    yield from _rollovers()
    yield from _of_the_holder()
    yield from _late()
    yield from _addresses()
    yield from _renewed_keys()
    yield from _decoys()


def _rollovers() -> Iterator[Case]:
    """The change from one root to the next, and of an AC from one key to the next."""
    v12 = ca("Autoridade Certificadora Raiz Inventada v12")
    by_v12 = ca("AC INVENTADA v5", v12, listed=("2.16.76.1.1.1",))
    both = (*CHAIN, v12, by_v12)
    old = ca("AC INVENTADA v5", ROOT, listed=("2.16.76.1.1.1",), ends=NOW - DAY)
    what = "the way to v5 has expired, the AC of the first level hangs on v12, too"
    chain = (ROOT, old, AC2, v12, by_v12)
    yield case("roots-v5-over", what, HEALTHY, chain=chain, trusted=(ROOT, v12))
    what = "the same, and v12 is not known here"
    yield case("roots-v12-unknown", what, EXPIRED, chain=chain)
    lists = [crl(ROOT, AC1), crl(AC1), crl(), crl(v12)]
    what = "v5 revoked the AC of the first level, v12 did not"
    yield case("roots-v5-revoked", what, HEALTHY, chain=both, trusted=(ROOT, v12), crls=lists)
    lists = [crl(ROOT, AC1), crl(AC1), crl(), crl(v12, by_v12)]
    what = "v5 and v12 revoked the AC of the first level"
    trusted = (ROOT, v12)
    yield case("roots-both-revoked", what, CA_REVOKED, chain=both, trusted=trusted, crls=lists)
    new = ca("AC INVENTADA MULTIPLA v5", AC2, own="ca girada", length=None)
    what = "an AC's new key is certified by its old one (self-issued), and the new one lists"
    lists = [*above(), crl(AC2), crl(new)]
    rolled = (*CHAIN[:2], ca("AC INVENTADA MULTIPLA v5", AC1), new)
    yield case("self-issued-rollover", what, HEALTHY, leaf(new), chain=rolled, crls=lists)
    reissued = ca("AC INVENTADA MULTIPLA v5", AC1, length=0, ends=NOW + 900 * DAY)
    lists = [crl(ROOT), crl(AC1, AC2), crl()]
    what = "the AC was certified anew with its key, and its older certificate was revoked"
    yield case("reissued-old-revoked", what, HEALTHY, chain=(*CHAIN, reissued), crls=lists)
    what = "the same, and the certificate itself was revoked"
    lists = [crl(ROOT), crl(AC1, AC2), crl(AC2, LEAF)]
    yield case("reissued-and-leaf", what, LISTED, chain=(*CHAIN, reissued), crls=lists)
    twin = issue(
        name("Autoridade Certificadora Raiz Inventada v5"),
        None,
        ROOT.key,
        (x509.BasicConstraints(True, None), True),
        (usage(ca=True, crl=True), True),
        ends=NOW + 3000 * DAY,
    )
    what = "beside the trusted root lies another certificate of its key, newer and not trusted"
    yield case("root-twice", what, HEALTHY, chain=(twin, *CHAIN))


def _of_the_holder() -> Iterator[Case]:
    for code, what, cause, eku in (
        ("logon-only", "Windows' logon alone", NO_CLIENT, (LOGON,)),
        ("logon-and-client", "Windows' logon and clientAuth", HEALTHY, (LOGON, CLIENT_AUTH)),
        ("documents", "signing of documents and e-mail", NO_CLIENT, (DOCUMENTS, EMAIL)),
        ("any-and-logon", "any usage and Windows' logon", HEALTHY, (ANY_USAGE, LOGON)),
    ):
        yield case(f"usage-{code}", f"extended key usage: {what}", cause, leaf(AC2, eku=eku))
    consent = x509.KeyUsage(False, True, True, False, False, False, False, False, False)
    made = issue(
        name(f"FULANO DE TAL:{CPF}"),
        AC2,
        key("leaf"),
        (consent, True),
        (x509.ExtendedKeyUsage([LOGON]), False),
        (policies("2.16.76.1.2.3.36"), False),
        ends=NOW + 5 * DAY,
    )
    what = "nonRepudiation and keyEncipherment, Windows' logon, and five days left"
    also = (NO_SIGNING, SOON)
    yield case("consent+logon+soon", what, NO_CLIENT, made, also=also)
    wide = ca("AC DE EMPRESAS v12", AC1, listed=(COMPANY_SOFT, "2.16.76.1.2.202.1"))
    chain = (ROOT, AC1, wide)
    responsible = x509.SubjectAlternativeName(
        [other("2.16.76.1.3.4", "01021980" + CPF), other("2.16.76.1.3.3", "11222333000181")]
    )
    soft = leaf(wide, listed=(COMPANY_SOFT,), san=responsible, common="EMPRESA LTDA")
    what = "a company's SE-S with a person responsible, on the list"
    lists = [*above(), crl(wide, soft)]
    also = (COMPANY, LISTED)
    yield case("se-s+revoked", what, SOFT, soft, also=also, chain=chain, crls=lists)
    old = leaf(
        wide,
        listed=("2.16.76.1.2.202.1",),
        san=responsible,
        begins=NOW - 500 * DAY,
        ends=NOW - DAY,
    )
    what = "a company's SE-H that has expired"
    yield case("se-h+expired", what, OVER, old, also=(COMPANY,), chain=chain)
    number = int.from_bytes(b"\x7f" + b"\xfe" * 19)
    high = leaf(AC2, number=number)
    lists = [*above(), crl(AC2, leaf(AC2, number=number - 1))]
    yield case(
        "serial-20-beside", "serial of 20 bytes, its neighbour listed", HEALTHY, high, crls=lists
    )
    lists = [*above(), crl(AC2, high)]
    yield case("serial-20-listed", "serial of 20 bytes, on the list", LISTED, high, crls=lists)
    made_ = resigned(LEAF, AC2.key, dates((0x18, "20250101000000Z"), (0x18, "20280101000000Z")))
    yield case("dates-generalized", "GeneralizedTime where UTCTime is due", HEALTHY, made_)
    rsa = rsa_ca()
    chain = (ROOT, AC1, rsa)
    p521 = leaf(rsa, own="p521 holder")
    what = "a P-256 key under an AC with RSA 4096, whose list lists another"
    lists = [*above(), crl(rsa, leaf(rsa))]
    yield case("ec-below-rsa", what, HEALTHY, p521, chain=chain, crls=lists)
    early = leaf(AC2, begins=NOW + 2 * HOUR)
    what = "it begins in two hours, and the list was published in three"
    ahead = crl(issued=NOW + 3 * HOUR, until=NOW + DAY)
    lists = [*above(), ahead]
    yield case("fresh+clock-behind", what, NOT_YET, early, also=(EARLY,), crls=lists)


def _late() -> Iterator[Case]:
    late = crl(issued=NOW - DAY, until=NOW - 10 * MINUTE)
    held = crl(AC2, ASKED, reason=HOLD, issued=NOW - 2 * DAY)
    again = crl(AC2, ASKED, reason=HOLD, issued=NOW - HOUR)
    stale = crl(AC2, ASKED, reason=HOLD, issued=NOW - 9 * DAY, until=NOW - DAY)
    spoilt = response(spoil=True)
    old = response(issued=NOW - 30 * DAY, until=NOW - 29 * DAY)
    gone = crl(AC2, ASKED, issued=NOW - DAY, until=NOW - 10 * MINUTE)
    for code, what, cause, lists, answers in (
        (
            "list+forged-ocsp",
            "a list ten minutes late, a forged answer",
            HEALTHY,
            [late],
            [spoilt],
        ),
        (
            "list-lifts-hold",
            "on hold two days ago, off a list that is late",
            HEALTHY,
            [held, late],
            [],
        ),
        ("list-held-since", "a late list, on hold since an hour ago", HELD, [late, again], []),
        (
            "hold-stale+good",
            "on hold on a stale list, good by the responder",
            HEALTHY,
            [stale],
            [response()],
        ),
        ("replayed-ocsp", "a month-old good answer, a list that is late", HEALTHY, [late], [old]),
        (
            "replayed-ocsp+listed",
            "a month-old good answer, listed on a late list",
            LISTED,
            [gone],
            [old],
        ),
        (
            "list+revoked-ocsp",
            "a late list, revoked by the responder",
            LISTED,
            [late],
            [response(REVOKED)],
        ),
    ):
        yield case(f"late-{code}", what, cause, ASKED, crls=[*above(), *lists], ocsp=answers)
    up = crl(AC1, issued=NOW - DAY, until=NOW - 10 * MINUTE)
    both = [crl(ROOT), up, late]
    yield case("late-all", "the lists of both ACs are ten minutes late", HEALTHY, crls=both)
    both = [crl(ROOT), crl(AC1, issued=NOW - DAY, until=NOW - 2 * HOUR), late]
    yield case("late-and-later", "one list is ten minutes late, one two hours", STALE, crls=both)


def _addresses() -> Iterator[Case]:
    ldap = x509.UniformResourceIdentifier(
        "ldap://dir.inventado.invalid/cn=AC?certificateRevocationList"
    )
    full = x509.DistributionPoint([ldap], None, None, None)
    only = leaf(AC2, (x509.CRLDistributionPoints([full]), False))
    what = "its list is said to be in a directory (LDAP) alone"
    yield case("ldap-only", what, UNREACHABLE, only, crls=above())
    web = x509.DistributionPoint(
        [ldap, x509.UniformResourceIdentifier("http://a.invalid/1.crl")], None, None, None
    )
    either = leaf(AC2, (x509.CRLDistributionPoints([web]), False))
    part = crl(extensions=point("http://a.invalid/1.crl"))
    what = "in a directory and on the web, and the list names the second"
    yield case("ldap-and-web", what, HEALTHY, either, crls=[*above(), part])
    delta = crl(AC2, ASKED, extensions=((x509.DeltaCRLIndicator(5), True),))
    yield by_list("delta-lists", "not on the whole list, on its delta", LISTED, crl(), delta)


def _renewed_keys() -> Iterator[Case]:
    common = "AC INVENTADA MULTIPLA v5"
    second, third = (ca(common, AC1, own=f"ca chave {n}", length=0) for n in (2, 3))
    chain = (*CHAIN, second, third)
    listed = crl(third, LEAF)
    what = "of three keys of the AC the third signed the list, which lists it"
    yield case("three-keys-listed", what, LISTED, chain=chain, crls=[*above(), listed])
    delegate = responder(third)
    answer = response(signer=delegate)
    what = "a delegate of the AC's third key says good"
    yield case(
        "delegate-of-third-key", what, HEALTHY, ASKED, chain=chain, crls=above(), ocsp=[answer]
    )
    what = "the same, and that key's certificate is not at hand"
    yield case("delegate-of-unseen-key", what, UNREACHABLE, ASKED, crls=above(), ocsp=[answer])
    over = ca(common, AC1, own="ca chave 0", length=0, begins=NOW - 900 * DAY, ends=NOW - DAY)
    what = "the list is signed with a key of the AC whose certificate has expired"
    lists = [*above(), crl(AC2, signer=over.key, key_named=False)]
    yield case("list-by-expired-key", what, UNREACHABLE, chain=(*CHAIN, over), crls=lists)
    stolen = crl(AC2, signer=second.key, key_named=False)
    what = "the list is signed with a key of the AC that its own AC has revoked"
    lists = [crl(ROOT), crl(AC1, second), stolen]
    yield case("list-by-revoked-key", what, UNREACHABLE, chain=(*CHAIN, second), crls=lists)
    strange = ca(common, None, own="ca de ninguem")
    what = "the list is signed by a namesake that no trusted root vouches for"
    lists = [*above(), crl(strange)]
    yield case("list-by-namesake", what, UNREACHABLE, chain=(*CHAIN, strange), crls=lists)
    lists = [*above(), crl(strange, LEAF), crl()]
    what = "the namesake's list lists it, the AC's own does not"
    yield case("namesake-lists", what, HEALTHY, chain=(*CHAIN, strange), crls=lists)
    lists = [*above(), crl(AC2, signer=strange.key)]
    what = "a list that names the AC's key and is signed by the namesake's"
    yield case("list-lies-about-key", what, FORGED, chain=(*CHAIN, strange), crls=lists)
    lists = [*above(), crl(second), crl(AC2, signer=strange.key, issued=NOW - HOUR)]
    what = "a forged list, newer than the one that the AC's second key signed"
    yield case("forged-beside-second-key", what, HEALTHY, chain=chain, crls=lists)
    top = ca("AC INVENTADA v5", ROOT, own="ca primeira nova", listed=("2.16.76.1.1.1",))
    lists = [crl(ROOT), crl(top, AC2), crl()]
    what = "the first level's new key signed the list that revokes the issuing AC"
    yield case("ca-revoked-by-new-key", what, CA_REVOKED, chain=(*CHAIN, top), crls=lists)
    lists = [crl(ROOT), crl(top), crl()]
    what = "the first level's new key signed the list about the issuing AC, and is not at hand"
    yield case("ca-list-by-unseen-key", what, UNREACHABLE, crls=lists)


def _decoys() -> Iterator[Case]:
    common = "AC INVENTADA MULTIPLA v5"
    decoys = [ca(common, None, own=f"isca {n}", ends=NOW + (900 + n) * DAY) for n in range(20)]
    what = "twenty strangers with the AC's name in the pool"
    yield case("twenty-namesakes", what, HEALTHY, chain=(*decoys, *CHAIN))
    what = "the same without the AC itself"
    also = (UNREACHABLE,)
    chain = (*decoys, ROOT, AC1)
    yield case("only-namesakes", what, MISSING, also=also, chain=chain, crls=[fresh(ROOT)])
    wide = remade(AC2, AC1.key, {SUBJECT: written(0x1E, C="BR", O="ICP-Brasil", CN=common)})
    yield case(
        "list-of-bmp", "the AC's name as BMPString, and its list", HEALTHY, chain=(ROOT, AC1, wide)
    )
    signed = _list_named(common.lower())
    yield by_list(
        "list-of-other-letters", "the list writes the AC's name in small letters", HEALTHY, signed
    )


def _list_named(common: str) -> Answer:
    builder = x509.CertificateRevocationListBuilder(name(common), NOW - DAY, NOW + DAY)
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(AC2.key.public_key())
    assert isinstance(AC2.key, ec.EllipticCurvePrivateKey)
    made = builder.add_extension(own, critical=False).sign(AC2.key, hashes.SHA256())
    return Answer(made.public_bytes(Encoding.DER), "lista")
