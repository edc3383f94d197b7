"""“Abrir chamado no INSS”: the ticket of the run that has ended, in a window of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Slot

from a3check.ui.records import Chores

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from collections.abc import Callable
    from pathlib import Path

    from a3check.core.catalogue import Catalogue
    from a3check.core.model import Diagnosis
    from a3check.report.addressee import Kind
    from a3check.report.ticket import Ticket
    from a3check.ui.companion import Companion
    from a3check.ui.kept import Kept
    from a3check.ui.session import Session
    from a3check.ui.style import Theme
    from a3check.ui.window import Window


class Tickets(Protocol):
    """Draws tickets up."""

    def draw_up(self, diagnosis: Diagnosis, kind: Kind | None, *, clear: bool) -> Ticket:
        """Return a run's ticket for somebody (nobody named: whom the verdict names)."""

    def write(self, path: Path, content: bytes) -> None:
        """Write ``chamado.txt`` again; raises ``OSError``."""


class Filing(QObject):
    """Opens the companion window and does what is pressed in it."""

    def __init__(
        self,
        window: Window,
        session: Session,
        tickets: Tickets,
        words: Catalogue,
        browse: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._tickets = window, session, tickets
        self._words, self._browse, self._chores = words, browse, Chores(self)
        self._ended: Diagnosis | None = None
        self._diagnosis: Diagnosis | None = None
        self._ticket: Ticket | None = None
        self._kept: Kept | None = None
        self._id, self._writing = "", False
        self.companion: Companion | None = None
        self._connect()

    @Slot()
    def open(self) -> None:
        """Show the last run's ticket, or first whose it is; the same run's is as it was left."""
        if self._ended is None or self._session.busy:
            return
        if self._ended is not self._diagnosis or self.companion is None:
            self._diagnosis = self._ended
            self._begin(self._tickets.draw_up(self._diagnosis, None, clear=False))
        if self.companion is not None:
            self.companion.come(self._window.screen())
            self._window.footer.tell(self._say("beside"))

    @Slot(object)
    def attach(self, kept: Kept) -> None:
        """Take the files of a saving: those of this ticket's run go with it."""
        self._kept = kept
        self._show_files()
        self._write()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        if self.companion is not None:
            self.companion.set_theme(theme)

    @Slot()
    def close(self) -> None:
        """Close the companion window for good: the main window goes."""
        if self.companion is not None:
            self.companion.close()
            self.companion.deleteLater()
            self.companion = None

    @Slot()
    def forget(self) -> None:
        """Close it, and know nothing of what it showed: the user's data are erased."""
        self.close()
        self._diagnosis, self._ticket, self._kept = None, None, None

    def _connect(self) -> None:
        window, session = self._window, self._session
        window.footer.ticket_wanted.connect(self.open)
        window.errands.ticket_wanted.connect(self.open)
        window.saving.kept.connect(self.attach)
        window.leaving.connect(self.close)
        window.erased.connect(self.forget)
        session.ended.connect(self._know)
        session.broke.connect(lambda: self._know(session.so_far()))

    @Slot(object)
    def _know(self, diagnosis: Diagnosis) -> None:
        self._ended = diagnosis

    def _begin(self, ticket: Ticket) -> None:
        """Open a new window on a run's ticket."""
        from a3check.ui.companion import Companion  # noqa: PLC0415 - after the first paint
        from a3check.ui.whose import asks  # noqa: PLC0415 - as above

        self.close()
        self._ticket, self._id = None, ticket.id
        self.companion = made = Companion(self._words, self._window.pages.theme)
        made.chosen.connect(self._choose)
        made.clear_wanted.connect(self._show_me)
        made.page_wanted.connect(self._open_page)
        made.save_wanted.connect(self._save)
        made.steps_wanted.connect(self._back_to_steps)
        made.closed.connect(self._tell_left)
        self._show_files()
        if asks(ticket):
            made.show_question(ticket)
        else:
            self._show(ticket)

    @Slot(object)
    def _choose(self, kind: Kind) -> None:
        self._draw_up(kind, clear=False)

    @Slot(bool)
    def _show_me(self, clear: bool) -> None:  # noqa: FBT001 - a signal's
        if self._ticket is not None:
            self._draw_up(self._ticket.to.kind, clear=clear)

    def _draw_up(self, kind: Kind, *, clear: bool) -> None:
        if self._diagnosis is not None:
            self._show(self._tickets.draw_up(self._diagnosis, kind, clear=clear))

    def _show(self, ticket: Ticket) -> None:
        """Show a ticket; ``chamado.txt`` says the same."""
        self._ticket = ticket
        if self.companion is not None:
            self.companion.show_ticket(ticket)
        self._show_files()
        self._write()

    @property
    def busy(self) -> bool:
        """Whether ``chamado.txt`` is being written."""
        return self._writing

    @property
    def _own(self) -> Kept | None:
        """What was saved of this ticket's run; another run's files have another number."""
        kept = self._kept
        return kept if kept is not None and kept.document.get("id") == self._id else None

    def _show_files(self) -> None:
        """Offer what may go with it: the print, which hides nothing, to the portal alone."""
        own, ticket = self._own, self._ticket
        if self.companion is None:
            return
        if own is None:
            self.companion.show_files(())
        elif ticket is not None and ticket.to.portal:
            self.companion.show_files(own.files)
        else:
            self.companion.show_files((own.bundle, own.ticket))

    def _write(self) -> None:
        """Write ``chamado.txt`` as it is shown; one after another, so that the last one stays."""
        ticket, own = self._ticket, self._own
        if ticket is None or own is None or self._writing:
            return
        self._writing = True
        write = partial(self._tickets.write, own.ticket, ticket.text.encode())
        self._chores.do(partial(_tried, write), partial(self._written, ticket))

    def _written(self, ticket: Ticket, done: object) -> None:
        self._writing = False
        if done is not True and self.companion is not None:
            self.companion.tell(self._say("not_written"))
        if ticket is not self._ticket:
            self._write()

    @Slot()
    def _save(self) -> None:
        self._window.come_forward()
        self._window.save()

    @Slot(str)
    def _open_page(self, url: str) -> None:
        opened = (self._browse or self._window.outside.browse)(url)
        if self.companion is not None:
            self.companion.tell(self._say("opened" if opened else "not_opened", url=url))

    @Slot()
    def _tell_left(self) -> None:
        """Say in the main window what was not copied, where something was."""
        left = () if self.companion is None else self.companion.left
        self._window.footer.tell(self._say("closed", labels=", ".join(left)) if left else "")

    @Slot()
    def _back_to_steps(self) -> None:
        if self.companion is not None:
            self.companion.close()
        self._window.pages.turn()
        self._window.come_forward()

    def _say(self, key: str, **facts: str) -> str:
        return self._words.words("companion", key, **facts)


def _tried(write: Callable[[], None]) -> bool:
    """Tell whether it could be written."""
    try:
        write()
    except OSError:
        return False
    return True
