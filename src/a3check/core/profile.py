"""Which portal is tested, whom is trusted, and how long is anything waited for?"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from a3check.core import tables
from a3check.core.resources import resource
from a3check.core.values import is_wait, serves, split_endpoint, takes

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from a3check.core.internet import Endpoint

FORMAT = 1
_BUILT_IN = "profiles/inss.toml"


class ProfileError(Exception):
    """A profile cannot be used; ``file``, ``key`` and ``fault`` say which, where and why.

    ``fault`` is one of ``missing``, ``no_toml``, ``unknown_key``, ``wrong_type``,
    ``wrong_value`` and ``required``: a key of ``[profile]`` in the text catalogue.
    """

    def __init__(self, file: str, key: str, fault: str) -> None:
        super().__init__(f"{file}: {key}: {fault}")
        self.file, self.key, self.fault = file, key, fault


@dataclass(frozen=True, slots=True)
class Portal:
    """The way to the page behind the login (``design: interfaces.md``, section 2)."""

    start: str
    certificate_urls: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    second_factor: tuple[str, ...] = ()
    refusal: tuple[str, ...] = ()
    not_authorised: tuple[str, ...] = ()
    user_agent: str = "Mozilla/5.0 (compatible; a3check/{version})"

    def endpoints(self) -> "tuple[Endpoint, ...]":
        """Return the hosts and ports that the login needs or may need."""
        needed = [_endpoint(text, needed=True) for text in self.needed]
        return (*needed, *(_endpoint(text, needed=False) for text in self.maybe))

    def hosts(self) -> frozenset[str]:
        """Return the hosts to which the certificate may be shown."""
        urls = [self.start, *self.certificate_urls]
        named = {urlsplit(url).hostname or "" for url in urls}
        return frozenset(named | {e.host for e in self.endpoints()})


@dataclass(frozen=True, slots=True)
class Trust:
    """Trusted roots; ``roots_sha256`` empty means the pinned ones of ICP-Brasil."""

    roots_sha256: tuple[str, ...] = ()
    extra_cas: tuple[str, ...] = ()
    server_roots: str = "system"


@dataclass(frozen=True, slots=True)
class DriverWishes:
    """More PKCS#11 modules, tried first, or the only ones."""

    modules: tuple[str, ...] = ()
    only_these: bool = False


@dataclass(frozen=True, slots=True)
class NetworkWishes:
    """The proxy (``system``, ``none`` or its address) and where the trusted time comes from."""

    proxy: str = "system"
    time_urls: tuple[str, ...] = ()
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form on which a ticket is opened.

    ``name`` says what goes into it (one of ``values.FORM_FIELDS``), ``label`` what the form calls
    it (empty: our own word), ``limit`` how many characters it takes (0: as many as there are).
    """

    name: str
    label: str = ""
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Support:
    """Where a ticket goes, and the fields of its form in their order."""

    url: str = "https://suporte.inss.gov.br/act"
    category: str = "Certificado Digital ACT"
    fields: tuple[FormField, ...] = (
        FormField("category"),
        FormField("entity"),
        FormField("contact"),
        FormField("description", limit=2000),
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """Deadlines, in seconds."""

    driver_start: float = 25.0
    driver_call: float = 25.0
    pcsc: float = 10.0
    sign: float = 30.0
    connect: float = 5.0
    handshake: float = 30.0
    fetch: float = 30.0
    walk_interval: float = 30.0


@dataclass(frozen=True, slots=True)
class Profile:
    """One portal and everything that is assumed of it."""

    name: str
    portal: Portal
    title: str = ""
    trust: Trust = field(default_factory=Trust)
    drivers: DriverWishes = field(default_factory=DriverWishes)
    network: NetworkWishes = field(default_factory=NetworkWishes)
    support: Support = field(default_factory=Support)
    limits: Limits = field(default_factory=Limits)
    modified: bool = False


def builtin() -> Profile:
    """Return the profile that ships with the program: the INSS's portal."""
    return _profile(resource(_BUILT_IN), tables.load(_BUILT_IN), modified=False)


def load(path: Path) -> Profile:
    """Read a profile; anything that is not in the contract raises :class:`ProfileError`."""
    import tomllib  # noqa: PLC0415 - few have a profile of their own

    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ProfileError(str(path), "", "missing") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(str(path), str(error), "no_toml") from error
    except (ValueError, RecursionError) as error:  # a number too long, tables too deep
        raise ProfileError(str(path), "…", "no_toml") from error
    return _profile(path, table, modified=True)


