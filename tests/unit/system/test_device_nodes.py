"""What is read out of the answers of Windows' Configuration Manager (invented/devices.toml)."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from a3check.core.computer import DeviceState, UsbDevice
from a3check.system.cfgmgr import nodes
from a3check.system.device_nodes import (
    CLASS,
    COMPATIBLE,
    DESCRIPTION,
    SERVICE,
    Node,
    devices,
    worth_asking,
)

CASES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("invented").joinpath("devices.toml").read_text("utf-8")
)["case"]
PLACES = {"class": CLASS, "service": SERVICE, "description": DESCRIPTION, "compatible": COMPATIBLE}
CCID = r"USB\Class_0B&SubClass_00".encode("utf-16-le") + b"\0\0\0\0"


def node(row: dict[str, Any]) -> Node:
    texts = {
        place: (row[name].replace("|", "\0") + "\0\0").encode("utf-16-le")
        for name, place in PLACES.items()
        if name in row
    }
    texts |= {
        place: bytes.fromhex(row[f"{name}_bytes"])
        for name, place in PLACES.items()
        if f"{name}_bytes" in row
    }
    return Node(row["id"], row.get("status"), row.get("problem", 0), texts)


def wanted(said: list[Any]) -> tuple[UsbDevice, DeviceState | None]:
    vid, pid, *state = said
    made = None if state == ["none"] else DeviceState(*state)
    return UsbDevice(vid, pid), made


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_answers_are_read(case: dict[str, Any]) -> None:
    found = devices(map(node, case["nodes"]))
    assert [(device, device.state) for device in found] == [*map(wanted, case["said"])]
    assert case["source"]


def test_a_long_text_is_cut() -> None:
    data = ("x" * 4000).encode("utf-16-le")
    (device,) = devices([Node(r"USB\VID_0529&PID_0620\1", 8, 0, {DESCRIPTION: data})])
    assert device.state is not None
    assert device.state.description == "x" * 120


@pytest.mark.parametrize(
    ("instance", "compatible", "asked"),
    [
        (r"USB\VID_0529&PID_0620\1", b"", True),
        (r"USB\VID_FFFF&PID_0001\1", CCID, True),
        (r"USB\VID_FFFF&PID_0001\1", b"U\0S\0B", False),
        (r"USB\ROOT_HUB30\1", CCID, False),
    ],
)
def test_only_what_may_be_ours_is_asked(instance: str, compatible: bytes, asked: bool) -> None:
    assert worth_asking(instance, compatible) is asked


def test_another_state_is_no_other_device() -> None:
    plain, broken = UsbDevice("0529", "0620"), UsbDevice("0529", "0620", DeviceState(28))
    assert {plain} == {broken}
    assert UsbDevice("0000", "0002").nameless
    assert not plain.nameless


def test_there_is_no_such_manager_here() -> None:
    assert nodes() == []
