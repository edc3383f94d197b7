"""A profile of the laboratory (TOML): its portal, its trust, its driver."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | int | float | bool | list[str]
Table = dict[str, Value]


class Tables(TypedDict, total=False):
    """What a caller may change in a profile, table by table."""

    portal: Table
    trust: Table
    drivers: Table
    network: Table
    support: Table
    limits: Table


def profile_text(name: str, defaults: Tables, changes: Tables) -> str:
    """Write a profile: `defaults`, with every key that `changes` names replaced."""
    lines = ["format = 1", f"name = {_value(name)}", 'title = "Laboratório"']
    merged: dict[str, dict[str, object]] = {}
    for tables in (defaults, changes):
        for table, values in tables.items():
            merged.setdefault(table, {}).update(_as_table(values))
    for table, values in merged.items():
        lines += ["", f"[{table}]", *_lines(values)]
    return "\n".join(lines) + "\n"


def _as_table(values: object) -> Mapping[str, object]:
    if not isinstance(values, dict):
        raise TypeError("a profile's table is a dict")
    return values


def _lines(values: Mapping[str, object]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in values.items()]


def _value(value: object) -> str:
    # What JSON writes of strings, numbers, booleans and lists of strings is TOML, too.
    return json.dumps(value, ensure_ascii=False)
