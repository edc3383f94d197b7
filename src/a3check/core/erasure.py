"""What became of the user's data when it was erased?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is gone, and what is not.

    ``files`` were removed. ``counts`` of PINs that were not accepted stay: they keep a token
    from being blocked. ``left`` names files that could not be removed, without their folder.
    ``installed`` CAs stay in Windows' store, and the list by which they can be taken away.
    """

    files: int = 0
    counts: int = 0
    left: tuple[str, ...] = ()
    installed: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is left at all."""
        return not (self.counts or self.left or self.installed)
