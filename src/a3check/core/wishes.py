"""What did the user ask of a run?"""

from enum import StrEnum
from typing import NamedTuple


class Form(StrEnum):
    """What the user has; the names of the command line are in ``cli``."""

    TOKEN = "token"  # noqa: S105 - the device, no password
    CARD = "card"
    CLOUD = "cloud"
    UNKNOWN = "unknown"


class Wishes(NamedTuple):
    """What the user asked of this run.

    ``certificate`` is the SHA-256 (lower-case hex) of the certificate to use;
    ``network`` is false where nothing may leave this computer; ``only`` and
    ``skip`` are names of checks (``only`` empty means all).
    """

    form: Form = Form.UNKNOWN
    certificate: str | None = None
    network: bool = True
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    again: frozenset[str] = frozenset()
    """The checks to test again; what does not hang together with them is taken over from the
    run before. Empty: all are run."""
