from dataclasses import replace

import pytest
from tests.unit.checks.world import MODULE, TOKEN, World, fact, said

from a3check.checks import driver
from a3check.checks.card import Cards
from a3check.checks.driver import Drivers, chosen, judge, needed_for, serves
from a3check.core.cryptoki import (
    Candidate,
    Driver,
    FileFacts,
    FileVersion,
    HeaderFault,
    Signed,
    Token,
)
from a3check.core.fault import Fault, FaultKind
from a3check.core.model import Finding
from a3check.core.smartcard import CardState, Reader
from a3check.core.software import Installed, Program, RegisteredCard
from a3check.core.wishes import Form, Wishes

STARSIGN = bytes.fromhex("3BF99600008131FE4553434537200E00202028")
CARD = Reader("Leitora 00", CardState.PRESENT, STARSIGN)
OTHER = Reader("Teclado 01", CardState.PRESENT, b"\x3b")
AT = Candidate(MODULE)
GOOD = Driver(AT, "2.6", "Casa", ("Leitora 00",), (TOKEN,), 0.123)
BLANK = replace(TOKEN, initialized=False)


def broken(
    kind: FaultKind, call: str = "C_GetTokenInfo", *, tokens: tuple[Token, ...] = ()
) -> Driver:
    fault = Fault(kind, call, 24.6, "CKR_GENERAL_ERROR")
    return Driver(AT, faults=(fault,), tokens=tokens)


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (GOOD, ("driver.working",)),
        (broken(FaultKind.HUNG), ("driver.hung",)),
        (broken(FaultKind.CANCELLED), ("driver.hung",)),
        (broken(FaultKind.DIED), ("driver.crashed",)),
        (broken(FaultKind.NOT_LOADED), ("driver.missing_dependency",)),
        (broken(FaultKind.NOT_PKCS11), ("driver.not_pkcs11",)),
        (broken(FaultKind.REFUSED), ("driver.refused",)),
        (broken(FaultKind.REFUSED, tokens=(BLANK,)), ("driver.refused",)),
        (broken(FaultKind.REFUSED, tokens=(TOKEN,)), ("driver.refused lowered",)),
        (broken(FaultKind.HUNG, tokens=(TOKEN,)), ("driver.hung",)),
        (broken(FaultKind.HUNG, "C_Finalize"), ("driver.hung lowered", "driver.working")),
        (Driver(AT, header=HeaderFault(library=False)), ("driver.not_a_library",)),
        (
            Driver(AT, header=HeaderFault(True, "x86 32", "x86 64")),
            ("driver.wrong_architecture",),
        ),
    ],
)
def test_one_module(given: Driver, codes: tuple[str, ...]) -> None:
    found = judge((given,), ())
    assert said(found) == codes
    assert fact(found[0], "module") == (MODULE,)


def test_an_unsafe_place_is_said_before_the_module_is_loaded() -> None:
    world = World()
    world.system.found = (AT, Candidate("/opt/livre/m.so", unsafe=True))
    outcome = driver.CHECK.run(world.context)
    first = next(iter(outcome))
    assert said((first,)) == ("driver.unsafe_location",)
    assert fact(first, "module") == ("/opt/livre/m.so",)
    assert world.drivers.surveyed == ()


SIGNED = FileFacts(FileVersion("4.7.0", "Casa do arquivo"), Signed.VALID, "Casa Ltda.")


def test_what_the_file_says_of_itself() -> None:
    names = ("module_version", "module_company", "file_version", "signature", "signer")
    told = fact(judge((replace(GOOD, file=SIGNED),), ())[0], *names)
    assert told == ("2.6", "Casa", "4.7.0", "valid", "Casa Ltda.")
    told = fact(judge((replace(Driver(AT), file=SIGNED),), ())[0], *names)
    assert told[:2] == ("4.7.0", "Casa do arquivo")
    assert fact(judge((GOOD,), ())[0], *names[2:]) == (None, None, None)


