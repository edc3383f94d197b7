"""The way to a root: missing, foreign, expired, weak, unfit CAs; names and reissued keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from tests.unit.pki.cases.case import CHAIN, HEALTHY, Case, case
from tests.unit.pki.cases.rewriting import (
    remade,
    resigned,
    rsa_key,
    rsa_of,
    without,
    written,
)
from tests.unit.pki.maker import (
    A3,
    AC1,
    AC2,
    DAY,
    LEAF,
    NOW,
    ROOT,
    SERVER_AUTH,
    Made,
    ca,
    issue,
    key,
    leaf,
    name,
    policies,
    usage,
)
from tests.unit.pki.maker import der as encode
from tests.unit.pki.taken import SPKI, SUBJECT, spki
from tests.unit.pki.test_revocation import crl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.asymmetric import rsa

MISSING, UNKNOWN_ROOT = "chain.issuer_missing", "chain.root_unknown"
TEST_ROOT, NEWER = "chain.test_root", "chain.root_newer"
BAD, EXPIRED, WEAK_CA = "chain.bad_signature", "chain.ca_expired", "chain.weak_ca"
WITHDRAWN, INVALID = "chain.ca_withdrawn", "chain.invalid_ca"
NOT_ISSUED, UNSUPPORTED = "chain.policy_not_issued", "chain.unsupported"
UNREACHABLE = "revocation.unreachable"
UNTOLD = (UNREACHABLE,)
"""Below no trusted root nobody can be asked."""


def rows() -> Iterator[Case]:
    """Every row about the way to a root."""
    yield from _whole()
    yield from _missing()
    yield from _foreign()
    yield from _forged()
    yield from _dates()
    yield from _weak()
    yield from _unfit()
    yield from _policies()
    yield from _unjudged()
    yield from _names()
    yield from _reissued()


def _whole() -> Iterator[Case]:
    turned = tuple(reversed(CHAIN))
    yield case("pool-turned", "the CAs in the other order", HEALTHY, chain=turned)
    yield case("pool-twice", "every CA twice", HEALTHY, chain=(*CHAIN, *CHAIN))
    stranger = ca("AC DE OUTRO RAMO v5", ca("Raiz de outro ramo"))
    yield case("pool-stranger", "a CA of another tree beside", HEALTHY, chain=(*CHAIN, stranger))
    first = ca("AC INVENTADA DIRETA v5", ROOT)
    yield case(
        "one-ca", "issued by an AC of the first level", HEALTHY, leaf(first), chain=(ROOT, first)
    )
    yield case("by-the-root", "issued by the root itself", HEALTHY, leaf(ROOT), chain=(ROOT,))
    own = leaf(AC2)
    yield case(
        "pool-has-leaf",
        "the certificate itself among the CAs",
        HEALTHY,
        own,
        chain=(*CHAIN, own.der),
    )
    yield case(
        "pool-garbage",
        "bytes that are no certificate among the CAs",
        HEALTHY,
        chain=(*CHAIN, b"?"),
    )


def _missing() -> Iterator[Case]:
    for code, what, chain in (
        ("issuer", "the issuing AC is not at hand", (ROOT, AC1)),
        ("middle", "the AC of the first level is not at hand", (ROOT, AC2)),
        ("root", "the root's certificate is not at hand", (AC1, AC2)),
        ("all", "no CA is at hand", ()),
    ):
        yield case(f"missing-{code}", what, MISSING, also=UNTOLD, chain=chain)
    namesake = ca("AC INVENTADA MULTIPLA v5", AC1, own="ca outra chave")
    what = "only a CA of the same name with another key is at hand"
    yield case("missing-other-key", what, MISSING, also=UNTOLD, chain=(ROOT, AC1, namesake))


def _foreign() -> Iterator[Case]:
    def below(root: Made, middle: str = "AC DE ALGUEM") -> tuple[Made, tuple[Made, ...]]:
        issuer = ca(middle, root)
        return leaf(issuer), (ROOT, root, issuer)

    new = NOW - 30 * DAY
    for code, what, cause, root in (
        ("stranger", "a root of nobody", UNKNOWN_ROOT, ca("Raiz de ninguém")),
        (
            "lookalike",
            "a root with the trusted one's name",
            UNKNOWN_ROOT,
            ca(ROOT.facts.common_name, own="ca falsa"),
        ),
        (
            "borrowed-v5",
            "a root with the name of the real v5",
            UNKNOWN_ROOT,
            ca("Autoridade Certificadora Raiz Brasileira v5"),
        ),
        (
            "borrowed-v12-new",
            "a root with the name of the real v12, made last month",
            UNKNOWN_ROOT,
            ca("Autoridade Certificadora Raiz Brasileira v12", begins=new),
        ),
        (
            "newer",
            "a root that calls itself v14 and is newer than the catalogue",
            NEWER,
            ca("Autoridade Certificadora Raiz Brasileira v14", begins=new),
        ),
        (
            "v14-old",
            "a root that calls itself v14 and is older than the catalogue",
            UNKNOWN_ROOT,
            ca("Autoridade Certificadora Raiz Brasileira v14"),
        ),
        (
            "newer-stranger",
            "a new root of nobody",
            UNKNOWN_ROOT,
            ca("Raiz nova", organization="Outra", begins=new),
        ),
        (
            "test",
            "a root of homologation",
            TEST_ROOT,
            ca("Autoridade Certificadora Raiz v5 - HOM"),
        ),
        ("test-word", "a root that says Homologacao", TEST_ROOT, ca("AC Raiz de Homologacao")),
    ):
        made, chain = below(root)
        yield case(f"root-{code}", what, cause, made, also=UNTOLD, chain=chain)
    hidden = ca("Autoridade Certificadora Raiz Brasileira v10")
    made, (_, _, issuer) = below(hidden)
    what = "its root is v10 by name, for servers, and not at hand"
    yield case("root-for-servers", what, UNKNOWN_ROOT, made, also=UNTOLD, chain=(ROOT, issuer))
    made, (_, _, issuer) = below(ca("Raiz que falta"), "AC TESTE v5 HOM")
    what = "the AC of homologation has no root at hand"
    yield case("root-test-missing", what, TEST_ROOT, made, also=UNTOLD, chain=(ROOT, issuer))
    lone = leaf(_self(), common="FULANO DE TAL")
    alone = issue(
        name("FULANO DE TAL"), None, key("leaf"), (policies(A3), False), (usage(sign=True), True)
    )
    yield case("self-signed", "signed by its own key", UNKNOWN_ROOT, alone, also=UNTOLD)
    what = "signed by its own key, with a critical extension that nobody knows"
    odd = (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\5\0"), True)
    alone = issue(
        name("FULANO DE TAL"),
        None,
        key("leaf"),
        odd,
        (policies(A3), False),
        (usage(sign=True), True),
    )
    also = (UNSUPPORTED, *UNTOLD)
    yield case("self-signed-critical", what, UNKNOWN_ROOT, alone, also=also)
    what = "issued by a self-signed certificate that is no CA"
    also = (INVALID, *UNTOLD)
    yield case("root-no-ca", what, UNKNOWN_ROOT, lone, also=also, chain=(ROOT, _self()))


def _self() -> Made:
    return ca("CERTIFICADO AVULSO", is_ca=False)


def _forged() -> Iterator[Case]:
    thief = key("ca ladrao")
    forged = leaf(AC2, signer=thief)
    yield case(
        "forged-leaf", "signed by a stranger's key in the AC's name", BAD, forged, also=UNTOLD
    )
    tampered = bytearray(LEAF.der)
    at = tampered.find(b"FULANO")
    tampered[at : at + 6] = b"SICANO"
    yield case(
        "tampered-leaf", "the name was changed afterwards", BAD, bytes(tampered), also=UNTOLD
    )
    false = ca("AC FALSA v5", AC1, signer=thief)
    what = "the issuing AC was signed by a stranger's key"
    yield case("forged-ca", what, BAD, leaf(false), also=UNTOLD, chain=(ROOT, AC1, false))
    no_aki = leaf(AC2, aki=False)
    namesake = ca("AC INVENTADA MULTIPLA v5", AC1, own="ca outra chave")
    what = "no key identifier, and the CA of that name has another key"
    yield case("other-key-no-aki", what, BAD, no_aki, also=UNTOLD, chain=(ROOT, AC1, namesake))
    both = (ROOT, AC1, namesake, AC2)
    yield case(
        "both-keys-no-aki", "no key identifier, two CAs of that name", HEALTHY, no_aki, chain=both
    )


def _dates() -> Iterator[Case]:
    past, coming = NOW - DAY, NOW + DAY
    old = ca("AC VENCIDA v5", AC1, ends=past)
    yield case(
        "ca-expired",
        "the issuing AC expired yesterday",
        EXPIRED,
        leaf(old),
        chain=(ROOT, AC1, old),
    )
    early = ca("AC ADIANTADA v5", AC1, begins=coming)
    what = "the issuing AC begins tomorrow"
    yield case("ca-not-yet-valid", what, EXPIRED, leaf(early), chain=(ROOT, AC1, early))
    root = ca("Raiz inventada vencida", ends=past)
    below = ca("AC SOB RAIZ VENCIDA v5", root)
    what = "the trusted root expired yesterday"
    yield case("root-expired", what, EXPIRED, leaf(below), chain=(root, below), trusted=root)
    renewed = ca("AC VENCIDA v5", AC1)
    what = "an expired AC beside its renewal with the same key"
    yield case("ca-renewed", what, HEALTHY, leaf(old), chain=(ROOT, AC1, old, renewed))
    end = NOW
    edge = ca("AC NO LIMITE v5", AC1, begins=NOW - 100 * DAY, ends=end)
    user = leaf(edge, begins=NOW - 90 * DAY)
    second = timedelta(seconds=1)
    chain = (ROOT, AC1, edge)
    for code, moment, cause in (
        ("at-end", end, HEALTHY),
        ("after-end", end + second, EXPIRED),
        ("before-end", end - second, HEALTHY),
    ):
        what = f"the issuing AC ends {(end - moment).total_seconds():.0f} s from the moment"
        yield case(f"ca-{code}", what, cause, user, chain=chain, moment=moment)
    begun = ca("AC NO COMECO v5", AC1, begins=NOW)
    user = leaf(begun)
    for code, moment, cause in (
        ("at-begin", NOW, HEALTHY),
        ("before-begin", NOW - second, EXPIRED),
    ):
        what = f"the issuing AC began {(moment - NOW).total_seconds():.0f} s before the moment"
        yield case(f"ca-{code}", what, cause, user, chain=(ROOT, AC1, begun), moment=moment)


def _weak() -> Iterator[Case]:
    for code, what, issuer, signer in (
        ("sha1", "SHA-1 under an AC's certificate", "RSA SHA-1", "ac1"),
        ("md5", "MD5 under an AC's certificate", "RSA MD5", "ac1"),
    ):
        above = _rsa("AC RSA DE CIMA v5", ROOT, rsa_key(signer, 4096))
        below = _rsa("AC RSA DE BAIXO v5", above, rsa_key("ac2", 4096))
        weak = remade(below, above.key, {}, issuer)
        yield case(f"ca-{code}", what, WEAK_CA, leaf(weak), chain=(ROOT, above, weak))
    small = _rsa("AC DE 1024 BITS v5", AC1, rsa_key("ac_small", 1024))
    yield case(
        "ca-rsa-1024", "an AC's key has 1024 bits", WEAK_CA, leaf(small), chain=(ROOT, AC1, small)
    )
    root = _rsa("Raiz inventada SHA-1", None, rsa_key("root", 4096))
    old = remade(root, root.key, {}, "RSA SHA-1")
    below = ca("AC SOB RAIZ SHA-1 v5", old)
    what = "SHA-1 under the trusted root's own certificate"
    yield case("root-sha1", what, HEALTHY, leaf(below), chain=(old, below), trusted=old)
    stranger = _rsa("Raiz de ninguém SHA-1", None, rsa_key("root", 4096))
    old = remade(stranger, stranger.key, {}, "RSA SHA-1")
    below = ca("AC SOB RAIZ DE NINGUEM v5", old)
    chain = (ROOT, old, below)
    what = "SHA-1 under the own certificate of a root of nobody"
    yield case("root-stranger-sha1", what, UNKNOWN_ROOT, leaf(below), also=UNTOLD, chain=chain)
    p192 = ca("AC P-192 v5", AC1, own="p192 ca")
    yield case("ca-p192", "an AC's key is on P-192", WEAK_CA, leaf(p192), chain=(ROOT, AC1, p192))


def _rsa(common: str, parent: Made | None, own: rsa.RSAPrivateKey) -> Made:
    return issue(
        name(common),
        parent,
        own,
        (x509.BasicConstraints(True, None), True),
        (usage(ca=True, crl=True), True),
        (policies(A3), False),
        (x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False),
    )


def _unfit() -> Iterator[Case]:
    no_sign = usage(sign=True, crl=True)
    servers = (x509.ExtendedKeyUsage([SERVER_AUTH]), False)
    clients = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)
    for code, what, cause, issuer in (
        (
            "no-ca",
            "its basicConstraints say no CA",
            INVALID,
            ca("AC QUE NAO E v5", AC1, is_ca=False),
        ),
        (
            "no-cert-sign",
            "no keyCertSign",
            INVALID,
            ca("AC SEM ASSINATURA v5", AC1, usages=no_sign),
        ),
        (
            "for-servers",
            "extended key usage serverAuth alone",
            INVALID,
            ca("AC DE SITES v5", AC1, servers),
        ),
        (
            "for-clients",
            "extended key usage clientAuth",
            HEALTHY,
            ca("AC DE LOGIN v5", AC1, clients),
        ),
        ("no-ski", "no SubjectKeyIdentifier", HEALTHY, ca("AC SEM SKI v5", AC1, ski=False)),
        ("no-aki", "no AuthorityKeyIdentifier", HEALTHY, ca("AC SEM AKI v5", AC1, aki=False)),
    ):
        yield case(f"issuer-{code}", what, cause, leaf(issuer), chain=(ROOT, AC1, issuer))
    plain = ca("AC SEM USO v5", AC1)
    bare = remade(plain, AC1.key, without(plain, "2.5.29.15"))
    yield case(
        "issuer-no-ku", "a CA without key usage", HEALTHY, leaf(bare), chain=(ROOT, AC1, bare)
    )
    plain = ca("AC SEM RESTRICOES v5", AC1)
    bare = remade(plain, AC1.key, without(plain, "2.5.29.19"))
    what = "a CA without basicConstraints"
    yield case("issuer-no-basic", what, INVALID, leaf(bare), chain=(ROOT, AC1, bare))
    person = leaf(AC2, common="FULANO QUE ASSINA", own="ca fulano")
    what = "issued by a person's certificate"
    lists = map(crl, CHAIN)  # and none of hers
    chain = (*CHAIN, person)
    yield case("issuer-person", what, INVALID, leaf(person), also=UNTOLD, chain=chain, crls=lists)
    yield from _lengths()


def _lengths() -> Iterator[Case]:
    for length, cause in ((0, INVALID), (1, HEALTHY), (2, HEALTHY)):
        top = ca(f"AC DE PRIMEIRO NIVEL {length} v5", ROOT, length=length)
        below = ca(f"AC DE SEGUNDO NIVEL {length} v5", top)
        what = f"pathLen {length} above one more AC"
        yield case(f"length-{length}", what, cause, leaf(below), chain=(ROOT, top, below))
    top = ca("AC QUE SE RENOVA v5", ROOT, length=0)
    again = ca("AC QUE SE RENOVA v5", top, own="ca que se renova 2")
    what = "pathLen 0 above a self-issued AC, which does not count"
    yield case("length-self-issued", what, HEALTHY, leaf(again), chain=(ROOT, top, again))
    root = ca("Raiz inventada de um passo", length=0)
    middle = ca("AC SOB RAIZ DE UM PASSO v5", root)
    last = ca("AC ABAIXO DELA v5", middle)
    what = "the root's pathLen is 0 and two ACs are below"
    yield case("length-root", what, INVALID, leaf(last), chain=(root, middle, last), trusted=root)


def _policies() -> Iterator[Case]:
    for code, what, cause, listed in (
        ("other-type", "the AC lists A1 alone", NOT_ISSUED, ("2.16.76.1.2.1.1",)),
        ("other-statement", "the AC lists another A3", NOT_ISSUED, ("2.16.76.1.2.3.99",)),
        ("none", "the AC lists no policy", NOT_ISSUED, ()),
        ("any", "the AC lists anyPolicy", HEALTHY, ("2.5.29.32.0",)),
    ):
        issuer = ca(f"AC DE POLITICA {code} v5", AC1, listed=listed)
        yield case(f"policy-{code}", what, cause, leaf(issuer), chain=(ROOT, AC1, issuer))
    what = "the AC has left ITI's list"
    yield case("withdrawn", what, HEALTHY, also=(WITHDRAWN,), withdrawn=(AC2,))
    what = "the AC of the first level has left ITI's list"
    yield case("withdrawn-above", what, HEALTHY, also=(WITHDRAWN,), withdrawn=(AC1,))


def _unjudged() -> Iterator[Case]:
    names = x509.NameConstraints([x509.DNSName("inventado.invalid")], None)
    odd = (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\5\0"), True)
    for code, what, extra in (
        ("critical-unknown", "a critical extension of the AC that nobody knows", odd),
        ("name-constraints", "critical name constraints in the AC", (names, True)),
    ):
        issuer = ca(f"AC COM {code} v5", AC1, extra)
        yield case(f"ca-{code}", what, UNSUPPORTED, leaf(issuer), chain=(ROOT, AC1, issuer))
    root = ca("Raiz inventada com extensao", None, odd)
    below = ca("AC SOB ELA v5", root)
    what = "a critical extension of the trusted root that nobody knows"
    yield case("root-critical", what, HEALTHY, leaf(below), chain=(root, below), trusted=root)
    prime = encode(0x02, b"\x00" + b"\xaa" * 64)
    fieldid = encode(0x30, encode(0x06, bytes.fromhex("2a8648ce3d0101")), prime)
    numbers = encode(0x30, b"\x02\x01\x01", fieldid, encode(0x30, b"\4\1\1", b"\4\1\1"))
    brainpool = spki("2a8648ce3d0201", numbers, b"\4" + b"\1" * 128)
    e521 = spki("2b0601040182dc2c0201", b"", b"\1" * 67)
    for code, what, own in (
        ("brainpool-explicit", "an AC's key on brainpoolP512r1, written out", brainpool),
        ("e521", "an AC's key on E-521", e521),
    ):
        issuer_ = resigned(AC2, AC1.key, {SPKI: own})
        yield case(f"ca-{code}", what, UNSUPPORTED, also=UNTOLD, chain=(ROOT, AC1, issuer_))
    edwards = ca("AC ED448 v5", AC1, own="ed448 ca")
    what = "an AC with an Ed448 key, which has no hash to choose"
    lists = [crl(ROOT), crl(AC1)]  # and none of its own
    chain = (ROOT, AC1, edwards)
    yield case("ca-ed448", what, UNREACHABLE, leaf(edwards), crls=lists, chain=chain)
    other = resigned(LEAF, AC2.key, {SPKI: rsa_of(2048)})
    yield case("rsa-below-ec", "an RSA key under ACs with EC keys", HEALTHY, other)


def _names() -> Iterator[Case]:
    for code, what, tag, common, cause in (
        ("case", "in other letters", 0x13, "ac inventada MULTIPLA V5", HEALTHY),
        ("blanks", "with more blanks", 0x13, "  AC  INVENTADA   MULTIPLA v5 ", HEALTHY),
        ("t61", "as T61String", 0x14, "AC INVENTADA MULTIPLA v5", HEALTHY),
        ("utf8", "as UTF8String", 0x0C, "AC INVENTADA MULTIPLA v5", HEALTHY),
        ("bmp", "as BMPString", 0x1E, "AC INVENTADA MULTIPLA v5", HEALTHY),
        ("other", "with another version", 0x13, "AC INVENTADA MULTIPLA v6", MISSING),
        ("accent", "with an accent more", 0x0C, "AC INVENTADA MÚLTIPLA v5", MISSING),
    ):
        subject = written(tag, C="BR", O="ICP-Brasil", CN=common)
        issuer = remade(AC2, AC1.key, {SUBJECT: subject})
        also = UNTOLD if cause else ()
        chain = (ROOT, AC1, issuer)
        yield case(f"name-{code}", f"the AC's subject {what}", cause, also=also, chain=chain)


def _reissued() -> Iterator[Case]:
    new = ca("AC INVENTADA MULTIPLA v5", AC1, own="ca chave nova", length=0)
    both = (*CHAIN, new)
    yield case(
        "new-key-old-leaf", "the AC has a second key; the first signed", HEALTHY, chain=both
    )
    yield case(
        "new-key-new-leaf", "the AC has a second key, which signed", HEALTHY, leaf(new), chain=both
    )
    other = ca("Outra raiz inventada")
    cross = ca("AC INVENTADA v5", other)
    what = "the AC of the first level is certified by an unknown root, too"
    chain = (other, cross, *CHAIN)
    yield case("cross-certified", what, HEALTHY, chain=chain)
    what = "certified by an unknown root alone"
    yield case("cross-alone", what, UNKNOWN_ROOT, also=UNTOLD, chain=(ROOT, other, cross, AC2))
    what = "cross-certified, the trusted way has expired"
    old = ca("AC INVENTADA v5", ROOT, ends=NOW - DAY)
    chain = (ROOT, other, cross, old, AC2)
    yield case("cross-and-expired", what, EXPIRED, chain=chain)
    one = ca("AC QUE GIRA v5", None, own="ca gira 1")
    two = ca("AC QUE GIRA TAMBEM v5", one, own="ca gira 2")
    turned = ca("AC QUE GIRA v5", two, own="ca gira 1")
    what = "two CAs that certified each other and no root"
    yield case("circle", what, MISSING, leaf(two), also=UNTOLD, chain=(ROOT, two, turned))
