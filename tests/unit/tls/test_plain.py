from dataclasses import dataclass
from enum import StrEnum

import pytest

from a3check.tls.plain import Plain


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Inner(Plain):
    data: bytes


@dataclass(frozen=True, slots=True)
class Outer(Plain):
    name: str
    colour: Colour = Colour.RED
    seconds: float = 1.5
    sure: bool = False
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    pair: tuple[str, int] = ("", 0)


@dataclass(frozen=True, slots=True)
class Odd(Plain):
    thing: object


WHOLE = Outer("x", Colour.RED, 2.0, sure=True, inner=Inner(b"\0"), many=(Inner(b"a"), Inner(b"")))


def test_there_and_back() -> None:
    plain = WHOLE.to_json()
    assert plain == {
        "name": "x",
        "colour": "red",
        "seconds": 2.0,
        "sure": True,
        "inner": {"data": "AA=="},
        "many": [{"data": "YQ=="}, {"data": ""}],
        "pair": ["", 0],
    }
    assert Outer.from_json(plain) == WHOLE


def test_what_is_missing_takes_its_default_and_what_is_new_is_ignored() -> None:
    assert Outer.from_json({"name": "x", "later": 1}) == Outer("x")
    assert Outer.from_json({"name": "x", "seconds": 2, "inner": None}) == Outer("x", seconds=2.0)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"name": 1},
        {"name": "x", "colour": "blue"},
        {"name": "x", "seconds": "1"},
        {"name": "x", "seconds": True},
        {"name": "x", "sure": 1},
        {"name": "x", "inner": {"data": 5}},
        {"name": "x", "inner": {"data": "?"}},
        {"name": "x", "inner": 5},
        {"name": "x", "many": "abc"},
        {"name": "x", "many": [{}]},
        {"name": "x", "pair": ["a"]},
        {"name": "x", "pair": ["a", "b"]},
    ],
)
def test_what_does_not_fit_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        Outer.from_json(data)


def test_what_is_not_plain_is_our_slip() -> None:
    with pytest.raises(TypeError):
        Odd(object()).to_json()