@pytest.mark.parametrize(("signer", "told"), [("", None), ("Casa Ltda.", "Casa Ltda.")])
def test_a_file_that_was_changed_after_it_was_signed(signer: str, told: str | None) -> None:
    changed = replace(GOOD, file=FileFacts(signed=Signed.BROKEN, signer=signer))
    found = judge((changed,), ())
    assert said(found) == ("driver.changed_file", "driver.working")
    assert fact(found[0], "module", "signer") == (MODULE, told)


@pytest.mark.parametrize("state", [Signed.UNSIGNED, Signed.UNTRUSTED, Signed.UNTOLD])
def test_no_other_signature_is_anybody_s_fault(state: Signed) -> None:
    assert said(judge((replace(GOOD, file=FileFacts(signed=state)),), ())) == ("driver.working",)


def test_what_is_missing_and_who_forbids() -> None:
    lacking = replace(broken(FaultKind.NOT_LOADED), file=FileFacts(missing=("MSVCP140.dll",)))
    assert fact(judge((lacking,), ())[0], "missing") == (("MSVCP140.dll",),)
    assert fact(judge((broken(FaultKind.NOT_LOADED),), ())[0], "missing") == (None,)
    (forbidden,) = judge((broken(FaultKind.BLOCKED, "load"),), ())
    assert said((forbidden,)) == ("driver.blocked",)
    assert fact(forbidden, "module", "loader") == (MODULE, "CKR_GENERAL_ERROR")


LISTS = Installed(
    (Program("SafeSign Standard", bits=32), Program("OpenSC", bits=64)),
    (RegisteredCard("Cartão A", STARSIGN, library="a.dll"),),
)


def test_what_is_installed_helps_to_repair() -> None:
    names = ("installed", "registered")
    safesign, card = ("SafeSign Standard (32 bits)",), ("Cartão A (a.dll)",)
    assert fact(judge((), (CARD,), LISTS)[0], *names) == (safesign, card)
    assert fact(judge((), (), LISTS)[0], *names) == ((*safesign, "OpenSC (64 bits)"), None)
    idle = Driver(AT, slots=("Leitora 00",))
    assert fact(judge((idle,), (CARD,), LISTS)[1], "registered") == (card,)
    known = Candidate(MODULE, "safesign", "SafeSign (StarSign)")
    foreign = Driver(known, header=HeaderFault(True, "x86 32", "x86 64"))
    told = fact(judge((foreign,), (), LISTS)[0], "product", "installed")
    assert told == ("SafeSign (StarSign)", safesign)
    strange = replace(foreign, candidate=AT)
    assert fact(judge((strange,), (), Installed())[0], "product", "installed") == (None, None)


def test_run_reads_the_lists() -> None:
    world = World().learn(Cards((CARD,)))
    world.system.found, world.drivers.drivers, world.system.lists = (), (), LISTS
    (absent,) = world.run(driver.CHECK)
    assert isinstance(absent, Finding)
    assert absent.get("installed") == ("SafeSign Standard (32 bits)",)


def test_evidence() -> None:
    names = ("module", "seconds", "module_version", "module_company")
    assert fact(judge((GOOD,), ())[0], *names) == (MODULE, 0.12, "2.6", "Casa")
    assert fact(judge((Driver(AT),), ())[0], *names) == (MODULE, 0.0, None, None)
    call = ("call", "seconds", "exit", "loader", "ckr")
    ckr = "CKR_GENERAL_ERROR"
    for kind, evidence in (
        (FaultKind.HUNG, ("C_GetTokenInfo", 25, None, None, None)),
        (FaultKind.DIED, ("C_GetTokenInfo", None, ckr, None, None)),
        (FaultKind.NOT_LOADED, (None, None, None, ckr, None)),
        (FaultKind.REFUSED, ("C_GetTokenInfo", None, None, None, ckr)),
    ):
        assert fact(judge((broken(kind),), ())[0], *call) == evidence
    wrong = Driver(AT, header=HeaderFault(True, "x86 32", "x86 64"))
    assert fact(judge((wrong,), ())[0], "found", "wanted") == ("x86 32", "x86 64")


