"""The keys of a terminal: without echo, and without what was typed before."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def silent(descriptor: int) -> Iterator[None]:
        """Turn the console's echo off (SetConsoleMode, ENABLE_ECHO_INPUT)."""
        import ctypes  # noqa: PLC0415 - Windows only

        echo = 0x0004
        kernel, mode = ctypes.windll.kernel32, ctypes.c_ulong()
        handle = msvcrt.get_osfhandle(descriptor)
        kernel.GetConsoleMode(handle, ctypes.byref(mode))
        kernel.SetConsoleMode(handle, mode.value & ~echo)
        try:
            yield
        finally:
            kernel.SetConsoleMode(handle, mode)

    def forget_typed(stream: TextIO) -> None:
        """Throw away what was typed and not read yet."""
        while stream.isatty() and msvcrt.kbhit():
            msvcrt.getwch()

else:
    import termios

    @contextmanager
    def silent(descriptor: int) -> Iterator[None]:
        """Turn the terminal's echo off; what was typed before is thrown away."""
        before = termios.tcgetattr(descriptor)
        quiet = termios.tcgetattr(descriptor)
        quiet[3] &= ~termios.ECHO
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, quiet)
        try:
            yield
        finally:
            termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)

    def forget_typed(stream: TextIO) -> None:
        """Throw away what was typed and not read yet."""
        if stream.isatty():
            termios.tcflush(stream.fileno(), termios.TCIFLUSH)
