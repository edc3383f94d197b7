"""Is everything filled in that only who publishes a release can know?"""

from pathlib import Path
from typing import Any

from a3check.pki import calist
from a3check.system.authorities import LIST
from installers import deb, fetch

_PLACEHOLDER = "invalid"
"""The top-level name that is nobody's (RFC 2606)."""
_RUNTIME = (
    "[runtime.release] of installers/inputs.toml (python, file and sha256 of “Windows embeddable "
    "package (64-bit)”, from its version's page at https://www.python.org/downloads/windows/)"
)
_MAINTAINER = "Maintainer in installers/linux/control (who publishes it, with an address)"
_COMPONENT = "<id> in installers/linux/a3check.metainfo.xml (a name of the publisher's own domain)"


class NotFilledIn(Exception):  # noqa: N818 - says what is missing
    """A release was asked for, and something of it is still a placeholder."""


def check(inputs: dict[str, Any], cas: Path | None) -> None:
    """Raise :class:`NotFilledIn` with all that is missing in one line."""
    missing = []
    if not all(inputs["runtime"]["release"].get(key) for key in ("python", "file", "sha256")):
        missing.append(_RUNTIME)
    if _PLACEHOLDER in deb.maintainer():
        missing.append(_MAINTAINER)
    if f"<id>{_PLACEHOLDER}." in (deb.LINUX / "a3check.metainfo.xml").read_text("utf-8"):
        missing.append(_COMPONENT)
    if cas is None:
        missing.append("--cas (a folder that `a3check atualizar --pasta` has filled)")
    if missing:
        raise NotFilledIn(f"no release yet; to be filled in: {'; '.join(missing)}")


def check_list(folder: Path) -> None:
    """Raise :class:`fetch.WrongInput` unless this is a folder with ICP-Brasil's list, whole."""
    path = folder / LIST
    if not path.is_file():
        told = "fill the folder with `a3check atualizar --pasta`"
        raise fetch.WrongInput(f"--cas {folder}: no {LIST} in it; {told}")
    if calist.loads(path.read_bytes()) is None:
        raise fetch.WrongInput(f"--cas {folder}: {LIST} is damaged; bring it anew")
