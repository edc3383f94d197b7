"""Why could a file not be written, as far as the system says?"""

import errno

_WINDOWS = {
    19: "read_only",  # ERROR_WRITE_PROTECT: the stick's own switch
    21: "gone",  # ERROR_NOT_READY: no stick in the drive
    39: "full",  # ERROR_HANDLE_DISK_FULL
    53: "gone",  # ERROR_BAD_NETPATH
    55: "gone",  # ERROR_DEV_NOT_EXIST
    59: "gone",  # ERROR_UNEXP_NET_ERR
    64: "gone",  # ERROR_NETNAME_DELETED
    67: "gone",  # ERROR_BAD_NET_NAME
    111: "too_long",  # ERROR_BUFFER_OVERFLOW
    112: "full",  # ERROR_DISK_FULL
    206: "too_long",  # ERROR_FILENAME_EXCED_RANGE
}
"""Windows' own numbers, which errno tells apart badly (winerror.h)."""
_SYSTEM = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",  # FAT's 4 GiB, or a limit of the user's
    errno.EROFS: "read_only",
    errno.EACCES: "refused",
    errno.EPERM: "refused",
    errno.ENAMETOOLONG: "too_long",
    errno.EEXIST: "taken",
    errno.ENOTDIR: "taken",
    errno.EISDIR: "taken",
    errno.ENOENT: "gone",
    errno.ENODEV: "gone",
    errno.ENXIO: "gone",
    errno.EIO: "gone",
    errno.ESTALE: "gone",
    errno.ENOTCONN: "gone",
    errno.EHOSTDOWN: "gone",
    errno.ETIMEDOUT: "gone",
}

FAULTS = frozenset({*_WINDOWS.values(), *_SYSTEM.values(), "other"})
"""Every answer of :func:`why`; the words for them are in ``[saving]``."""


def why(error: OSError) -> str:
    """Return one of :data:`FAULTS`."""
    windows = getattr(error, "winerror", None)
    if windows in _WINDOWS:
        return _WINDOWS[windows]
    return _SYSTEM.get(error.errno or 0, "other")