def test_no_module_at_all() -> None:
    assert said(judge((), ())) == ("driver.absent",)
    assert fact(judge((), ())[0], "needed") == (None,)
    (found,) = judge((), (OTHER, CARD))
    assert said(found) == ("driver.absent",)
    assert str(found.get("needed")).startswith("SafeSign")


@pytest.mark.parametrize(
    ("slots", "readers", "result"),
    [
        (("Leitora 00",), ("Leitora 00",), True),
        (("Leitora 00",), ("Leitora 0",), True),
        (("leitora 00 com mais",), ("LEITORA 00 com mais",), True),
        (("Leitora 00", "Outra"), ("Outra",), False),
        (("slot 1",), ("slot 1",), True),
        (("slot 1",), (), False),
        (("",), ("",), True),
        (("Teclado 01",), ("slot 1",), False),
    ],
)
def test_whether_a_module_shows_a_card(
    slots: tuple[str, ...], readers: tuple[str, ...], result: bool
) -> None:
    tokens = tuple(replace(TOKEN, reader=name) for name in readers)
    assert serves(Driver(AT, slots=slots, tokens=tokens), CARD, (CARD, OTHER)) is result


def test_a_card_that_no_module_shows() -> None:
    idle = Driver(AT, slots=("Leitora 00",))
    (works, wrong) = judge((idle,), (CARD,))
    assert said((works, wrong)) == ("driver.working", "driver.wrong_for_card")
    assert fact(wrong, "reader", "modules", "atr") == (
        "Leitora 00",
        (MODULE,),
        STARSIGN.hex().upper(),
    )
    assert str(wrong.get("needed")).startswith("SafeSign")
    strange = replace(CARD, atr=b"\x3b")
    assert fact(judge((idle,), (strange,))[1], "needed") == (None,)


def test_a_card_that_one_module_shows_is_served() -> None:
    idle = Driver(Candidate("/opt/idle.so"), slots=("Leitora 00",))
    assert said(judge((idle, GOOD), (CARD,))) == ("driver.working", "driver.working")
    faulty = broken(FaultKind.DIED, tokens=(TOKEN,))
    assert said(judge((idle, faulty), (CARD,))) == ("driver.working", "driver.crashed")


def test_without_a_working_module_no_card_is_blamed() -> None:
    assert said(judge((broken(FaultKind.DIED),), (CARD,))) == ("driver.crashed",)


def test_where_a_cards_own_driver_is_broken_that_is_the_fault() -> None:
    own = replace(broken(FaultKind.DIED), candidate=Candidate("/opt/own.so", "safesign"))
    idle = Driver(AT, slots=("Leitora 00",))
    assert said(judge((idle, own), (CARD,))) == ("driver.working", "driver.crashed")
    other = replace(own, candidate=Candidate("/opt/own.so", "other"))
    codes = ("driver.working", "driver.crashed", "driver.wrong_for_card")
    assert said(judge((idle, other), (CARD,))) == codes
    strange = replace(CARD, atr=b"\x3b")
    assert said(judge((idle, own), (strange,))) == codes
    sound = Driver(Candidate("/opt/own.so", "safesign"))
    assert said(judge((idle, sound), (CARD,)))[2:] == ("driver.wrong_for_card",)


@pytest.mark.parametrize("kind", [FaultKind.DIED, FaultKind.HUNG])
def test_a_broken_modules_last_words_are_kept(kind: FaultKind) -> None:
    talking = replace(broken(kind), stderr=f"{'x' * 500}fim\n")
    (finding,) = judge((talking,), ())
    assert said(finding)
    (words,) = fact(finding, "stderr")
    assert isinstance(words, str)
    assert (len(words), words[-4:]) == (driver.LAST_WORDS, "xfim")
    assert fact(judge((replace(talking, stderr=" \n"),), ())[0], "stderr") == (None,)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"{'x' * 490} MARIA DE\n{'y' * 380}\nfim\n", f"{'y' * 380}\nfim"),
        (f"a\n{'y' * 380}", f"a\n{'y' * 380}"),
        (f"a\n{'y' * 398}", f"a\n{'y' * 398}"),
    ],
)
def test_last_words_begin_with_a_whole_line(text: str, kept: str) -> None:
    (finding,) = judge((replace(broken(FaultKind.DIED), stderr=text),), ())
    assert said(finding)
    assert fact(finding, "stderr") == (kept,)


