"""Ways from the program to a portal, made from one shared laboratory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tests.lab import wizard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.portal import Portal
    from tests.lab.profile import Value
    from tests.lab.wizard import Run

SHORT: Final[dict[str, Value]] = {"connect": 1.0, "handshake": 2.0}
"""Deadlines for parts that never answer."""


def way(
    lab: Laboratory,
    start: str,
    *more: str,
    needed: Sequence[str] | None = None,
    maybe: Sequence[str] = (),
    **tables: Any,  # noqa: ANN401 - lab.profile's tables
) -> Path:
    """Return a profile whose user begins at `start`; `more` are its `certificate_urls`."""
    portal = {
        "start": start,
        "certificate_urls": list(more),
        "needed": [_address(start)] if needed is None else list(needed),
        "maybe": list(maybe),
        **tables.pop("portal", {}),
    }
    return lab.profile(portal=portal, **tables)


def to(lab: Laboratory, portal: Portal, **tables: Any) -> Path:  # noqa: ANN401 - as above
    """Return a profile whose user begins at `portal`'s first port."""
    return way(lab, portal.url(), needed=portal.addresses, **tables)


def enter(
    lab: Laboratory,
    home: Path,
    profile: Path,
    *arguments: str,
    extra: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
) -> Run:
    """Diagnose the laboratory's own healthy token, with its PIN."""
    environment = {**lab.environment, **(extra or {})}
    return wizard.run(profile, home, environment, *arguments, pin=lab.pin, before=before)


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 443}"
