"""What became of the user's data when it was erased?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is gone, and what is not.

    ``files`` were removed. ``counts`` of PINs that were not accepted stay: they keep a token
    from being blocked. ``left`` names files that could not be removed, without their folder.
    """

    files: int = 0
    counts: int = 0
    left: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is left at all."""
        return not self.counts and not self.left
