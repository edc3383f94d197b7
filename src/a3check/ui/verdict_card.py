"""A card below the verdict, for some verdicts only: what such cards have in common."""

from PySide6.QtWidgets import QFrame, QWidget


class VerdictCard(QFrame):
    """Shown while a verdict is, as long as it is ``wanted``."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.wanted = False

    def stops(self) -> tuple[QWidget, ...]:
        """Return what Tab goes through, in reading order."""
        return ()
