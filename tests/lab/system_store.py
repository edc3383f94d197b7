"""A system's store of roots, made by the distribution's own tool, seen in one namespace alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab.root import OWN_MOUNTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.lab.entity import Entity

SECONDS: Final = 60.0
_SHARED: Final = Path("/usr/share/ca-certificates")
_BOUND: Final = ("/etc/ssl/certs", "/usr/local/share/ca-certificates", str(_SHARED))
_MOUNT: Final = "".join(f'mount --bind "${n}" {path} && ' for n, path in enumerate(_BOUND, 1))

needs_tool = pytest.mark.skipif(
    shutil.which("update-ca-certificates") is None or not _SHARED.is_dir(),
    reason="update-ca-certificates (Debian's ca-certificates) is not here",
)


def store(folder: Path, shipped: Entity, added: Sequence[Entity] = ()) -> tuple[str, ...]:
    """Return the command before which a program sees another store of roots.

    `shipped`: a root as if the distribution's package had brought it; `added`: as an
    administrator adds them (/usr/local/share/ca-certificates, update-ca-certificates).
    """
    certs, local, shared = (folder / name for name in ("certs", "local", "shared"))
    for made in (certs, local, shared / "mozilla"):
        made.mkdir(parents=True)
    (shared / "mozilla" / "laboratory.crt").write_bytes(shipped.pem)
    for number, root in enumerate(added):
        (local / f"added-{number}.crt").write_bytes(root.pem)
    listed = folder / "ca-certificates.conf"
    listed.write_text("mozilla/laboratory.crt\n")
    script = f'{_MOUNT} mount --bind "$4" /etc/ca-certificates.conf && exec update-ca-certificates'
    folders = tuple(map(str, (certs, local, shared)))
    command = (*OWN_MOUNTS, "sh", "-c", f"{script} --hooksdir /nonexistent", "sh", *folders)
    subprocess.run((*command, str(listed)), check=True, capture_output=True, timeout=SECONDS)
    return (*OWN_MOUNTS, "sh", "-c", f'{_MOUNT} shift 3 && exec "$@"', "sh", *folders)
