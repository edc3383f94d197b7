"""The laboratory's certificates, healthy and faulty, with the finding that each must give."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from tests.lab.authority import ISSUED_POLICIES, AuthorityOverrides
from tests.lab.holder import PRINTABLE_STRING, Form, Overrides
from tests.lab.keys import Algorithm
from tests.lab.numbers import cnpj, cpf

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Unpack

    from tests.lab.entity import Entity
    from tests.lab.pki import Pki

_COMPANY: Final = Form(holder="EMPRESA TESTE LTDA", cnpj=cnpj("112223330001"), key="company")

FORMS: Final = {
    "ecpf": Form(),
    "ecpf_ec": Form(algorithm=Algorithm.P256),
    "ecpf_printable": Form(other_name_tag=PRINTABLE_STRING),
    "ecpf_modern": Form(modern=True),
    "ecpf_smartcard_logon": Form(
        purposes=(Purpose.CLIENT_AUTH, Purpose.EMAIL_PROTECTION, Purpose.SMARTCARD_LOGON)
    ),
    "ecpf_any_purpose": Form(purposes=()),
    "ecpf_a4": Form(policies=("2.16.76.1.2.4.10",)),
    "ecpf_other_holder": Form(
        holder="BELTRANA DE TAL TESTE", cpf=cpf("987654321"), birth="02021990", key="other_holder"
    ),
    "ecnpj": _COMPANY,
    "se_h": replace(_COMPANY, modern=True, policies=("2.16.76.1.2.202.10",)),
    "se_s": replace(_COMPANY, modern=True, policies=("2.16.76.1.2.201.10",)),
    "a1": Form(policies=("2.16.76.1.2.1.10",)),
    "a2": Form(policies=("2.16.76.1.2.2.10",)),
    "s3": Form(policies=("2.16.76.1.2.103.10",)),
    "t3": Form(policies=("2.16.76.1.2.303.10",)),
}
"""Certificates without a fault of making; some are of a type that the portal does not take."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A certificate of the laboratory by name."""

    code: str
    """The finding that a judge of certificate, chain or revocation must give."""
    make: Callable[[Pki], Entity]


def _leaf(code: str, kind: str = "ecpf", **overrides: Unpack[Overrides]) -> Variant:
    return Variant(code, lambda pki: pki.leaf(kind, **overrides))


def _below(code: str, authority: Callable[[Pki], Entity]) -> Variant:
    return Variant(code, lambda pki: pki.leaf(parent=authority(pki)))


def _issuer(
    pki: Pki, name: str, parent: Entity, key: str, **overrides: Unpack[AuthorityOverrides]
) -> Entity:
    """Return an AC that issues to holders, with a key of its own: no other path leads past it."""
    form: AuthorityOverrides = {
        "algorithm": Algorithm.RSA_2048,
        "policies": ISSUED_POLICIES,
        "path_length": 0,
    }
    form.update(overrides)
    return pki.authority(name, parent, key=key, **form)


def _root(pki: Pki, name: str, key: str, **overrides: Unpack[AuthorityOverrides]) -> Entity:
    form: AuthorityOverrides = {"algorithm": Algorithm.RSA_2048}
    form.update(overrides)
    return pki.authority(name, None, key=key, **form)


def _expired_ca(pki: Pki) -> Entity:
    return _issuer(pki, "AC VENCIDA TESTE", pki.ac1, "ac_expired", ends=timedelta(days=-10))


def _expired_root(pki: Pki) -> Entity:
    name = "Autoridade Certificadora Raiz Vencida TESTE"
    root = _root(pki, name, "root_expired", ends=timedelta(days=-2))
    return _issuer(pki, "AC DA RAIZ VENCIDA TESTE", root, "ac_root_expired")


def _fake(pki: Pki) -> Entity:
    root = _root(pki, pki.root.common_name, "fake_root")
    form: AuthorityOverrides = {"algorithm": Algorithm.RSA_2048}
    first = pki.authority(pki.ac1.common_name, root, key="fake_ac1", **form)
    return _issuer(pki, pki.ac2.common_name, first, "fake_ac2")


def _unknown(pki: Pki) -> Entity:
    root = _root(pki, "Autoridade Certificadora Raiz Desconhecida TESTE", "unknown_root")
    return _issuer(pki, "AC DA RAIZ DESCONHECIDA TESTE", root, "unknown_ac")


def _homologation(pki: Pki) -> Entity:
    root = _root(pki, "Autoridade Certificadora Raiz de Homologacao TESTE", "homologation_root")
    return _issuer(pki, "AC HOMOLOGACAO TESTE", root, "homologation_ac")


def _foreign(pki: Pki) -> Entity:
    form: AuthorityOverrides = {
        "organization": "Outra PKI TESTE",
        "policies": ("1.3.6.1.4.1.99999.2",),
    }
    root = _root(pki, "Outra Raiz TESTE", "foreign_root", **form)
    return _issuer(pki, "Outra AC TESTE", root, "foreign_ac", **form)


