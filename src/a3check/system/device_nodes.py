"""What do the answers of Windows' Configuration Manager say of the devices on the USB bus?

Pure: the calls are made in :mod:`a3check.system.cfgmgr`. Sources: Microsoft Learn, ``cfgmgr32.h``
and "Device Manager error messages"; ``cfg.h`` for the bits of a device's status.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from a3check.core import knowledge
from a3check.core.computer import DeviceState, UsbDevice

DESCRIPTION, COMPATIBLE, SERVICE, CLASS = 0x01, 0x03, 0x05, 0x08
"""CM_DRP_DEVICEDESC, CM_DRP_COMPATIBLEIDS, CM_DRP_SERVICE, CM_DRP_CLASS."""
_STARTED, _HAS_PROBLEM = 0x0000_0008, 0x0000_0400
"""DN_STARTED, DN_HAS_PROBLEM."""
_CARD_CLASS = "usb\\class_0b"
_IDS = re.compile(r"^USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})", re.IGNORECASE)
_MOST = 120
"""Characters of a text that is shown: a device may say of itself what it likes."""


@dataclass(frozen=True, slots=True)
class Node:
    r"""A device's instance id (``USB\VID_0529&PID_0620\…``) and what the calls answered.

    ``status`` and ``problem`` as ``CM_Get_DevNode_Status`` gives them, nothing where it refused;
    ``texts`` are properties, as bytes (UTF-16, ended or parted by zeros), by their number.
    """

    id: str
    status: int | None = None
    problem: int = 0
    texts: dict[int, bytes] = field(default_factory=dict)


def ids(instance: str) -> tuple[str, str] | None:
    """Return vendor and product id (lower-case hex digits); nothing for a hub and the like."""
    match = _IDS.match(instance)
    return (match.group(1).lower(), match.group(2).lower()) if match else None


def worth_asking(instance: str, compatible: bytes) -> bool:
    """Tell whether a device may be ours: known by its ids, or a reader by its own word."""
    found = ids(instance)
    return found is not None and (knowledge.usb(*found) is not None or _says_reader(compatible))


def devices(nodes: Iterable[Node]) -> tuple[UsbDevice, ...]:
    """Return each kind of device once, with the state of that of its parts which tells most.

    A device of several functions has a node for itself and one for each function.
    """
    found: dict[tuple[str, str], DeviceState | None] = {}
    for node in nodes:
        key = ids(node.id)
        if key is not None:
            found[key] = _telling(found.get(key), _state(node))
    return tuple(UsbDevice(vid, pid, state) for (vid, pid), state in found.items())


def _telling(one: DeviceState | None, other: DeviceState | None) -> DeviceState | None:
    if one is None or other is None:
        return one or other
    return other if _weight(other) > _weight(one) else one


def _weight(state: DeviceState) -> tuple[bool, bool]:
    reader = state.reader or state.kind.casefold() == "smartcardreader"
    return reader, bool(state.problem)


def _state(node: Node) -> DeviceState | None:
    if node.status is None:
        return None
    return DeviceState(
        node.problem if node.status & _HAS_PROBLEM else 0,
        bool(node.status & _STARTED),
        _text(node.texts.get(CLASS, b"")),
        _text(node.texts.get(SERVICE, b"")),
        _text(node.texts.get(DESCRIPTION, b"")),
        _says_reader(node.texts.get(COMPATIBLE, b"")),
    )


def _says_reader(compatible: bytes) -> bool:
    return any(name.casefold().startswith(_CARD_CLASS) for name in _texts(compatible))


def _text(data: bytes) -> str:
    """Return the first text of a property as one plain line."""
    plain = (c if c.isprintable() else " " for c in _texts(data)[0])
    return " ".join("".join(plain).split())[:_MOST]


def _texts(data: bytes) -> list[str]:
    whole = data[: len(data) // 2 * 2]
    return whole.decode("utf-16-le", "replace").split("\0")
