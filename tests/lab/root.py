"""What is left to a test whose user is not root: a namespace in which that user is.

There the program may mount, or be without a network, and whoever started it may look into its
processes, which let no debugger in otherwise (user_namespaces(7), ptrace(2)). Not every system
allows it: a container, or AppArmor, may refuse; such a test is skipped, and says why.
"""

from __future__ import annotations

import os
import subprocess
from typing import Final

import pytest

_SECONDS: Final = 10.0


def _allowed(*command: str) -> bool:
    """Tell whether a command ends well here."""
    done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    return done.returncode == 0


IS_ROOT: Final = os.geteuid() == 0
_MAPPED: Final = ("unshare", "--map-root-user")
_MAY_MAP: Final = not IS_ROOT and _allowed(*_MAPPED, "true")

AS_ROOT: Final = _MAPPED if _MAY_MAP else ()
"""Before a command: it runs as root, if only in its own namespace; nothing where refused."""
OWN_MOUNTS: Final = (*(AS_ROOT or ("unshare",)), "--mount")
"""Before a command: what it mounts is seen by nobody else."""
NO_NETWORK: Final = (*(AS_ROOT or ("unshare",)), "--net")
"""Before a command: a network namespace of its own, in which not even loopback is up."""

needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root may look into such a process")
needs_namespace = pytest.mark.skipif(
    not (IS_ROOT or _MAY_MAP), reason="not root, and this system refuses user namespaces"
)
needs_mounts = pytest.mark.skipif(
    not _allowed(*OWN_MOUNTS, "mount", "-t", "tmpfs", "none", "/mnt"),
    reason="this system lets its user mount nothing, not even in a namespace",
)
needs_own_network = pytest.mark.skipif(
    not _allowed(*NO_NETWORK, "true"), reason="this system refuses a network namespace"
)