def test_two_makers_modules_for_one_token() -> None:
    seen = replace(TOKEN, module="/opt/theirs.so")
    theirs = replace(GOOD, candidate=Candidate(seen.module), company="Outra", tokens=(seen,))
    found = judge((GOOD, theirs), ())
    assert said(found)[2:] == ("driver.several",)
    assert fact(found[2], "modules") == ((MODULE, "/opt/theirs.so"),)
    same = replace(theirs, company="CASA")
    assert said(judge((GOOD, same), ())) == ("driver.working",) * 2
    blank = replace(theirs, tokens=(BLANK,))
    assert said(judge((blank, GOOD), ())) == ("driver.working",) * 2
    another = replace(theirs, tokens=(replace(seen, serial="77"),))
    assert said(judge((GOOD, another), ())) == ("driver.working",) * 2
    card = Reader(TOKEN.reader, CardState.PRESENT)
    assert said(judge((GOOD, another), (card,)))[2:] == ("driver.several",)


LOCAL, AGENT = Candidate("/a", "safesign"), Candidate("/b", "birdid", cloud=True)
NAMED = Candidate("/c")


@pytest.mark.parametrize(
    ("form", "result"),
    [
        (Form.CLOUD, (AGENT, NAMED)),
        (Form.TOKEN, (LOCAL, NAMED)),
        (Form.CARD, (LOCAL, NAMED)),
        (Form.UNKNOWN, (LOCAL, AGENT, NAMED)),
    ],
)
def test_which_modules_are_loaded(form: Form, result: tuple[Candidate, ...]) -> None:
    assert chosen((LOCAL, AGENT, NAMED), form) == result


def test_what_a_card_needs() -> None:
    assert needed_for(()) == ""
    assert needed_for((OTHER,)) == ""
    assert needed_for((OTHER, CARD)).startswith("SafeSign")


def test_run_surveys_and_learns() -> None:
    world = World().learn(Cards((CARD,)))
    assert said(world.run(driver.CHECK)) == ("driver.working",)
    assert world.drivers.surveyed == (AT,)
    assert world.context.recall(Drivers).drivers == world.drivers.drivers


@pytest.mark.parametrize(
    ("given", "learned"),
    [
        (broken(FaultKind.DIED), False),
        (broken(FaultKind.DIED, "C_Finalize"), True),
        (broken(FaultKind.DIED, tokens=(TOKEN,)), True),
        (Driver(AT), True),
    ],
)
def test_a_module_that_shows_nothing_is_no_fact(given: Driver, learned: bool) -> None:
    world = World()
    world.drivers.drivers = (given,)
    world.run(driver.CHECK)
    assert (world.context.find(Drivers) is not None) is learned


def test_the_cloud_without_any_agent_is_the_clouds_matter() -> None:
    world = World(Wishes(form=Form.CLOUD))
    world.system.found = (LOCAL,)
    assert said(world.run(driver.CHECK)) == ("skipped: cloud",)
    world = World(Wishes(form=Form.TOKEN))
    world.system.found, world.drivers.drivers = (), ()
    assert said(world.run(driver.CHECK)) == ("driver.absent",)


def test_a_module_that_breaks_while_ending_only_warns() -> None:
    world = World()
    world.drivers.broken = (broken(FaultKind.DIED, "C_Finalize"),)
    assert driver.CHECK.afterword is not None
    assert said(driver.CHECK.afterword(world.context)) == ("driver.crashed lowered",)
    # What broke when the login let go of it is not forgotten.
    world.learn(driver.Released(world.drivers.broken))
    world.drivers.broken = ()
    assert said(driver.CHECK.afterword(world.context)) == ("driver.crashed lowered",)
