"""Invented people at invented computers, and how others write about them."""

from __future__ import annotations

import string
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st
from tests.lab.numbers import cnpj, cpf

from a3check.report.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Callable

LETTERS: Final = "bcdfgjklmnpqrstvwxzçñ"
"""Without vowels and h: no word of ours is made of them, nor is `https`."""
WORDS: Final = st.text(LETTERS, min_size=5, max_size=10)
PARTICLES: Final = ("da", "de", "dos", "e")
_NARROW: Final = "\u00a0"
_UNSEEN: Final = "\u200b\u00ad\ufeff"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a certificate, at a computer of their own."""

    name: str
    cpf: str
    cnpj: str
    mail: str
    serial: str
    user: str
    host: str
    ip: str
    mac: str

    @property
    def words(self) -> list[str]:
        """The words of the name that tell who it is."""
        return [word for word in self.name.split() if word.casefold() not in PARTICLES]

    @property
    def identity(self) -> Identity:
        """What the program knows of itself when it writes."""
        homes = (f"C:\\Users\\{self.user}", f"/home/{self.user}", f"\\\\srv\\perfis\\{self.user}")
        return Identity((self.host,), (self.user,), homes, (self.ip, self.mac))

    @property
    def secrets(self) -> frozenset[str]:
        """What must stand nowhere; of numbers what the mask does not show."""
        local, _, domain = self.mail.partition("@")
        digits = {self.cpf, self.cnpj, self.serial.lstrip("0"), self.mac.replace(":", "")}
        return frozenset({*self.words, *digits, local, domain, self.user, self.host, self.ip})


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Anybody: with particles, an apostrophe, an initial, a hyphen, a domain with accents."""
    words = draw(st.lists(WORDS, min_size=2, max_size=4, unique=True))
    if draw(st.booleans()):
        words.insert(1, draw(st.sampled_from(PARTICLES)))
    name = " ".join(words).upper() if draw(st.booleans()) else " ".join(words).title()
    hexes = st.text("0123456789ABCDEF", min_size=2, max_size=2)
    return Person(
        name=name,
        cpf=cpf(draw(st.from_regex(r"[1-9][0-9]{8}", fullmatch=True, alphabet="0123456789"))),
        cnpj=cnpj(draw(st.text(string.digits, min_size=8, max_size=8)) + "0001"),
        mail=f"{draw(WORDS)}.{draw(WORDS)}@{draw(WORDS)}-são.{draw(WORDS)}.test",
        serial="00" * draw(st.integers(0, 1)) + "A7" + "".join(draw(hexes) for _ in range(6)),
        user=draw(WORDS),
        host=f"PC-{draw(WORDS).upper()}-07",
        ip=f"10.{draw(st.integers(100, 255))}.{draw(st.integers(100, 255))}.77",
        mac=":".join(["02", *(draw(hexes) for _ in range(5))]),
    )


NAMED: Final[dict[str, Callable[[Person], str]]] = {
    "as it is": lambda p: f"titular {p.name}",
    "certificate's": lambda p: f"CN={p.name.upper()}:{p.cpf}, O=ICP-Brasil",
    "lower case": lambda p: p.name.lower(),
    "no accents": lambda p: _bare(p.name),
    "decomposed": lambda p: unicodedata.normalize("NFD", p.name),
    "on two lines": lambda p: "\r\n  ".join(p.name.split()),
    "hard blanks": lambda p: _NARROW.join(p.name.split()),
    "what nobody sees": lambda p: _UNSEEN.join(p.name),
    "file": lambda p: f"{'_'.join(_bare(p.name).lower().split())}.cer",
    "account": lambda p: f"{'.'.join(_bare(p.name).lower().split())} entrou",
    "address": lambda p: f"https://a.test/?cn={'%20'.join(p.name.split())}&x=1",
    "first and last": lambda p: f"Olá, {p.words[0]} {p.words[-1]}!",
    "last first": lambda p: f"{p.words[-1].upper()}, {' '.join(p.words[:-1])}",
    "cut short": lambda p: f"{' '.join(p.name.split()[:3])}...",
}
NUMBERED: Final[dict[str, Callable[[Person], str]]] = {
    "CPF": lambda p: f"CPF {p.cpf}.",
    "CPF printed": lambda p: f"{p.cpf[:3]}.{p.cpf[3:6]}.{p.cpf[6:9]}-{p.cpf[9:]}",
    "CPF spaced": lambda p: f"{p.cpf[:3]} {p.cpf[3:6]} {p.cpf[6:9]} {p.cpf[9:]}",
    "CPF slashed": lambda p: f"{p.cpf[:3]}.{p.cpf[3:6]}.{p.cpf[6:9]}/{p.cpf[9:]}",
    "CPF dashed": lambda p: f"{p.cpf[:9]}\u2013{p.cpf[9:]}",
    "CPF unseen": lambda p: _UNSEEN[0].join(p.cpf),
    "otherName": lambda p: f"17091963{p.cpf}{'0' * 26}SSPAM",
    "CNPJ": lambda p: f"{p.cnpj[:2]}.{p.cnpj[2:5]}.{p.cnpj[5:8]}/{p.cnpj[8:12]}-{p.cnpj[12:]}",
    "CNPJ bare": lambda p: p.cnpj,
    "serial": lambda p: f"token {p.serial} gone",
    "serial, hex": lambda p: f"0x{p.serial.lower()}",
    "serial, no zeros": lambda p: p.serial.lstrip("0"),
    "serial, grouped": lambda p: ":".join(_pairs(p.serial)),
}
PLACED: Final[dict[str, Callable[[Person], str]]] = {
    "mail": lambda p: f"escreva a {p.mail}.",
    "mail, in an address": lambda p: f"https://a.test/?e={p.mail.replace('@', '%40')}",
    "mail, loud": lambda p: f"mailto:{p.mail.upper()}",
    "home": lambda p: f"dlopen(/home/{p.user}/.x/y.so) falhou",
    "home, Windows": lambda p: f"C:\\Users\\{p.user}\\AppData\\Local\\Temp\\y.dll",
    "home, Portuguese": lambda p: f"C:/Usuários/{p.user}/y.dll",
    "home, address": lambda p: f"file:///C:/Users/{p.user}/y.html",
    "home, share": lambda p: f"\\\\srv\\perfis\\{p.user}\\y",
    "share": lambda p: f"\\\\{p.host}\\{p.user}$\\docs",
    "domain": lambda p: f"PREF\\{p.user.upper()}",
    "host": lambda p: f"http://{p.host.lower()}:8080/{p.user}/",
    "host, whole": lambda p: f"{p.host}.prefeitura.local: {p.user}@{p.host}",
    "IP": lambda p: f"de {p.ip}:49152 para 200.1.2.3",
    "IP in IPv6": lambda p: f"[::ffff:{p.ip}]",
    "MAC": lambda p: p.mac.replace(":", "-"),
    "MAC bare": lambda p: p.mac.replace(":", "").lower(),
    "MAC in fours": lambda p: ".".join(p.mac.replace(":", "")[at : at + 4] for at in (0, 4, 8)),
}
SAYINGS: Final = {**NAMED, **NUMBERED, **PLACED}


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return "".join(c for c in apart if not unicodedata.combining(c))


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(0, len(text), 2)]
