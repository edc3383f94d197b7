"""Does a pipe take so many bytes at once, without making its writer wait?"""

import select
import sys
from typing import IO


def has_room(stream: IO[bytes] | None, size: int) -> bool:
    """Tell whether ``size`` bytes certainly fit now; false where this system cannot tell.

    POSIX: a pipe that poll(2) calls writable takes PIPE_BUF bytes without blocking
    (``select.PIPE_BUF`` in Python's documentation). Windows' anonymous pipes know no poll.
    """
    return stream is not None and size <= _AT_ONCE and _is_writable(stream)


if sys.platform == "win32":
    _AT_ONCE = 0

    def _is_writable(_stream: IO[bytes]) -> bool:
        return False

else:
    _AT_ONCE = select.PIPE_BUF

    def _is_writable(stream: IO[bytes]) -> bool:
        look = select.poll()
        try:
            look.register(stream, select.POLLOUT)
            return any(state == select.POLLOUT for _, state in look.poll(0))
        except (OSError, ValueError):  # closed under us
            return False
