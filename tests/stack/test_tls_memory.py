"""Does the ctypes client touch memory that is not its own? glibc's debugging malloc watches it.

The same program under valgrind (Debian's package; it takes some minutes; the undefined values
that it sees in CPython's own small integers are left out):
`PYTHONMALLOC=malloc valgrind --error-exitcode=9 --undef-value-errors=no
.venv/bin/python -m tests.stack.debug_handshakes 1 FOLDER`.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

DEBUGGER = Path("/usr/lib/x86_64-linux-gnu/libc_malloc_debug.so.0")
WATCHED = {
    "LD_PRELOAD": str(DEBUGGER),
    "MALLOC_CHECK_": "3",  # a heap that is not whole aborts
    "MALLOC_PERTURB_": "165",  # what is freed or new is filled with rubbish
    "PYTHONMALLOC": "malloc",
    "PYTHONPATH": "src",
}
# Through Python's own allocator: what ctypes looks up by name is the plain malloc.
PLACE = (
    "import ctypes as c; a = c.pythonapi; a.PyMem_RawMalloc.restype = c.c_void_p;"
    "a.PyMem_RawFree.argtypes = [c.c_void_p]; p = a.PyMem_RawMalloc(20)"
)
TWICE = "a.PyMem_RawFree(p); a.PyMem_RawFree(p)"
BEHIND = "c.memset(p + 20, 0, 1); a.PyMem_RawFree(p)"

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not DEBUGGER.exists(), reason="glibc's libc_malloc_debug is not here"),
]


def watched(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    environment = {**os.environ, **WATCHED}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("slip", [TWICE, BEHIND], ids=["freed twice", "written behind"])
def test_the_watch_is_awake(slip: str) -> None:
    done = watched("-c", f"{PLACE}; {slip}")
    assert (done.returncode, done.stderr[:6]) == (-signal.SIGABRT, "free()")


def test_handshakes_good_and_failing_keep_to_their_memory(tmp_path: Path) -> None:
    done = watched("-m", "tests.stack.debug_handshakes", "3", str(tmp_path))
    assert done.returncode == 0, done.stderr
    ends = Counter(done.stdout.split("\n"))
    assert ends["live 0"] == 1, "OpenSSL still holds keys or operations of the provider"
    assert ends["None"] == 57
    assert {"alert", "token", "identity", "verify", "refused", "RecursionError"} <= set(ends)
