"""How does one a3check keep the others of this user out?"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


def take(path: Path, *, wait: bool = False) -> int | None:
    """Lock a file of its own; the system frees it with the process, however that ends.

    Returns its descriptor, to be closed; nothing where another one holds it. Where no
    lock file can be made, a descriptor of the null device stands for it.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_RDWR)
    try:
        _lock(descriptor, wait=wait)
    except (BlockingIOError, PermissionError):
        os.close(descriptor)
        return None
    except OSError:  # a file system without locks: as where none can be made
        return descriptor
    return descriptor


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a short lock; it is never kept over a wait."""
    lock = take(path, wait=True)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, wait: bool) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int, *, wait: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
