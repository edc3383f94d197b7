"""What does a ticket say, field by field, and as the one text of ``chamado.txt``?

Category, detailed description and a print with date, time and error message are
what Portaria Conjunta DIRBEN/DTI/INSS nº 64/2022 asks for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from a3check.core.catalogue import Catalogue
from a3check.core.ports import JSON
from a3check.core.profile import FormField, Support
from a3check.report import reading
from a3check.report.account import Account
from a3check.report.addressee import UNCLEAR, Addressee, Kind, addressee, named
from a3check.report.groups import names_persons
from a3check.report.passage import Line, Passage, cut, fitted, whole

_OTHERS = tuple(map(FormField, ("subject", "entity", "contact", "description")))
"""What goes into a mail or a message to anybody else: no form, no limits."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form; ``text`` fits into it, ``whole`` is what it was shortened from."""

    name: str
    label: str
    text: str
    whole: str

    @property
    def shortened(self) -> bool:
        """Whether something of it stands in ``chamado.txt`` alone."""
        return self.text != self.whole


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket for somebody: where it goes, its fields, and all of it as one text.

    ``judged`` is whom the report's verdict names, ``to`` whom this ticket is for; ``url`` is empty
    where no address is known, ``title`` the verdict's sentence, ``id`` the report's number.
    """

    to: Addressee
    judged: Addressee
    url: str
    fields: tuple[Field, ...]
    text: str
    title: str
    id: str
    clear: bool


def ticket(
    document: Mapping[str, JSON],
    words: Catalogue,
    *,
    support: Support | None = None,
    contact: str = "",
    kind: Kind = Kind.PORTAL,
) -> str:
    """Return the text of ``chamado.txt``, made of a report in clear or masked, as the user chose.

    ``contact`` is the person to answer: given apart, because a masked report does not hold it.
    ``kind`` is whom it is for: the portal's support unless told otherwise.
    """
    return drawn_up(document, words, support=support, contact=contact, kind=kind).text


def drawn_up(
    document: Mapping[str, JSON],
    words: Catalogue,
    *,
    support: Support | None = None,
    contact: str = "",
    kind: Kind | None = None,
) -> Ticket:
    """Return a ticket; the arguments are those of :func:`ticket`.

    Without a ``kind`` it is for whom the verdict names.
    """
    judged = addressee(document)
    to = judged if kind is None else named(document, kind)
    return _Writer(document, words, support or Support(), contact, to).write(judged)


class _Writer:
    """Writes one ticket."""

    def __init__(
        self,
        document: Mapping[str, JSON],
        words: Catalogue,
        support: Support,
        contact: str,
        to: Addressee,
    ) -> None:
        self._document, self._words, self._support = document, words, support
        self._contact, self._to = contact, to
        self._account = Account(document, words)

    def write(self, judged: Addressee) -> Ticket:
        wanted = self._support.fields if self._to.portal else _OTHERS
        fields = tuple(map(self._field, wanted))
        sites = (site.url for site in self._to.sites)
        return Ticket(
            self._to,
            judged,
            self._support.url if self._to.portal else next(sites, ""),
            fields,
            self._text(fields, judged),
            self._account.title(),
            reading.text(self._document, "id"),
            names_persons(self._document),
        )

    def _field(self, entry: FormField) -> Field:
        label = entry.label or self._say(f"label_{entry.name}")
        passages = self._passages(entry.name)
        text = whole(passages)
        if "\n" in text:
            short = fitted(passages, entry.limit, self._say("rest"))
        else:
            short = cut(text, entry.limit)
        return Field(entry.name, label, short, text)

    def _passages(self, name: str) -> tuple[Passage, ...]:
        """Return what goes into a field; of more than one line what matters least is last."""
        account = self._account
        match name:
            case "description":
                return account.passages(self._asking(), steps=self._to.kind is Kind.TECHNICIAN)
            case "tried":
                return (Passage(tuple(map(Line, account.tried()))),)
            case "facts":
                return (Passage(tuple(map(Line, account.facts()))),)
            case _:
                line = self._line(name)
                return (Passage((Line(line),) if line else ()),)

    def _line(self, name: str) -> str:
        """Return what goes into a field of one line, empty where it is not known."""
        match name:
            case "category":
                return self._support.category
            case "subject":
                return self._say("subject", title=self._account.title())
            case "entity":
                return self._entity()
            case "contact":
                return self._contact or self._place("contact")
            case "message":
                return self._account.message()
            case "when":
                return self._account.when()
            case "host":
                return reading.host(self._document)
            case "code":
                return self._at("verdict", "cause")
            case "id":
                return self._at("id")
            case _:
                return self._place(name)

    def _entity(self) -> str:
        """Return entity, municipality with its state, and agreement, in one line."""
        town, state = self._place("municipality"), self._place("state")
        place = self._say("town", town=town, state=state) if town and state else town or state
        agreement = self._place("agreement")
        numbered = self._say("agreement", value=agreement) if agreement else ""
        return ", ".join(filter(None, (self._place("entity"), place, numbered)))

    def _asking(self) -> str:
        return "" if self._to.portal else self._say(f"asking_{self._to.kind}")

    def _text(self, fields: tuple[Field, ...], judged: Addressee) -> str:
        """Return head and fields; the description is there whatever the form asks for."""
        named_ = {field.name for field in fields}
        more = () if "description" in named_ else (self._field(FormField("description")),)
        blocks = ["\n".join(self._head(judged))]
        blocks += [_block(field) for field in (*fields, *more) if field.whole]
        return "\n\n".join(blocks) + "\n"

    def _head(self, judged: Addressee) -> Iterator[str]:
        kind = self._to.kind
        yield self._say("heading", to=self._say(f"to_{kind}")).upper()
        if self._to.portal:
            yield self._say("where", url=self._support.url)
        for site in self._to.sites:
            yield self._say(f"site_{site.whose}", url=site.url)
        yield self._say("attach" if self._to.portal else "attach_others")
        if reading.field(self._document, "profile", "modified") is True:
            name = self._at("profile", "name")
            yield self._words.words("report", "other_profile", name=name)
        if self._to.portal and not judged.portal and judged.why != UNCLEAR:
            yield self._say("other_acts", acts=_acting(judged, self._words))

    def _place(self, name: str) -> str:
        return self._at("place", name)

    def _at(self, *path: str) -> str:
        return reading.text(self._document, *path)

    def _say(self, key: str, **facts: str) -> str:
        return self._words.words("ticket", key, **facts)


def _acting(judged: Addressee, words: Catalogue) -> str:
    return words.words("acts", "user" if judged.yourself else judged.kind)


def _block(field: Field) -> str:
    """Return label and text, in one line where the text is one."""
    if "\n" in field.whole:
        return f"{field.label.upper()}\n{field.whole}"
    return f"{field.label}: {field.whole}"
