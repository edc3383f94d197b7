"""May any user put another file in the place of this one, as Windows' access lists tell?

The lists of the file, of its folder, and of the folders above are read (advapi32's
``GetNamedSecurityInfoW``); ``system.access`` judges them.
"""

import sys
from collections.abc import Callable
from pathlib import PurePath, PureWindowsPath

from a3check.system import access

Descriptor = Callable[[str], str | None]
"""Returns the text of a file's or folder's security descriptor; nothing where it is denied."""


def judged(path: PurePath, descriptor: Descriptor) -> bool | None:
    """Tell whether any user may; nothing where the lists of file or folder cannot be read.

    A folder above whose list is denied says nothing of it: the others decide.
    """
    own = access.open_to_all(descriptor(str(path)) or "", access.CHANGES_FILE)
    folder = access.open_to_all(descriptor(str(path.parent)) or "", access.ADDS_TO_FOLDER)
    if own is None or folder is None:
        return True if own or folder else None
    above = (descriptor(str(place)) or "" for place in path.parent.parents)
    return own or folder or any(access.open_to_all(d, access.MOVES_FOLDER) for d in above)


if sys.platform == "win32":
    import ctypes
    from ctypes import byref, c_uint32, c_void_p, c_wchar_p

    _OF_A_FILE = 1  # SE_FILE_OBJECT
    _ACCESS_LIST = 4  # DACL_SECURITY_INFORMATION
    _REVISION = 1  # SDDL_REVISION_1

    def replaceable(path: str) -> bool | None:
        """Tell whether any user may replace a file; nothing where it cannot be told."""
        return judged(PureWindowsPath(path), _descriptor)

    def _descriptor(path: str) -> str | None:
        lib = ctypes.WinDLL("advapi32.dll", winmode=0x800)  # System32 alone
        free = ctypes.WinDLL("kernel32.dll", winmode=0x800).LocalFree
        free.argtypes = (c_void_p,)
        ask, write = (
            lib.GetNamedSecurityInfoW,
            lib.ConvertSecurityDescriptorToStringSecurityDescriptorW,
        )
        ask.restype = c_uint32
        ask.argtypes = (c_wchar_p, c_uint32, c_uint32, *(c_void_p,) * 5)
        write.argtypes = (c_void_p, c_uint32, c_uint32, c_void_p, c_void_p)
        found, text = c_void_p(), c_wchar_p()
        nothing = (None, None, None, None)
        if ask(path, _OF_A_FILE, _ACCESS_LIST, *nothing, byref(found)):
            return None
        try:
            done = write(found, _REVISION, _ACCESS_LIST, byref(text), None)
            return text.value if done else None
        finally:
            free(text)
            free(found)

else:

    def replaceable(path: str) -> bool | None:  # noqa: ARG001 - the same signature
        """Tell nothing: there are no such lists here."""
        return None
