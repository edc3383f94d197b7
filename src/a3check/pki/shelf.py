"""CA certificates by their name, each read when a path first asks for it.

A computer knows some four hundred, and a path needs three: reading them all costs more than
everything else that is done with them.
"""

from collections.abc import Iterable, Iterator

from a3check.pki import bundle, der, names
from a3check.pki.certificate import Certificate, Unreadable, read

MOST_NAMESAKES = 16
"""Certificates of one name that are kept out of files: no real CA has more than three."""

_VERSION = 0xA0


class Shelf:
    """Certificates at hand, each once, in the order they came; what cannot be read is left out.

    ``files`` are as ``bundle.certificates`` takes them.
    """

    __slots__ = ("_by_part", "_held")

    def __init__(
        self, certificates: Iterable[Certificate] = (), files: Iterable[bytes] = ()
    ) -> None:
        self._held: dict[bytes, Certificate | Unreadable | None] = {}
        self._by_part: dict[names.Part, list[bytes]] = {}
        for certificate in certificates:
            self._put(certificate.der, certificate)
        for data in (item for blob in files for item in bundle.encoded(blob)):
            if isinstance(data, bytes):
                self._put(data, None)

    @classmethod
    def of(cls, certificates: "Iterable[Certificate]") -> "Shelf":
        """Return these certificates on a shelf; a shelf is one already."""
        return certificates if isinstance(certificates, cls) else cls(certificates)

    def beside(self, certificates: Iterable[Certificate]) -> "Shelf":
        """Return a shelf that holds these, too; what this one has read is not read again."""
        both = Shelf()
        both._held = dict(self._held)
        both._by_part = {part: list(held) for part, held in self._by_part.items()}
        for certificate in certificates:
            both._put(certificate.der, certificate)
        return both

    def named(self, name: names.Canonical) -> tuple[Certificate, ...]:
        """Return those with this subject (RFC 5280 §7.1)."""
        found = map(self._taken, self._by_part.get(_last(name), ()))
        same = (c for c in found if isinstance(c, Certificate) and c.subject_key == name)
        return tuple(dict.fromkeys(same))

    def __iter__(self) -> Iterator[Certificate]:
        """Read them all."""
        found = map(self._taken, tuple(self._held))
        return iter(dict.fromkeys(c for c in found if isinstance(c, Certificate)))

    def _put(self, data: bytes, certificate: Certificate | None) -> None:
        if data in self._held:
            return
        try:
            part = _last(certificate.subject_key) if certificate else _part(data)
        except ValueError:  # nor could it be read
            return
        namesakes = self._by_part.setdefault(part, [])
        if certificate or len(namesakes) < MOST_NAMESAKES:  # to read them takes its time
            self._held[data] = certificate
            namesakes.append(data)

    def _taken(self, data: bytes) -> Certificate | Unreadable:
        known = self._held[data]
        if known is None:
            known = self._held[data] = read(data)
        return known


def _last(name: names.Canonical) -> names.Part:
    return name[-1] if name else frozenset()


def _part(data: bytes) -> names.Part:
    """Return the subject's last part: names that are the same have the same one."""
    _, at, _ = der.header(data)
    _, at, _ = der.header(data, at)
    for place in range(5):  # serial, signature, issuer, validity, subject
        tag, _, end = der.header(data, at)
        if place == 0 and tag == _VERSION:
            _, _, end = der.header(data, end)
        subject, at = at, end
    return names.last_part(data, subject)
