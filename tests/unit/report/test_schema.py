"""Our own checker of schemas agrees with the library that knows all of JSON Schema."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.report.samples import ABOUT, IDENTITY, diagnosis, finding

from a3check.core.register import register
from a3check.report.document import document, dumps
from a3check.report.mask import Masker
from a3check.report.received import schema
from a3check.report.schema import KEYWORDS, NOTES, Fault, fault

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA: dict[str, Any] = json.loads(json.dumps(schema()))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
REPORT = json.loads(
    dumps(
        document(
            diagnosis(finding("card.absent"), finding("chain.not_installed"), crashed="token"),
            ABOUT,
            masker=Masker(IDENTITY, b"x"),
        )
    )
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 70000),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(["", "passed", "failed", "skipped", "crashed", "token", "card.absent", "Ä"]),
)
VALUES: st.SearchStrategy[object] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.just({}), max_leaves=4
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - JSON
    """Yield the path of everything below a value."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


PLACES = tuple(places(REPORT))


def keywords(part: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield every keyword that a schema uses, in whatever depth."""
    if not isinstance(part, dict):
        return
    for word, asked in part.items():
        yield word
        if word in {"properties", "$defs"}:
            for one in asked.values():
                yield from keywords(one)
        for one in asked if isinstance(asked, list) else (asked,):
            if word not in {"properties", "$defs", "const", "enum"}:
                yield from keywords(one)


def test_the_schema_asks_for_nothing_that_we_do_not_check() -> None:
    assert set(keywords(SCHEMA)) <= KEYWORDS | NOTES


@pytest.mark.parametrize("code", register().codes)
def test_a_report_of_every_code_is_valid(code: str) -> None:
    report = document(diagnosis(finding(code)), ABOUT, masker=Masker(IDENTITY, b"x"))
    assert fault(json.loads(dumps(report)), schema()) is None


@given(place=st.sampled_from(PLACES), value=VALUES)
def test_both_say_the_same_of_a_report_with_another_value(
    place: tuple[str | int, ...], value: object
) -> None:
    spoiled = copy.deepcopy(REPORT)
    at: Any = spoiled
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    assert (fault(spoiled, schema()) is None) == VALIDATOR.is_valid(spoiled)


@given(place=st.sampled_from(PLACES))
def test_both_say_the_same_of_a_report_without_a_part(place: tuple[str | int, ...]) -> None:
    spoiled = copy.deepcopy(REPORT)
    at: Any = spoiled
    for key in place[:-1]:
        at = at[key]
    del at[place[-1]]
    assert (fault(spoiled, schema()) is None) == VALIDATOR.is_valid(spoiled)


@pytest.mark.parametrize(
    ("value", "asked", "expected"),
    [
        (1, True, None),
        (1, False, Fault("", "false")),
        (True, {"type": "integer"}, Fault("", "type")),
        (True, {"const": 1}, Fault("", "const")),
        (3.0, {"type": "integer"}, None),
        (3.5, {"type": "integer"}, Fault("", "type")),
        (0, {"minimum": 1}, Fault("", "minimum")),
        (9, {"maximum": 8, "minimum": 1}, Fault("", "maximum")),
        (False, {"minimum": 1}, None),
        ({}, {"minimum": 1, "required": ["a"]}, Fault("a", "required")),
        (
            {"a": {"b": 1}},
            {"properties": {"a": {"additionalProperties": False}}},
            Fault("a/b", "false"),
        ),
        ({"A": 1}, {"propertyNames": {"pattern": "^[a-z]$"}}, Fault("", "propertyNames")),
        (["a", 1], {"items": {"type": "string"}}, Fault("1", "type")),
        ([], {"minItems": 1}, Fault("", "minItems")),
        ([1, 2], {"maxItems": 1}, Fault("", "maxItems")),
        ([1, 1], {"uniqueItems": True, "type": ["array", "null"]}, Fault("", "uniqueItems")),
        ("", {"minLength": 1}, Fault("", "minLength")),
        ("2026-11-22T14:31:07-04:00", {"format": "date-time"}, None),
        ("2026-13-22T14:31:07-04:00", {"format": "date-time"}, Fault("", "format")),
        ("2026-11-22T14:31:07", {"format": "date-time"}, Fault("", "format")),
        (3, {"oneOf": [{"type": "number"}, {"const": 3}]}, Fault("", "oneOf")),
        (3, {"allOf": [{"type": "number"}, {"const": 4}]}, Fault("", "const")),
    ],
)
def test_a_keyword(value: Any, asked: Any, expected: Fault | None) -> None:  # noqa: ANN401 - JSON
    assert fault(value, asked) == expected
