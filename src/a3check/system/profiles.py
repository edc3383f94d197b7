"""Which portals can be chosen on this computer?"""

import logging
from pathlib import Path

from a3check.core.profile import Profile, ProfileError, builtin, load

logger = logging.getLogger(__name__)


def known(folder: Path, last: str = "") -> dict[str, Profile]:
    """Return the profiles by their files; the first, without a file, is built in.

    Besides it: those in the folder, and the one chosen ``last`` (its file). One that cannot be
    used is left out, with a line in the log.
    """
    files = sorted(map(str, folder.glob("*.toml")))
    if last and last not in files:
        files.append(last)
    found = {"": builtin()}
    for file in files:
        try:
            found[file] = load(Path(file))
        except ProfileError as error:
            logger.warning("a profile is left out: %s", error.fault)
    return found
