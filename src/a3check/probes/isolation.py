"""How does a probe process protect others from itself, and its channel from vendor code?"""

import ctypes
import os
import sys

_OUT_OF_REACH = 1024
"""Vendor code that closes "all" descriptors mostly ends here, or at the soft limit."""
_LIMIT_WANTED = 2048


def parent_is(pid: int) -> bool:
    """Tell whether the parent is still the process that started this one.

    PR_SET_PDEATHSIG does not fire for a parent that had ended before (prctl(2)).
    """
    return sys.platform == "win32" or os.getppid() == pid


if sys.platform == "win32":

    def harden() -> None:
        """Leave no dialog and no crash report behind: the very first act of a probe.

        What vendor code loads by a bare name is not looked for in the current folder.
        """
        leave_no_image()
        kernel = ctypes.WinDLL("kernel32.dll", winmode=0x800)  # System32 alone
        kernel.SetDllDirectoryW.argtypes = (ctypes.c_wchar_p,)
        kernel.SetDllDirectoryW("")

    def leave_no_image() -> None:
        """Let no crash report hold this process's memory: a PIN may be in it."""
        no_boxes = (
            0x0001 | 0x0002 | 0x8000
        )  # SEM_FAILCRITICALERRORS, NOGPFAULTERRORBOX, NOOPENFILE
        kernel = ctypes.WinDLL("kernel32.dll", winmode=0x800)  # System32 alone
        kernel.SetErrorMode.argtypes = (ctypes.c_uint32,)
        kernel.SetErrorMode(no_boxes)
        # WER_FAULT_REPORTING_: FLAG_NOHEAP, NO_UI, FLAG_NO_HEAP_ON_QUEUE, DISABLE_SNAPSHOT_CRASH.
        # Of what no error mode keeps from Windows (a fast fail) a report holds no heap.
        no_report = 0x01 | 0x20 | 0x40 | 0x80
        try:
            kernel.WerSetFlags.argtypes = (ctypes.c_uint32,)
            kernel.WerSetFlags(no_report)
        except AttributeError:
            return

    def take_over_channel() -> tuple[int, int]:
        """Return own descriptors for requests and replies; 0 and 1 get harmless ends."""
        import msvcrt  # noqa: PLC0415 - only there

        requests, replies = os.dup(0), os.dup(1)
        for descriptor in (requests, replies):
            msvcrt.setmode(descriptor, os.O_BINARY)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(2, 1)
        os.close(null)
        # A DLL with a C runtime of its own asks Windows, not our descriptors.
        kernel = ctypes.windll.kernel32
        kernel.SetStdHandle.argtypes = (ctypes.c_uint32, ctypes.c_void_p)
        kernel.SetStdHandle(0xFFFFFFF6, msvcrt.get_osfhandle(0))  # STD_INPUT_HANDLE
        kernel.SetStdHandle(0xFFFFFFF5, msvcrt.get_osfhandle(1))  # STD_OUTPUT_HANDLE
        return requests, replies

else:

    def harden() -> None:
        """Leave no memory image behind, and end when the parent ends.

        The very first act of a probe: nothing of a vendor's is loaded yet.
        """
        leave_no_image()
        if sys.platform == "linux":
            _prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL

    def leave_no_image() -> None:
        """Let no core file and no debugger hold this process's memory: a PIN may be in it."""
        import resource  # noqa: PLC0415 - only there

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            _prctl(4, 0)  # PR_SET_DUMPABLE

    def _prctl(option: int, value: int) -> None:
        prctl = ctypes.CDLL(None).prctl
        prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
        prctl(option, value, 0, 0, 0)

    def take_over_channel() -> tuple[int, int]:
        """Return own descriptors for requests and replies, and give 0 and 1 harmless ends.

        What vendor code prints on its standard output goes to the standard error.
        """
        import fcntl  # noqa: PLC0415 - only there
        import resource  # noqa: PLC0415 - only there

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        room = _LIMIT_WANTED if hard == resource.RLIM_INFINITY else min(hard, _LIMIT_WANTED)
        if soft != resource.RLIM_INFINITY and soft < room:
            resource.setrlimit(resource.RLIMIT_NOFILE, (room, hard))
        lowest = _OUT_OF_REACH if room > _OUT_OF_REACH + 1 else 3
        requests = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, lowest)
        replies = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, lowest)
        # Descriptors above the limit live on: a loop up to the limit misses them.
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(2, 1)
        os.close(null)
        return requests, replies
