"""Windows' Configuration Manager, asked about the USB bus; nothing elsewhere.

Nothing is changed by it and no right is needed. Source: Microsoft Learn, ``cfgmgr32.h``. Loaded
from System32 alone.
"""

import sys

from a3check.system.device_nodes import CLASS, COMPATIBLE, DESCRIPTION, SERVICE, Node, worth_asking

if sys.platform == "win32":
    import ctypes
    from ctypes import c_uint32, c_void_p, c_wchar_p
    from functools import cache

    _SUCCESS = 0  # CR_SUCCESS
    _ENUMERATOR, _PRESENT = 0x0000_0001, 0x0000_0100  # only one bus, only what is plugged in now
    _MOST = 4096
    """Bytes of a property that are read."""
    _SAID: dict[str, bytes] = {}
    """What devices said of themselves, by their instance id: that stays."""

    def nodes() -> list[Node]:
        """List the devices that are plugged in; those that may be ours are asked for their state.

        Looking twice a second must stay cheap: what a device says of itself is asked once.
        """
        try:
            library = _library()
        except (OSError, AttributeError):
            return []
        return [_node(library, name) for name in _names(library) if name]

    def _node(library: ctypes.WinDLL, name: str) -> Node:
        compatible = _compatible(library, name)
        if not worth_asking(name, compatible):
            return Node(name)
        node, status, problem = _located(library, name), c_uint32(), c_uint32()
        if node is None:
            return Node(name)
        found = library.CM_Get_DevNode_Status(ctypes.byref(status), ctypes.byref(problem), node, 0)
        if found != _SUCCESS:
            return Node(name)
        texts = {which: _property(library, node, which) for which in (DESCRIPTION, SERVICE, CLASS)}
        return Node(name, status.value, problem.value, {**texts, COMPATIBLE: compatible})

    def _names(library: ctypes.WinDLL) -> list[str]:
        length, flags = c_uint32(), _ENUMERATOR | _PRESENT
        size = library.CM_Get_Device_ID_List_SizeW(ctypes.byref(length), "USB", flags)
        if size != _SUCCESS or not length.value:
            return []
        room = ctypes.create_unicode_buffer(length.value)
        if library.CM_Get_Device_ID_ListW("USB", room, length, flags) != _SUCCESS:
            return []
        return "".join(room[: length.value]).split("\0")

    def _located(library: ctypes.WinDLL, name: str) -> int | None:
        node = c_uint32()
        found = library.CM_Locate_DevNodeW(ctypes.byref(node), name, 0)
        return node.value if found == _SUCCESS else None

    def _property(library: ctypes.WinDLL, node: int, which: int) -> bytes:
        room, length = ctypes.create_string_buffer(_MOST), c_uint32(_MOST)
        found = library.CM_Get_DevNode_Registry_PropertyW(
            node, which, None, room, ctypes.byref(length), 0
        )
        return room.raw[: min(length.value, _MOST)] if found == _SUCCESS else b""

    def _compatible(library: ctypes.WinDLL, name: str) -> bytes:
        known = _SAID.get(name, b"")
        if not known and (node := _located(library, name)) is not None:
            known = _SAID[name] = _property(library, node, COMPATIBLE)
        return known

    @cache
    def _library() -> ctypes.WinDLL:
        search_system32 = 0x800  # LOAD_LIBRARY_SEARCH_SYSTEM32
        library = ctypes.WinDLL("cfgmgr32.dll", winmode=search_system32)
        number, text, out = c_uint32, c_wchar_p, c_void_p
        for function, arguments in (
            (library.CM_Get_Device_ID_List_SizeW, (out, text, number)),
            (library.CM_Get_Device_ID_ListW, (text, out, number, number)),
            (library.CM_Locate_DevNodeW, (out, text, number)),
            (library.CM_Get_DevNode_Status, (out, out, number, number)),
            (
                library.CM_Get_DevNode_Registry_PropertyW,
                (number, number, out, out, out, number),
            ),
        ):
            function.restype, function.argtypes = number, arguments
        return library

else:

    def nodes() -> list[Node]:
        """Return nothing: there is no such manager here."""
        return []
