"""Does a verdict ask for a print of the browser's own error?"""

from a3check.core.model import Diagnosis
from a3check.core.register import Blame
from a3check.core.verdict import conclude

SEEN_IN_THE_BROWSER = frozenset({"server", "login"})
"""The checks whose faults the browser shows, too."""


def print_wanted(diagnosis: Diagnosis) -> bool:
    """Tell whether the cause lies in the portal or in the way into it."""
    cause = conclude(diagnosis).cause
    if cause is None:
        return False
    check = cause.code.partition(".")[0]
    return cause.blame is Blame.PORTAL or check in SEEN_IN_THE_BROWSER
