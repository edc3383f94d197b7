"""Does a browser's policy choose the certificate for the portal, and would it choose this one?

Rules of AutoSelectCertificateForUrls as Chromium reads them (``components/content_settings``,
``certificate_principal_pattern.cc``; Microsoft Edge's policy reference says the same).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from a3check.core.computer import BrowserRule
from a3check.core.profile import Portal
from a3check.pki.certificate import Certificate
from a3check.pki.names import COMMON_NAME, ORGANIZATION, Name

HTTPS = 443
_ANY = "*"
_BELOW = "[*.]"
_OIDS = {"CN": COMMON_NAME, "L": "2.5.4.7", "O": ORGANIZATION, "OU": "2.5.4.11"}
"""The parts of a name that a filter may hold; Chromium passes over any other."""
_PRINCIPALS = ("ISSUER", "SUBJECT")


class Choice(StrEnum):
    """What a rule means for a certificate."""

    ANY = "any"
    """It takes whatever the portal accepts: of several, the first."""
    OURS = "ours"
    """Its filter fits this certificate, and perhaps another one."""
    OTHER = "other"
    """Its filter does not fit: another one is presented, where there is one."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that can be read; ``filters`` hold what each principal's parts must be."""

    browser: str
    pattern: str
    filters: tuple[tuple[str, str, str], ...] = ()

    @property
    def parts(self) -> str:
        """Which parts of which name are compared; the values may name a person."""
        return ", ".join(f"{principal}.{part}" for principal, part, _ in self.filters)


def rules(given: Iterable[BrowserRule]) -> tuple[Rule, ...]:
    """Read the rules; what a browser cannot read it passes over."""
    return tuple(rule for rule in map(_read, given) if rule is not None)


def for_portal(given: Iterable[BrowserRule], portal: Portal) -> tuple[Rule, ...]:
    """Return the rules whose pattern fits an address of the portal that may ask."""
    urls = (portal.start, *portal.certificate_urls)
    named = {(p.hostname or "", p.port or HTTPS) for p in map(urlsplit, urls)}
    places = named | {(host, port) for host in portal.hosts() for _, port in named}
    return tuple(r for r in rules(given) if any(fits(r.pattern, *place) for place in places))


def fits(pattern: str, host: str, port: int) -> bool:
    """Tell whether a content settings pattern is about ``https://host:port``.

    ``*``, ``host``, ``[*.]host`` (itself and all below), each with a scheme, a port, or neither.
    """
    scheme, mark, rest = pattern.strip().casefold().rpartition("://")
    if mark and scheme not in {"https", _ANY}:
        return False
    place = rest.partition("/")[0]
    name, colon, wanted = place.rpartition(":")
    if not colon:
        name, wanted = place, _ANY
    if wanted not in {_ANY, str(port)}:
        return False
    host = host.casefold()
    below = name.removeprefix(_BELOW)
    if name == _ANY:
        return True
    return bool(below) and (host == below or (name != below and host.endswith(f".{below}")))


def choice(rule: Rule, certificate: Certificate) -> Choice:
    """Tell whether a rule would take this certificate."""
    if not rule.filters:
        return Choice.ANY
    names = {"ISSUER": certificate.issuer_name, "SUBJECT": certificate.subject_name}
    ours = all(_has(names[principal], part, text) for principal, part, text in rule.filters)
    return Choice.OURS if ours else Choice.OTHER


def _has(name: Name, part: str, text: str) -> bool:
    values = [value for kinds in name.parts for kind, value in kinds if kind == _OIDS[part]]
    return text in values


def _read(given: BrowserRule) -> Rule | None:
    try:
        rule = json.loads(given.text)
    except (ValueError, RecursionError):
        return None
    pattern = rule.get("pattern") if isinstance(rule, dict) else None
    if not isinstance(pattern, str) or not pattern.strip():
        return None
    wanted = rule.get("filter", {})
    if not isinstance(wanted, dict):
        return None
    return Rule(given.browser, pattern, tuple(_filters(wanted)))


def _filters(wanted: Mapping[str, object]) -> Iterable[tuple[str, str, str]]:
    for principal in _PRINCIPALS:
        parts = wanted.get(principal)
        for part in _OIDS if isinstance(parts, dict) else ():
            text = parts.get(part) if isinstance(parts, dict) else None
            if isinstance(text, str) and text:
                yield principal, part, text
