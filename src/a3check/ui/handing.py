"""Handing a saved bundle on: to the clipboard, the mail program, the file manager."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from a3check.core.catalogue import Catalogue
from a3check.ui.attachments import copied_mime
from a3check.ui.kept import Kept
from a3check.ui.outside import show_folder
from a3check.ui.records import Chores

if TYPE_CHECKING:
    from a3check.ui.exports import Exports

Post = Callable[[str], bool]
"""Open a ``mailto:`` address; tell whether something took it."""


def open_mail(address: str) -> bool:
    """Open the default mail program."""
    return QDesktopServices.openUrl(QUrl(address))


class Handing(QObject):
    """Does each at a press and tells how it went."""

    told = Signal(str)

    def __init__(
        self,
        words: Catalogue,
        exports: "Exports",
        parent: QObject,
        post: Post | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._exports, self._post = words, exports, post or open_mail
        self._chores = Chores(self)

    def copy(self, kept: Kept) -> None:
        """Put the bundle into the clipboard, as a file and as its path."""
        QGuiApplication.clipboard().setMimeData(copied_mime(kept.bundle))
        self._tell("copied", name=kept.bundle.name)

    def mail(self, kept: Kept) -> None:
        """Open the mail program with the text filled in, and show the file to attach.

        RFC 6068 knows no attachment, so a person has to add it.
        """
        if self._post(letter(kept, self._words)):
            self.show(kept)
            self._tell("mailed", name=kept.bundle.name)
        else:
            self._tell("not_mailed", name=kept.bundle.name)

    def show(self, kept: Kept) -> None:
        """Open the folder with the bundle selected, or at least the folder."""

        def fall_back(done: object) -> None:
            if done is not True:
                show_folder(kept.folder)

        self._chores.do(lambda: self._exports.select(kept.bundle), fall_back)

    def _tell(self, key: str, **facts: str) -> None:
        self.told.emit(self._words.words("saving", key, **facts))


def letter(kept: Kept, words: Catalogue) -> str:
    """Return the ``mailto:`` address (RFC 6068) of a letter about the report."""
    from a3check.report import reading  # noqa: PLC0415 - after the first paint

    document = kept.document
    date, time, _ = reading.started(document)
    facts = {
        "id": reading.text(document, "id"),
        "title": reading.text(document, "verdict", "title"),
        "code": reading.text(document, "verdict", "cause") or "-",
        "place": reading.text(document, "place", "municipality") or "-",
        "date": date,
        "time": time,
        "name": kept.bundle.name,
    }
    subject = words.words("saving", "mail_subject", **facts)
    body = words.words("saving", "mail_body", **facts).replace("\n", "\r\n")
    return f"mailto:?subject={quote(subject)}&body={quote(body)}"
