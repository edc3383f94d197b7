"""This computer: one interface, a file per system."""

import sys

from a3check.core.ports import System
from a3check.core.profile import Profile

if sys.platform == "win32":
    from a3check.system.windows import Windows as _Here
else:
    from a3check.system.linux import Linux as _Here


def here(profile: Profile) -> System:
    """Return the computer that this program runs on, with the profile's modules and CAs."""
    return _Here(profile.drivers, profile.trust.extra_cas)