def _forged_ca(pki: Pki) -> Entity:
    stranger = pki.keys.get("stranger", Algorithm.RSA_2048)
    return _issuer(pki, "AC FALSIFICADA TESTE", pki.ac1, "ac_forged", signer=stranger)


def _key_mismatch(pki: Pki) -> Entity:
    return replace(pki.leaf(), key=pki.keys.get("stranger", Algorithm.RSA_2048))


def _forged(pki: Pki) -> Entity:
    return pki.leaf(signer=pki.keys.get("stranger", Algorithm.RSA_2048))


def _unreadable(pki: Pki) -> Entity:
    healthy = pki.leaf()
    return replace(healthy, damaged=healthy.der[: len(healthy.der) // 2])


VARIANTS: Final = {
    **{kind: _leaf("certificate.usable", kind) for kind in FORMS if kind.startswith("ecpf")},
    **{kind: _leaf("certificate.company", kind) for kind in ("ecnpj", "se_h")},
    **{kind: _leaf("certificate.software_type", kind) for kind in ("a1", "se_s")},
    **{kind: _leaf("certificate.wrong_type", kind) for kind in ("a2", "s3", "t3")},
    "without_policy": _leaf("certificate.wrong_type", policies=()),
    "no_client_auth": _leaf("certificate.no_client_auth", purposes=(Purpose.EMAIL_PROTECTION,)),
    "no_digital_signature": _leaf("certificate.no_digital_signature", digital_signature=False),
    "weak_key": _leaf("certificate.weak", algorithm=Algorithm.RSA_1024),
    "weak_hash": _leaf("certificate.weak", sha1=True),
    "expired": _leaf("certificate.expired", begins=timedelta(days=-1200), ends=timedelta(days=-3)),
    "not_yet_valid": _leaf("certificate.not_yet_valid", begins=timedelta(days=2)),
    "expires_soon": _leaf("certificate.expires_soon", ends=timedelta(days=20)),
    "not_icp_brasil": Variant(
        "certificate.not_icp_brasil",
        lambda pki: pki.leaf(
            parent=_foreign(pki),
            organization="Outra PKI TESTE",
            policies=("1.3.6.1.4.1.99999.2",),
        ),
    ),
    "unreadable": Variant("certificate.unreadable", _unreadable),
    "policy_not_issued": _leaf("chain.policy_not_issued", policies=("2.16.76.1.2.3.99",)),
    "ca_expired": _below("chain.ca_expired", _expired_ca),
    "root_expired": _below("chain.ca_expired", _expired_root),
    "fake_root": _below("chain.root_unknown", _fake),
    "unknown_root": _below("chain.root_unknown", _unknown),
    "homologation": _below("chain.test_root", _homologation),
    "bad_signature": Variant("chain.bad_signature", _forged),
    "ca_bad_signature": _below("chain.bad_signature", _forged_ca),
    "issuer_not_ca": _below(
        "chain.invalid_ca",
        lambda pki: _issuer(pki, "AC SEM CA TESTE", pki.ac1, "ac_not_ca", is_ca=False),
    ),
    "ca_without_key_cert_sign": _below(
        "chain.invalid_ca",
        lambda pki: _issuer(
            pki, "AC SEM KEYCERTSIGN TESTE", pki.ac1, "ac_no_sign", signs_certificates=False
        ),
    ),
    "path_too_long": _below(
        "chain.invalid_ca", lambda pki: _issuer(pki, "AC ABAIXO TESTE", pki.ac2, "ac_below")
    ),
    "weak_ca_key": _below(
        "chain.weak_ca",
        lambda pki: _issuer(
            pki, "AC FRACA TESTE", pki.ac1, "ac_weak", algorithm=Algorithm.RSA_1024
        ),
    ),
    "weak_ca_hash": _below(
        "chain.weak_ca", lambda pki: _issuer(pki, "AC SHA1 TESTE", pki.ac1, "ac_sha1", sha1=True)
    ),
    "unknown_critical": _leaf("chain.unsupported", unknown_critical=True),
    "issuer_missing": _below(
        "chain.issuer_missing", lambda pki: _issuer(pki, "AC AUSENTE TESTE", pki.ac1, "ac_missing")
    ),
    "revoked": _leaf("revocation.revoked", holder="REVOGADO DE TAL TESTE"),
    "suspended": _leaf("revocation.suspended", holder="SUSPENSO DE TAL TESTE"),
    "ca_revoked": _below(
        "revocation.ca_revoked",
        lambda pki: _issuer(pki, "AC REVOGADA TESTE", pki.ac1, "ac_revoked"),
    ),
    "key_mismatch": Variant("signature.key_mismatch", _key_mismatch),
}
"""Every certificate by name.

`issuer_missing` is one only where its AC is kept out of the pool (`profile(cas=pki.authorities)`)
and of what is published (`crls.withdraw(pki.chain_path(entity.parent))`).
"""
