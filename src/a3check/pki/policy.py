"""Which type of certificate does a policy stand for (DOC-ICP-04, Resolução CG ICP-Brasil 211)?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from a3check.core import tables

ICP_BRASIL = "2.16.76.1."
TYPES = "2.16.76.1.2."
ANY_POLICY = "2.5.29.32.0"


class Use(StrEnum):
    """What the key of a type is for."""

    AUTHENTICATION = "authentication"
    SECRECY = "secrecy"
    TIME = "time"
    OTHER = "other"


class Media(StrEnum):
    """Where the key of a type may live."""

    HARDWARE = "hardware"
    SOFTWARE = "software"


class Holder(StrEnum):
    """For whom a type is; ``ANY`` where the type does not tell."""

    ANY = "any"
    COMPANY = "company"
    EQUIPMENT = "equipment"


@dataclass(frozen=True, slots=True)
class Type:
    """A type of certificate: ``code`` is its name (``A3``), ``arcs`` its policies' stems."""

    code: str
    arcs: tuple[str, ...]
    use: Use
    media: Media
    holder: Holder

    @property
    def logs_in(self) -> bool:
        """Whether it is for authentication with a key in hardware."""
        return self.use is Use.AUTHENTICATION and self.media is Media.HARDWARE


@cache
def types() -> tuple[Type, ...]:
    """Return the known types, in the order of the resource."""
    return parse(tables.load("icp_brasil.toml"))


def parse(table: Mapping[str, list[Mapping[str, object]]]) -> tuple[Type, ...]:
    """Read the types out of the resource's table."""
    return tuple(
        Type(
            str(row["code"]),
            tuple(row["arcs"]),  # type: ignore[arg-type]  # a list of texts in our own file
            Use(str(row["use"])),
            Media(str(row["media"])),
            Holder(str(row.get("holder", Holder.ANY))),
        )
        for row in table["policy"]
    )


def kind(policies: Iterable[str]) -> Type | None:
    """Return the type of a certificate; among several the one that serves a login best."""
    found = [
        kind
        for oid in policies
        if oid.startswith(TYPES)
        for kind in types()
        if any(oid.startswith(arc + ".") for arc in kind.arcs)
    ]
    ranked = sorted(found, key=lambda t: (not t.logs_in, t.use is not Use.AUTHENTICATION))
    return next(iter(ranked), None)
