"""Which values may a key of a profile have?"""

import re
from collections.abc import Callable
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import SplitResult, urlsplit

LONGEST_WAIT = 3600
"""Seconds; the longest deadline that a profile may set."""
FORM_FIELDS = (
    "category",
    "subject",
    "entity",
    "municipality",
    "state",
    "agreement",
    "contact",
    "description",
    "message",
    "when",
    "host",
    "code",
    "id",
    "tried",
    "facts",
)
"""What can be put into the fields of a form for tickets."""
LEAST_ROOM, LEAST_DESCRIPTION = 20, 300
"""Characters: no field is shorter; a description must hold moment, code and number."""
_LAST_PORT = 65535
_LONGEST_NAME = 253  # RFC 1035 §2.3.4, without the root's dot
_SHA256_HEX = 64
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII | re.IGNORECASE)
_PORT = re.compile(r"[0-9]{1,5}", re.ASCII)


def serves(key: str, value: str) -> bool:
    """Tell whether a text serves as the value, or one of the values, of ``section.key``."""
    rule = _RULES.get(key)
    return rule is None or rule(value)


def is_wait(key: str, seconds: float) -> bool:
    """Tell whether a deadline serves; only the pause between two walks may be none at all."""
    least = seconds >= 0 if key == "limits.walk_interval" else seconds > 0
    return least and seconds <= LONGEST_WAIT


def takes(name: str, limit: int) -> bool:
    """Tell whether a form's field may be as short as that; 0 is no limit."""
    least = LEAST_DESCRIPTION if name == "description" else LEAST_ROOM
    return limit == 0 or limit >= least


def split_endpoint(text: str) -> tuple[str, str]:
    """Take ``host:port`` apart, an address of IPv6 out of its brackets."""
    host, _, port = text.rpartition(":")
    return (host[1:-1] if host.startswith("[") else host), port


def _is_url(text: str) -> bool:
    parts = _parts(text)
    return parts is not None and "@" not in parts.netloc


def _is_proxy(text: str) -> bool:
    parts = _parts(text)  # a user's name and password may stand in it
    return text in {"system", "none"} or (parts is not None and parts.port is not None)


def _parts(text: str) -> SplitResult | None:
    """Take a URL apart; nothing where it is none."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    written = parts.netloc.rpartition("@")[2]
    name = f"[{parts.hostname}]" if written.startswith("[") else parts.hostname or ""
    known = parts.scheme in {"http", "https"} and text.isprintable()
    return parts if known and port != 0 and _is_host(name) else None


def _is_endpoint(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return _is_host(host) and bool(_PORT.fullmatch(port)) and 0 < int(port) <= _LAST_PORT


def _is_host(text: str) -> bool:
    """Tell a name, an address of IPv4, or one of IPv6 in its brackets."""
    if text.startswith("[") and text.endswith("]"):
        try:
            IPv6Address(text[1:-1])
        except AddressValueError:
            return False
        return True
    try:
        plain = text if text.isascii() else text.encode("idna").decode("ascii")
        name = plain.removesuffix(".")
    except UnicodeError:
        return False
    return len(name) <= _LONGEST_NAME and all(map(_LABEL.fullmatch, name.split(".")))


def _is_digest(text: str) -> bool:
    plain = text.replace(":", "").lower()
    return len(plain) == _SHA256_HEX and all(c in "0123456789abcdef" for c in plain)


def _is_path(text: str) -> bool:
    return text.startswith("/") and text.isprintable()


def _is_word(text: str) -> bool:
    return bool(text.strip())  # nothing at all stands in every page


_RULES: dict[str, Callable[[str], bool]] = {
    "name": _is_word,
    "portal.start": _is_url,
    "portal.certificate_urls": _is_url,
    "portal.needed": _is_endpoint,
    "portal.maybe": _is_endpoint,
    "portal.follow": _is_word,
    "portal.reached": _is_path,
    "portal.second_factor": _is_word,
    "portal.refusal": _is_word,
    "portal.not_authorised": _is_word,
    "trust.roots_sha256": _is_digest,
    "network.proxy": _is_proxy,
    "network.time_urls": _is_url,
    "support.url": _is_url,
    "support.fields.name": FORM_FIELDS.__contains__,
}
