"""This computer: one interface, a file per system."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from a3check.core.ports import System
    from a3check.core.profile import Profile


def here(profile: "Profile") -> "System":
    """Return the computer that this program runs on, with the profile's modules and CAs."""
    # Late: whoever wants a folder alone, as the window before its first paint, pays for no system.
    if sys.platform == "win32":
        from a3check.system.windows import Windows as Here  # noqa: PLC0415
    else:
        from a3check.system.linux import Linux as Here  # noqa: PLC0415
    return Here(profile.drivers, profile.trust.extra_cas)