def _profile(path: Path, table: dict[str, Any], *, modified: bool) -> Profile:
    if "format" not in table:
        raise ProfileError(str(path), "format", "required")
    if table.pop("format") != FORMAT:
        raise ProfileError(str(path), "format", "wrong_value")
    folder = path.resolve().parent
    table = {name: _with_paths(name, value, folder) for name, value in table.items()}
    values = _values(Profile, table, str(path), "", hidden=("modified",))
    profile = Profile(**values, modified=modified)  # type: ignore[arg-type] # field by field
    _readable(profile.trust, str(path))
    _fillable(profile.support, str(path))
    return profile


def _readable(trust: Trust, file: str) -> None:
    """Refuse a trust that cannot be read; a module that is not there is the driver's affair."""
    try:
        if trust.server_roots != "system":
            Path(trust.server_roots).read_text("ascii")
    except (OSError, ValueError) as error:  # ValueError: not ASCII, or no path at all
        raise ProfileError(file, "trust.server_roots", "missing") from error
    if not all("\0" not in name and os.access(name, os.R_OK) for name in trust.extra_cas):
        raise ProfileError(file, "trust.extra_cas", "missing")


def _fillable(support: Support, file: str) -> None:
    """Refuse a form without fields, one field twice, and a limit that loses what must be told."""
    if not support.fields:
        raise ProfileError(file, "support.fields", "wrong_value")
    names = [entry.name for entry in support.fields]
    for at, entry in enumerate(support.fields):
        if entry.name in names[:at]:
            raise ProfileError(file, f"support.fields[{at}].name", "wrong_value")
        if not takes(entry.name, entry.limit):
            raise ProfileError(file, f"support.fields[{at}].limit", "wrong_value")


def _with_paths(section: str, value: object, folder: Path) -> object:
    """Make the paths of a profile absolute: they are relative to its own folder."""
    if section not in {"trust", "drivers"} or not isinstance(value, dict):
        return value
    resolved = dict(value)
    for key in ("extra_cas", "modules"):
        if _is_texts(resolved.get(key)):
            resolved[key] = [str(folder / item) for item in resolved[key]]
    roots = resolved.get("server_roots")
    if isinstance(roots, str) and roots != "system":
        resolved["server_roots"] = str(folder / roots)
    return resolved


def _values(
    kind: type,
    table: Mapping[str, object],
    file: str,
    prefix: str,
    hidden: tuple[str, ...] = (),
) -> dict[str, object]:
    hints = get_type_hints(kind)
    known = {f.name: f for f in fields(kind) if f.name not in hidden}
    for key in table:
        if key not in known:
            raise ProfileError(file, prefix + key, "unknown_key")
    for key, entry in known.items():
        missing = entry.default is entry.default_factory
        if missing and key not in table:
            raise ProfileError(file, prefix + key, "required")
    return {
        key: _value(hints[key], table[key], file, prefix + key) for key in known if key in table
    }


def _value(hint: object, value: object, file: str, key: str) -> object:
    if hasattr(hint, "__dataclass_fields__") and isinstance(hint, type):
        if not isinstance(value, dict):
            raise ProfileError(file, key, "wrong_type")
        return hint(**_values(hint, value, file, key + "."))
    if get_origin(hint) is tuple:
        row = get_args(hint)[0]
        if hasattr(row, "__dataclass_fields__"):
            return _rows(row, value, file, key)
        if not _is_texts(value):
            raise ProfileError(file, key, "wrong_type")
        return _checked(tuple(value), file, key)  # type: ignore[arg-type] # a list of texts
    if hint is float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ProfileError(file, key, "wrong_type")
        if not is_wait(key, value):
            raise ProfileError(file, key, "wrong_value")
        return float(value)
    if type(value) is not hint:
        raise ProfileError(file, key, "wrong_type")
    return _checked((value,), file, key)[0] if isinstance(value, str) else value


def _rows(kind: type, value: object, file: str, key: str) -> tuple[object, ...]:
    """Read a list of tables; each is named by its place, from 0."""
    if not isinstance(value, list):
        raise ProfileError(file, key, "wrong_type")
    return tuple(_value(kind, row, file, f"{key}[{at}]") for at, row in enumerate(value))


def _checked(values: tuple[str, ...], file: str, key: str) -> tuple[str, ...]:
    rule = re.sub(r"\[\d+\]", "", key)
    if not all(serves(rule, value) for value in values):
        raise ProfileError(file, key, "wrong_value")
    return values


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _endpoint(text: str, *, needed: bool) -> "Endpoint":
    from a3check.core.internet import Endpoint  # noqa: PLC0415 - as above

    host, port = split_endpoint(text)
    return Endpoint(host, int(port), needed)
