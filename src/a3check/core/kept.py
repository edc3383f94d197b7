"""What is kept of a run for those to come: fetched lists, and when the portal was walked."""

from typing import Protocol


class Kept(Protocol):
    """What was fetched before, by address, in the user's folder; it never raises.

    Nothing in it is to be trusted: who takes something out judges it as if it had just come.
    """

    def take(self, url: str) -> bytes | None:
        """Return what is kept of an address; what is damaged there goes, and is nothing."""
        ...

    def keep(self, url: str, body: bytes) -> None:
        """Keep what an address answered, in the place of what was kept of it."""
        ...

    def drop(self, url: str) -> None:
        """Forget an address."""
        ...


class Forgetful:
    """Keeps nothing: what a run has that is given no :class:`Kept`."""

    def take(self, url: str) -> bytes | None:
        """Return nothing."""
        del url
        return None

    def keep(self, url: str, body: bytes) -> None:
        """Keep nothing."""

    def drop(self, url: str) -> None:
        """Forget nothing."""


class Walks(Protocol):
    """When each portal was walked last by any a3check of this user; it never raises."""

    def begin(self, start: str, interval: float) -> float:
        """Note a walk that begins, and return 0; or note none, and return the seconds to wait."""
        ...

    def left(self, start: str, interval: float) -> float:
        """Return the seconds until a walk may begin; 0 where it may now."""
        ...

    def ended(self, start: str) -> None:
        """Note that the portal was walked until now."""
        ...


class Alone:
    """Knows of no other program: what a run has that is given no :class:`Walks`."""

    def begin(self, start: str, interval: float) -> float:
        """Let it begin."""
        return self.left(start, interval)

    def left(self, start: str, interval: float) -> float:
        """Return 0."""
        del start, interval
        return 0.0

    def ended(self, start: str) -> None:
        """Note nothing."""
