# ruff: noqa: ARG002 - a fake takes whatever its Protocol gives
"""A whole world for a check, made of values; and how its findings are looked at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.unit.pki.maker import LEAF, NOW, ROOT, Made

from a3check.core import internet, ports, smartcard
from a3check.core.check import Context
from a3check.core.computer import Computer, Session, Store, UsbDevice
from a3check.core.cryptoki import (
    Candidate,
    Driver,
    LoginAnswer,
    Token,
    TokenCertificate,
    TokenKey,
    TokenObjects,
)
from a3check.core.fault import Fault
from a3check.core.internet import Fetched, Reach, Reached
from a3check.core.model import Finding, Skip
from a3check.core.profile import Limits, NetworkWishes, Portal, Profile, Trust
from a3check.core.question import NoPin, TryEnd
from a3check.core.register import register
from a3check.core.software import Installed
from a3check.core.store_key import NoStore
from a3check.core.wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from a3check.core.check import Check
    from a3check.core.cryptoki import SignAttempt
    from a3check.core.internet import Endpoint
    from a3check.core.model import Value
    from a3check.core.ports import JSON, Signer
    from a3check.core.question import (
        Assisted,
        AssistQuestion,
        Choice,
        FetchQuestion,
        PinQuestion,
        ShowQuestion,
    )
    from a3check.core.secret import Secret
    from a3check.core.store_key import StoreKeys
    from a3check.tls.transcript import Transcript

MODULE = "/opt/good.so"
PIN = b"135790"
EC_MECHANISMS = frozenset({"CKM_ECDSA"})
TOKEN = Token(
    MODULE, 1, "Leitora 00", "Token", "Casa", "M1", "0042", True, mechanisms=EC_MECHANISMS
)
PORTAL = Portal(
    "https://portal.test/tarefas",
    ("https://cas.test:8443/login",),
    ("portal.test:443", "cas.test:443"),
    ("cas.test:8443",),
    reached=("/tarefas",),
    second_factor=("autenticador",),
    refusal=("proteção de sistemas",),
)
PROFILE = Profile(
    "teste",
    PORTAL,
    trust=Trust((ROOT.facts.sha256,)),
    network=NetworkWishes(time_urls=("https://hora.test/", "https://data.test/")),
    limits=Limits(walk_interval=0.0),
)


def holding(made: Made, number: bytes = b"\1", label: str = "") -> TokenCertificate:
    """Return a certificate object."""
    return TokenCertificate(number, label, made.der)


KEY = TokenKey(b"\1", "", "ec")
OBJECTS = TokenObjects((holding(LEAF),), (KEY,))


@dataclass
class FakeReaders:
    service: smartcard.Service = field(
        default_factory=lambda: smartcard.Service(smartcard.ServiceState.RUNNING)
    )

    def survey(self) -> smartcard.Service:
        return self.service


@dataclass
class FakeDrivers:
    events: list[str]
    drivers: tuple[Driver, ...] = (Driver(Candidate(MODULE), tokens=(TOKEN,)),)
    held: dict[str, TokenObjects | Fault] = field(default_factory=lambda: {MODULE: OBJECTS})
    answer: LoginAnswer | Fault = field(default_factory=lambda: LoginAnswer("CKR_OK", 0.2))
    signing: list[bytes | Fault] = field(default_factory=list)
    broken: tuple[Driver, ...] = ()
    surveyed: tuple[Candidate, ...] = ()
    pins: list[bytes] = field(default_factory=list)
    keys: list[TokenKey] = field(default_factory=list)
    attempts: list[SignAttempt] = field(default_factory=list)

    def survey(self, candidates: Sequence[Candidate]) -> tuple[Driver, ...]:
        self.surveyed = tuple(candidates)
        return self.drivers

    def objects(self, token: Token) -> TokenObjects | Fault:
        return self.held[token.module]

    def login(self, token: Token, pin: Secret) -> LoginAnswer | Fault:
        self.events.append(f"login {token.module}")
        with pin.opened() as opened:
            self.pins.append(bytes(opened))
        return self.answer

    def sign(self, token: Token, key: TokenKey, attempt: SignAttempt) -> bytes | Fault:
        self.keys.append(key)
        self.attempts.append(attempt)
        return self.signing.pop(0)

    def release(self) -> tuple[Driver, ...]:
        return self.broken


@dataclass
class FakeNetwork:
    shut: dict[str, Reached] = field(default_factory=dict)
    offsets: dict[str, float | None] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    posted: list[bytes] = field(default_factory=list)
    tried: list[Endpoint] = field(default_factory=list)
    through: internet.ProxyServer | None = None
    around: dict[str, Reached] = field(default_factory=dict)
    odd: tuple[internet.Unfollowed, ...] = ()

    def reach(self, endpoints: Sequence[Endpoint]) -> tuple[Reached, ...]:
        self.tried += endpoints
        return tuple(
            replace(self.shut[str(e)], endpoint=e) if str(e) in self.shut else connected(e)
            for e in endpoints
        )

    def direct(self, endpoints: Sequence[Endpoint]) -> tuple[Reached, ...]:
        return tuple(
            replace(self.around[str(e)], endpoint=e) if str(e) in self.around else connected(e)
            for e in endpoints
        )

    def unfollowed(self, endpoints: Sequence[Endpoint]) -> tuple[internet.Unfollowed, ...]:
        return self.odd

    def times(self, urls: Sequence[str]) -> tuple[internet.TimeSample, ...]:
        self.asked += urls
        return tuple(internet.TimeSample(url, self.offsets.get(url, 0.0)) for url in urls)

    def proxy(self, url: str) -> internet.ProxyServer | None:
        return self.through

    def fetch(self, urls: Sequence[str], data: bytes | None = None) -> tuple[Fetched, ...]:
        self.asked += urls
        self.posted += [data] if data is not None else []
        return tuple(
            Fetched(url, self.bodies[url])
            if url in self.bodies
            else Fetched(url, fault=self.faults.get(url, "http_404"))
            for url in urls
        )

    def inquire(
        self, inquiries: Sequence[internet.Inquiry]
    ) -> tuple[Mapping[internet.Ask, Fetched], ...]:
        return tuple(map(self._in_turn, inquiries))

    def _in_turn(self, inquiry: internet.Inquiry) -> Mapping[internet.Ask, Fetched]:
        answers: dict[internet.Ask, Fetched] = {}
        for ask in inquiry.asks:
            (answers[ask],) = self.fetch([ask.url], ask.data)
            if answers[ask].body and inquiry.serves(ask, answers[ask]):
                break
        return answers


@dataclass
class FakeKept:
    bodies: dict[str, bytes] = field(default_factory=dict)

    def take(self, url: str) -> bytes | None:
        return self.bodies.get(url)

    def keep(self, url: str, body: bytes) -> None:
        self.bodies[url] = body

    def drop(self, url: str) -> None:
        del self.bodies[url]


def connected(endpoint: Endpoint) -> Reached:
    return Reached(endpoint, Reach.CONNECTED, "203.0.114.9", seconds=0.01)


@dataclass
class FakeHandshakes:
    """Answers each host and path with the next of its transcripts, the last one for ever."""

    script: dict[str, list[Transcript | Fault]] = field(default_factory=dict)
    requests: list[Mapping[str, JSON]] = field(default_factory=list)
    signers: list[Signer | None] = field(default_factory=list)

    def converse(
        self, request: Mapping[str, JSON], sign: Signer | None = None
    ) -> Mapping[str, JSON] | Fault:
        self.requests.append(request)
        self.signers.append(sign)
        answers = self.script[f"{request['host']}{str(request['path']).partition('?')[0]}"]
        said = answers.pop(0) if len(answers) > 1 else answers[0]
        return said if isinstance(said, Fault) else said.to_json()


@dataclass
class FakeSystem:
    described: Computer = field(
        default_factory=lambda: Computer("Linux", "x86_64", Session.LOCAL, "pt_BR")
    )
    at: tuple[str, bool] = ("America/Manaus", True)
    devices: tuple[UsbDevice, ...] = ()
    found: tuple[Candidate, ...] = (Candidate(MODULE),)
    lists: Installed = field(default_factory=Installed)
    stores: tuple[Store, ...] = ()
    shown_by: tuple[str, ...] = ()
    shipped: frozenset[str] | None = frozenset()
    authorities: tuple[bytes, ...] = ()
    providers: tuple[str, ...] = ()

    def computer(self) -> Computer:
        return self.described

    def zone(self) -> tuple[str, bool]:
        return self.at

    def usb(self) -> tuple[UsbDevice, ...]:
        return self.devices

    def modules(self) -> tuple[Candidate, ...]:
        return self.found

    def installed(self) -> Installed:
        return self.lists

    def key_providers(self) -> tuple[str, ...]:
        return self.providers

    def store(self, certificate: bytes, modules: Sequence[str]) -> tuple[Store, ...]:
        assert certificate
        self.shown_by = tuple(modules)
        return self.stores

    def shipped_roots(self) -> frozenset[str] | None:
        return self.shipped

    def ca_certificates(self) -> tuple[bytes, ...]:
        return self.authorities


@dataclass
class FakeClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@dataclass
class FakeUser:
    events: list[str]
    given: Secret | NoPin = NoPin.NOBODY
    choice: str | None = None
    """A certificate's fingerprint, with ``@`` and its token's place where that matters."""
    questions: list[PinQuestion] = field(default_factory=list)
    offered: list[Choice] = field(default_factory=list)
    brand: str | None = None
    brands: list[tuple[str, ...]] = field(default_factory=list)
    shown: bool = False
    shows: list[ShowQuestion] = field(default_factory=list)
    fetches: bool = False
    missing: list[FetchQuestion] = field(default_factory=list)
    saw: Assisted | None = None
    assists: list[AssistQuestion] = field(default_factory=list)

    def pin(self, question: PinQuestion) -> Secret | NoPin:
        self.events.append("asked")
        self.questions.append(question)
        return self.given

    def choose(self, choices: Sequence[Choice]) -> str | None:
        self.events.append("chose")
        self.offered += choices
        wanted = self.choice
        return next((c.key for c in choices if wanted and c.key.startswith(wanted)), None)

    def cloud(self, brands: Sequence[str]) -> str | None:
        self.brands.append(tuple(brands))
        return self.brand

    def may_show(self, question: ShowQuestion) -> bool:
        self.events.append("may show")
        self.shows.append(question)
        return self.shown

    def may_fetch(self, question: FetchQuestion) -> bool:
        self.events.append("may fetch")
        self.missing.append(question)
        return self.fetches

    def assist(self, question: AssistQuestion) -> Assisted | None:
        self.events.append("assisted")
        self.assists.append(question)
        return self.saw


@dataclass
class FakeTries:
    events: list[str]
    count: int = 0
    repeated: TryEnd | None = None
    free: bool = True
    meanwhile: int = 0
    ends: list[TryEnd] = field(default_factory=list)
    looks: list[datetime | None] = field(default_factory=list)
    rests: bool = False
    key_free: bool = True
    key_ends: list[TryEnd] = field(default_factory=list)

    def look(self, token: Token, since: datetime | None) -> None:
        self.looks.append(since)

    def key_rests(self, token: Token, key: TokenKey) -> bool:
        return self.rests

    def begin_key(self, token: Token, key: TokenKey) -> bool:
        assert key.always_authenticate
        self.events.append("begin key")
        return self.key_free

    def end_key(self, token: Token, key: TokenKey, end: TryEnd) -> None:
        self.events.append(f"end key {end}")
        self.key_ends.append(end)

    def wrong(self, token: Token) -> int:
        return self.count

    def repeats(self, token: Token, pin: Secret) -> TryEnd | None:
        assert len(pin), "the PIN is still there"
        assert not token.pinpad
        return self.repeated

    def begin(self, token: Token, pin: Secret | None) -> bool:
        assert (pin is None) is token.pinpad
        self.events.append("begin")
        self.count += self.meanwhile + 1
        return self.free

    def end(self, token: Token, end: TryEnd) -> None:
        self.events.append(f"end {end}")
        self.ends.append(end)


class World:
    """All ports as fakes, the context over them, and what happened in which order."""

    def __init__(
        self,
        wishes: Wishes | None = None,
        profile: Profile = PROFILE,
        store_keys: StoreKeys | None = None,
    ) -> None:
        self.events: list[str] = []
        self.readers = FakeReaders()
        self.drivers = FakeDrivers(self.events)
        self.network = FakeNetwork()
        self.handshakes = FakeHandshakes()
        self.system = FakeSystem()
        self.clock = FakeClock()
        self.user = FakeUser(self.events)
        self.tries = FakeTries(self.events)
        self.kept = FakeKept()
        given = ports.Ports(
            self.readers,
            self.drivers,
            self.network,
            self.handshakes,
            self.system,
            self.clock,
            self.user,
            self.tries,
            self.kept,
            store_keys or NoStore(),
        )
        self.context = Context(given, profile, wishes or Wishes())

    def learn(self, *facts: object, by: str = "") -> World:
        """Know these facts already; `by` names the check that gave them."""
        for fact in facts:
            self.context.learn(fact)
        if by:
            self.context._givers.add(by)
        return self

    def run(self, check: Check) -> tuple[Finding | Skip, ...]:
        """Run one check to its end."""
        return tuple(check.run(self.context))


def said(findings: Iterable[Finding | Skip] | Finding | Skip) -> tuple[str, ...]:
    """Name what was found, lowered or skipped; each finding keeps to the register."""
    given = (findings,) if isinstance(findings, Finding | Skip) else tuple(findings)
    return tuple(_one(item) for item in given)


def fact(finding: Finding | Skip, *names: str) -> tuple[Value | None, ...]:
    """Return the named evidence of a finding."""
    assert isinstance(finding, Finding)
    return tuple(finding.get(name) for name in names)


def _one(item: Finding | Skip) -> str:
    if isinstance(item, Skip):
        assert item.because in {*register().checks, "option", "user"}
        return f"skipped: {item.because}"
    keep(item)
    return f"{item.code} lowered" if item.lowered else item.code


def keep(finding: Finding) -> None:
    """Assert that a finding carries its code's evidence and nothing else, no placeholder."""
    names = [e.name for e in finding.evidence]
    assert len(names) == len(set(names)), names
    assert {*finding.rule.evidence} <= {*names}, (finding.code, names)
    assert {*names} <= {*finding.rule.evidence, *finding.rule.optional}, (finding.code, names)
    assert all(e.value is not None for e in finding.evidence)
    numbers = {e.name: e.value for e in finding.evidence}
    assert all(numbers.get(name) != 0 for name in ("http_status", "port", "maximum")), numbers
