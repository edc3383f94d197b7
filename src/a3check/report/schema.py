"""Is a value what a JSON Schema asks for? The keywords that our own schema uses, no others."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from a3check.core.ports import JSON

Schema = Mapping[str, Any] | bool

KEYWORDS = frozenset(
    (
        "type",
        "const",
        "enum",
        "format",
        "pattern",
        "minLength",
        "minimum",
        "maximum",
        "minItems",
        "maxItems",
        "uniqueItems",
        "items",
        "required",
        "properties",
        "additionalProperties",
        "propertyNames",
        "oneOf",
        "allOf",
        "if",
        "then",
        "else",
        "$ref",
    )
)
"""What is checked; a schema with any other asks for more than we would notice."""
NOTES = frozenset({"$schema", "$id", "$defs", "title", "description"})
"""Keywords that ask for nothing."""

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list, tuple),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a value is not as asked (``checks/4/status``; empty: the whole), by which keyword."""

    where: str
    keyword: str


def fault(value: JSON, schema: Schema) -> Fault | None:
    """Return the first thing that is wrong, or nothing (JSON Schema 2020-12)."""
    return next(_Checker(schema).faults(value, schema, ""), None)


class _Checker:
    """Walks a value and its schema side by side; references lead into the root's ``$defs``."""

    def __init__(self, root: Schema) -> None:
        self._root = root

    def faults(self, value: JSON, schema: Schema, where: str) -> Iterator[Fault]:
        if isinstance(schema, bool):
            if not schema:
                yield Fault(where, "false")
            return
        for keyword, asked in schema.items():
            if not self._plain(keyword, asked, value):
                yield Fault(where, keyword)
        if isinstance(value, dict):
            yield from self._object(value, schema, where)
        elif isinstance(value, (list, tuple)) and "items" in schema:
            for number, item in enumerate(value):
                yield from self.faults(item, schema["items"], _below(where, str(number)))
        yield from self._combined(value, schema, where)

    def _plain(self, keyword: str, asked: Any, value: JSON) -> bool:  # noqa: ANN401 - of a schema
        """Tell whether a keyword that looks at this value alone is content."""
        match keyword:
            case "type":
                return any(_is(value, kind) for kind in ([asked] if _text(asked) else asked))
            case "const":
                return _same(value, asked)
            case "enum":
                return any(_same(value, one) for one in asked)
            case "oneOf":
                return sum(self._fits(value, one) for one in asked) == 1
            case _:
                return _measured(keyword, asked, value)

    def _object(
        self, value: Mapping[str, JSON], schema: Mapping[str, Any], where: str
    ) -> Iterator[Fault]:
        known = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                yield Fault(_below(where, name), "required")
        for name, item in value.items():
            if not self._fits(name, schema.get("propertyNames", True)):
                yield Fault(where, "propertyNames")
            rule = known.get(name, schema.get("additionalProperties", True))
            yield from self.faults(item, rule, _below(where, name))

    def _combined(self, value: JSON, schema: Mapping[str, Any], where: str) -> Iterator[Fault]:
        if "$ref" in schema:
            yield from self.faults(value, self._referred(schema["$ref"]), where)
        for one in schema.get("allOf", ()):
            yield from self.faults(value, one, where)
        if "if" in schema:
            branch = "then" if self._fits(value, schema["if"]) else "else"
            yield from self.faults(value, schema.get(branch, True), where)

    def _fits(self, value: JSON, schema: Schema) -> bool:
        return next(self.faults(value, schema, ""), None) is None

    def _referred(self, reference: str) -> Schema:
        found: Any = self._root
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        schema: Schema = found
        return schema


def _measured(keyword: str, asked: Any, value: JSON) -> bool:  # noqa: ANN401 - of a schema
    """Tell whether a keyword that speaks of one type is content; it lets all others pass."""
    if isinstance(value, str):
        return _of_text(keyword, asked, value)
    if isinstance(value, (list, tuple)):
        return _of_list(keyword, asked, value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        beyond = (keyword == "minimum" and value < asked) or (
            keyword == "maximum" and value > asked
        )
        return not beyond
    return True


def _of_text(keyword: str, asked: Any, value: str) -> bool:  # noqa: ANN401 - of a schema
    match keyword:
        case "minLength":
            return len(value) >= int(asked)
        case "pattern":
            return re.search(asked, value) is not None
        case "format":
            return _is_moment(value)
        case _:
            return True


def _of_list(keyword: str, asked: Any, value: Sequence[JSON]) -> bool:  # noqa: ANN401 - as above
    match keyword:
        case "minItems":
            return len(value) >= int(asked)
        case "maxItems":
            return len(value) <= int(asked)
        case "uniqueItems":
            return len({json.dumps(item, sort_keys=True) for item in value}) == len(value)
        case _:
            return True


def _is(value: JSON, kind: str) -> bool:
    """Tell a value's type: true is no number, 3.0 is an integer (JSON Schema's own rules)."""
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[kind])


def _same(one: JSON, other: JSON) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _is_moment(text: str) -> bool:
    """Tell whether it is a moment of RFC 3339; ``date-time`` is the only format we use."""
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


def _text(value: object) -> bool:
    return isinstance(value, str)


def _below(where: str, name: str) -> str:
    return f"{where}/{name}" if where else name
