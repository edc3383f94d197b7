"""What pyhanko-certvalidator says of a case: one word, sound or not, and its reason."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from asn1crypto import crl, ocsp, pem
from asn1crypto import x509 as asn1
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy

from a3check.pki.certificate import Certificate, read

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.unit.pki.cases.case import Case

    from a3check.pki.trust import Trust

SOUND: Final = ""

ASIDE: Final = frozenset(
    {
        "certificate.not_icp_brasil",
        "certificate.software_type",
        "certificate.wrong_type",
        "certificate.company",
        "certificate.no_client_auth",
        "certificate.no_digital_signature",
        "certificate.expires_soon",
        "chain.policy_not_issued",
        "chain.ca_withdrawn",
    }
)
"""What it was not asked, or nobody but ICP-Brasil knows."""


def disagreements(cases: Iterable[Case]) -> dict[str, str]:
    """What it says of those of which we expect otherwise, by their names."""
    rows = tuple(cases)
    said = opinions(rows)
    return {
        row.name: said[row.name] or "sound"
        for row in rows
        if bool(row.codes - ASIDE) is (said[row.name] == SOUND)
    }


def opinions(cases: Iterable[Case]) -> dict[str, str]:
    """Its reason against each case by name; ``SOUND`` where it has none."""

    async def all_of_them() -> dict[str, str]:
        return {case.name: await _opinion(case) for case in cases}

    return asyncio.run(all_of_them())


def with_a_path(
    asked: Iterable[Certificate], pool: Iterable[Certificate], trust: Trust, moment: datetime
) -> frozenset[str]:
    """The fingerprints of those that have a path to a trusted root; revocation is not asked."""
    cas = tuple(pool)
    context = ValidationContext(
        trust_roots=[asn1.Certificate.load(ca.der) for ca in cas if trust.trusts(ca)],
        other_certs=[asn1.Certificate.load(ca.der) for ca in cas if not trust.trusts(ca)],
        moment=moment,
        time_tolerance=timedelta(),
    )

    async def those() -> frozenset[str]:
        said = [(ca.sha256, await _reason(ca.der, context)) for ca in asked]
        return frozenset(sha256 for sha256, reason in said if reason == SOUND)

    return asyncio.run(those())


async def _opinion(case: Case) -> str:
    return await _reason(case.made, _context(case))


async def _reason(der: bytes, context: ValidationContext) -> str:
    try:
        leaf = asn1.Certificate.load(der)
        await CertificateValidator(leaf, validation_context=context).async_validate_path()
    except (PathError, ValidationError, UnsupportedAlgorithm, ValueError, KeyError) as error:
        return f"{type(error).__name__}: {error}"
    return SOUND


def _context(case: Case) -> ValidationContext:
    """The same roots, CAs, answers and moment as ours; nothing is fetched."""
    pool = [made for made in map(read, case.pool) if isinstance(made, Certificate)]
    roots = [made for made in pool if made.sha256 in case.roots]
    return ValidationContext(
        trust_roots=[asn1.Certificate.load(made.der) for made in roots],
        other_certs=[asn1.Certificate.load(made.der) for made in pool if made not in roots],
        moment=case.moment,
        allow_fetching=False,
        crls=_readable(crl.CertificateList, case.crls),
        ocsps=_readable(ocsp.OCSPResponse, case.ocsp),
        time_tolerance=timedelta(),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )


def _readable(kind: type[Any], bodies: Iterable[bytes]) -> list[Any]:
    """Those that it can read at all: it would give up the whole case for one that it cannot."""
    found = []
    for body in bodies:
        with suppress(ValueError):
            made = kind.load(pem.unarmor(body)[2] if pem.detect(body) else body, strict=True)
            assert made.native
            found.append(made)
    return found
