"""What does the user want remembered on this computer?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from a3check.core.plain import one_line
from a3check.core.wishes import Form

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from a3check.core.ports import JSON


class Place(NamedTuple):
    """Where it happens and whom to answer, as the user filled it in; empty where left empty.

    ``state`` is the two letters of the UF, ``agreement`` the number of the cooperation
    agreement with the INSS (ACT).
    """

    municipality: str = ""
    state: str = ""
    entity: str = ""
    agreement: str = ""
    email: str = ""
    phone: str = ""

    @property
    def contact(self) -> str:
        """The person to answer: for a ticket, never for a masked report."""
        return ", ".join(text for text in (self.email, self.phone) if text)


class Settings(NamedTuple):
    """What the first page asks; ``profile`` is a profile's file, empty for the built-in one."""

    place: Place = Place()
    form: Form = Form.UNKNOWN
    profile: str = ""


def settings_of(document: JSON) -> Settings:
    """Read settings as :func:`document_of` writes them; never raises.

    A value that does not serve is left empty, a key that is not known is passed over: it may be
    a later version's.
    """
    table = document if isinstance(document, Mapping) else {}
    place = table.get("place")
    known = place if isinstance(place, Mapping) else {}
    return Settings(
        Place(**{name: _text(known.get(name)) for name in Place._fields}),
        next((form for form in Form if form.value == table.get("form")), Form.UNKNOWN),
        _path(table.get("profile")),
    )


def document_of(settings: Settings) -> dict[str, JSON]:
    """Write settings as plain values, each text as one line."""
    place: dict[str, JSON] = {k: _text(v) for k, v in settings.place._asdict().items()}
    return {"place": place, "form": settings.form.value, "profile": settings.profile}


def _text(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _path(value: object) -> str:
    """Return a path as it is written: two blanks in it are two blanks."""
    return value if isinstance(value, str) and value.isprintable() else ""
