"""The command line's parts: the PIN's line, the live lines, the questions, the exit status."""

from __future__ import annotations

import io
import json
import os
import pty
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from a3check import cli, options, terminal
from a3check.cli import output
from a3check.cli.diagnosis import exit_status
from a3check.core.catalogue import catalogue
from a3check.core.check import found
from a3check.core.cryptoki import Token
from a3check.core.model import Diagnosis, Finding, Outcome
from a3check.core.question import Choice, NoPin, PinQuestion
from a3check.core.register import Status
from a3check.core.secret import Secret
from a3check.core.wishes import Form
from a3check.live import Live
from a3check.terminal import LONGEST_PIN, PinRefused, Terminal, read_pin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


PATIENCE = 10.0
"""Seconds after which a test gives up waiting; never reached."""
WORDS = catalogue()
TOKEN = Token("/m", 1, "R", "Token", "Casa", "M1", "1", True)
MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe; what is left open is closed."""
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


def read(ends: tuple[int, int], line: bytes) -> Secret:
    os.write(ends[1], line)
    os.close(ends[1])
    return read_pin(ends[0])


# ---- the PIN's line


@pytest.mark.parametrize(
    ("line", "pin"),
    [
        (b"1234\n", b"1234"),
        (b"1234\r\n", b"1234"),
        (b"1234", b"1234"),
        (b"12 34\n", b"12 34"),
        ("sênha\n".encode(), "sênha".encode()),
        (b"1234\nmore", b"1234"),
        (b"9" * LONGEST_PIN + b"\r\n", b"9" * LONGEST_PIN),
    ],
)
def test_a_pin_is_read(line: bytes, pin: bytes, pipe: tuple[int, int]) -> None:
    with read(pipe, line).opened() as opened:
        assert bytes(opened) == pin


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"\r\n", "empty"),
        (b"9" * (LONGEST_PIN + 1) + b"\n", "too_long"),
        (b"9" * 5000, "too_long"),
        (b"\xef\xbb\xbf1234\n", "bom"),
        (b"\xff\xfe1\x002\x00\n", "bom"),
        (b"\xfe\xff\x001\x002\n", "bom"),
        (b"12\xff\n", "not_utf8"),
        (b"12\x0034\n", "control"),
        (b"1234\r\r\n", "control"),
        (b"12\t34\n", "control"),
        (b"1234\x7f\n", "control"),
        ("1234\u200b\n".encode(), "control"),
        ("1234\u2028\n".encode(), "control"),
        (b" 1234\n", "blank"),
        (b"1234 \n", "blank"),
        ("1234\u00a0\n".encode(), "blank"),
    ],
)
def test_a_line_that_is_no_pin(line: bytes, why: str, pipe: tuple[int, int]) -> None:
    with pytest.raises(PinRefused) as refused:
        read(pipe, line)
    assert refused.value.why == why
    assert "1234" not in repr(refused.value)
    assert WORDS.words("cli", f"pin_{why}")


def test_what_follows_the_line_stays_unread(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"1234\nrest")
    read_pin(pipe[0])
    assert os.read(pipe[0], 10) == b"rest"


def test_a_closed_input_is_an_empty_one(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    with pytest.raises(PinRefused) as refused:
        read_pin(pipe[0])
    assert refused.value.why == "empty"


def test_without_readv_a_byte_is_read_all_the_same(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "readv")
    assert len(read(pipe, b"1234\nx")) == 4
    assert len(read_pin(pipe[0])) == 1


# ---- the live lines


class Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def outcome(finding: Finding | None, check: str, because: str | None = None) -> Outcome:
    return Outcome(check, (finding,) if finding else (), because=because)


def printed(*outcomes: Outcome) -> list[str]:
    stream = io.StringIO()
    live = Live(stream, WORDS)
    for one in outcomes:
        live.started(one.check)
        live.finished(one)
    return stream.getvalue().splitlines()


def test_one_line_a_check() -> None:
    running = outcome(found("service.running"), "service")
    skipped = outcome(None, "card", "reader")
    optional = outcome(None, "clock", "option")
    lines = printed(running, skipped, optional, outcome(None, "computer", "user"))
    assert len(lines) == 3
    assert lines[0].startswith(f"✓ {WORDS.title('service')}")
    assert WORDS.title("reader") in lines[1]
    assert lines[2].endswith(WORDS.words("cli", "skipped_user"))
    assert (
        len(
            {
                line.index(WORDS.title(c))
                for line, c in zip(lines, ("service", "card"), strict=False)
            }
        )
        == 1
    )


def test_a_line_is_printed_anew_only_where_it_changed() -> None:
    red = outcome(found("reader.absent"), "reader")
    assert len(printed(red, red)) == 1
    token = outcome(None, "token", "driver")
    certificate = outcome(None, "certificate", "driver")
    lines = printed(red, token, certificate)
    assert lines[0].startswith("!")
    assert any(line.startswith("✗") for line in lines[1:])


def test_a_slow_check_is_told_outside_a_terminal() -> None:
    stream = io.StringIO()
    live = Live(stream, WORDS)
    live.started("driver")
    live.slow("driver", 5.9)
    assert "5 s" in stream.getvalue()


def test_a_terminal_has_colours_and_a_spinner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("a3check.live.FRAME", 0.001)
    stream = Screen()
    with Live(stream, WORDS) as live:
        live.started("driver")
        drawn(stream, WORDS.running("driver"))
        live.slow("driver", 6)
        drawn(stream, WORDS.words("cli", "taking_long", what=WORDS.running("driver")))
        live.pause()
        live.resume()
        live.finished(outcome(found("driver.absent"), "driver"))
    assert "\x1b[31m✗\x1b[0m" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_what_no_check_does_is_shown_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("a3check.live.FRAME", 0.001)
    stream = Screen()
    with Live(stream, WORDS) as live:
        live.doing(WORDS.words("update", "download"))
        drawn(stream, WORDS.words("update", "download"))
        live.doing(WORDS.words("update", "check"))
        drawn(stream, WORDS.words("update", "check"))
    plain = io.StringIO()
    with Live(plain, WORDS) as live:
        live.doing("x")
    assert plain.getvalue() == ""


def drawn(stream: Screen, text: str) -> None:
    for _ in range(round(PATIENCE / 0.01)):
        if text in stream.getvalue():
            return
        threading.Event().wait(0.01)
    raise AssertionError(text)


def test_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Screen()
    Live(stream, WORDS).finished(outcome(found("driver.absent"), "driver"))
    assert "[31m" not in stream.getvalue()


def test_a_stream_that_cannot_say_it() -> None:
    class Narrow(io.StringIO):
        encoding = "ascii"

    stream = Narrow()
    Live(stream, WORDS).finished(outcome(found("driver.absent"), "driver"))
    assert stream.getvalue().startswith("?")
    live = Live(stream, WORDS)
    stream.close()
    live.finished(outcome(found("driver.absent"), "driver"))


# ---- the last words


def diagnosis(*findings: Finding, complete: bool = True, crash: str | None = None) -> Diagnosis:
    outcomes = [Outcome(f.code.partition(".")[0], (f,)) for f in findings]
    outcomes += [Outcome("store", crash=crash)] if crash else []
    return Diagnosis(tuple(outcomes), MOMENT, 1.0, complete)


ACCEPTED = found("login.accepted", host="h", page="/")
EXPIRED = found("certificate.expired", not_after=MOMENT, days=3, judged_by="trusted")
UNTRIED = found("pin.not_tried", reason="option")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (diagnosis(ACCEPTED), output.OK),
        (diagnosis(ACCEPTED, crash="TypeError"), output.OK),
        (diagnosis(EXPIRED), output.CAUSE),
        (diagnosis(EXPIRED, crash="TypeError"), output.CAUSE),
        (diagnosis(UNTRIED), output.UNKNOWN),
        (diagnosis(), output.UNKNOWN),
        (diagnosis(crash="TypeError"), output.DEFECT),
        (diagnosis(UNTRIED, crash="TypeError"), output.DEFECT),
        (diagnosis(ACCEPTED, complete=False), output.CANCELLED),
    ],
)
def test_exit_status(given: Diagnosis, status: int) -> None:
    assert exit_status(given) == status


def concluded(given: Diagnosis) -> str:
    stream = io.StringIO()
    Live(stream, WORDS).conclude(given)
    return stream.getvalue()


def test_the_cause_who_resolves_it_and_what_to_do() -> None:
    text = concluded(diagnosis(EXPIRED, found("network.offline")))
    advice = WORDS.advice(EXPIRED)
    assert advice.title in text
    assert advice.explanation in text
    assert WORDS.words("acts", "supplier") in text
    assert f"  1. {advice.steps[0]}" in text
    assert f"  - {WORDS.advice(found('network.offline')).title}" in text
    assert "certificate.expired" in text


def test_the_same_is_not_told_twice() -> None:
    unnamed = [found("network.dns_failed", host=host, reason="no_names") for host in "ab"]
    text = concluded(Diagnosis((Outcome("network", tuple(unnamed)),), MOMENT, 1.0))
    assert text.count(WORDS.advice(unnamed[0]).title) == 1
    assert WORDS.words("cli", "also") not in text


def test_nothing_is_wrong() -> None:
    assert WORDS.words("cli", "passed") in concluded(diagnosis(ACCEPTED))
    assert WORDS.words("cli", "nothing_found") in concluded(diagnosis())


def test_what_to_do_about_a_warning_beside_a_run_that_passed() -> None:
    several = found("network.port_blocked", host="h", port=8443, how="refused").lower()
    stopped = found("service.stopped", pcsc="SCARD_E_NO_SERVICE")
    ready = found("token.ready", module="/m", token_model="M", token_maker="T", pin_state="ok")
    usable = found("certificate.usable", issuer="AC", policy="A3", not_after="2029")
    ended = {"service": stopped, "token": ready, "certificate": usable, "network": several}
    ended["login"] = ACCEPTED
    outcomes = tuple(Outcome(name, (finding,)) for name, finding in ended.items())
    text = concluded(Diagnosis(outcomes, MOMENT, 1.0))
    advice = WORDS.advice(several)
    assert text.index(WORDS.words("cli", "passed")) < text.index(WORDS.words("cli", "warned"))
    assert text.index(WORDS.words("cli", "warned")) < text.index(advice.title)
    assert f"  1. {advice.steps[0]}" in text
    assert WORDS.advice(stopped).title not in text, "the token was read: it did not matter"
    assert WORDS.words("cli", "warned") not in concluded(diagnosis(ACCEPTED))


def test_the_line_of_the_login_says_that_the_user_got_in() -> None:
    stream = io.StringIO()
    unasked, entered = found("login.not_requested", hosts=("h",)), found("login.user_entered")
    Live(stream, WORDS).finished(Outcome("login", (unasked, entered)))
    assert WORDS.advice(entered).title in stream.getvalue()
    assert WORDS.advice(unasked).title not in stream.getvalue()


def test_the_code_of_the_phone_is_what_is_left_to_do() -> None:
    code = found("login.second_factor", host="h", page="/cas")
    text = concluded(Diagnosis((Outcome("login", (ACCEPTED, code)),), MOMENT, 1.0))
    advice = WORDS.advice(code)
    assert advice.title in text
    assert f"  1. {advice.steps[0]}" in text
    assert text.rstrip().endswith(WORDS.words("cli", "passed"))
    assert advice.title not in concluded(diagnosis(ACCEPTED))


def test_a_run_that_was_cut_says_so_first() -> None:
    stopped = found("service.stopped", pcsc="SCARD_E_NO_SERVICE")
    cut = Diagnosis(
        (Outcome("service", (stopped,)), Outcome("token", because="user")), MOMENT, 1.0, False
    )
    text = concluded(cut)
    assert text.split("\n")[1] == WORDS.words("report", "incomplete_title")
    assert WORDS.advice(stopped).title not in text
    text = concluded(diagnosis(EXPIRED, complete=False))
    assert text.index(WORDS.words("report", "incomplete_title")) < text.index(
        WORDS.advice(EXPIRED).title
    )


# ---- what is written


def test_a_report_is_the_user_s_own(tmp_path: Path) -> None:
    target, link = tmp_path / "r.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o644)
    link.symlink_to(target)
    output.write('{"a": "ç\udc80"}', str(link))
    assert target.read_bytes() == '{"a": "ç'.encode() + b'\\udc80"}'
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.json", "r.json"]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    output.write("{}", str(pipe))
    reader.join(PATIENCE)
    assert read == [b"{}"]
    assert pipe.is_fifo()


def test_json_is_utf_8_whatever_the_console_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (("codigos", "--json"), ("codigos",)):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
        assert cli.main(command) == output.OK
        sys.stdout.flush()
        said = raw.getvalue().decode("utf-8")
        assert ("ç" in said) is ("--json" in command)


def network(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> tuple[int, str, str]:
    """Run `a3check rede` without a log file, in this process."""
    monkeypatch.setattr("a3check.app.log_to_file", lambda: None)
    status = cli.main(("rede", *arguments))
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_list_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def leave(*_: object) -> None:
        raise AssertionError("something left")

    monkeypatch.setattr("socket.getaddrinfo", leave)
    status, out, err = network(capsys, monkeypatch, "--sem-rede")
    assert (status, err) == (output.UNKNOWN, "")
    assert "geridinss.dataprev.gov.br:8443" in out
    assert out.count(WORDS.words("firewall", "untested")) == out.count(" · ")
    status, out, err = network(capsys, monkeypatch, "--sem-rede", "--json", "-")
    assert next(line["host"] for line in json.loads(out)["lines"]) == "atendimento.inss.gov.br"
    assert WORDS.words("firewall", "not_tested") in err
    file = tmp_path / "lista.json"
    status, out, _ = network(capsys, monkeypatch, "--sem-rede", "--json", str(file))
    assert json.loads(file.read_text("utf-8"))["status"] == "unknown"
    assert WORDS.words("firewall", "not_tested") in out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--sem-rede", "--gravar", "x.json"), "--gravar"),
        (("--json", "-", "--gravar", "-"), "--gravar"),
        (("--json", "/nowhere/x.json"), "/nowhere/x.json"),
        (("--gravar", "/nowhere/x.json"), "/nowhere/x.json"),
        (("--perfil", ""), ""),
        (("--perfil", "/nowhere.toml"), "/nowhere.toml"),
    ],
)
def test_a_wrong_use_of_the_list(
    arguments: tuple[str, ...],
    named: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    status, out, err = network(capsys, monkeypatch, *arguments)
    assert (status, out) == (output.USAGE, "")
    assert named in err
    assert err.count("\n") == 1


def test_a_list_that_cannot_be_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("a3check.system.folders.write", full)
    file = str(tmp_path / "x.json")
    status, _, err = network(capsys, monkeypatch, "--sem-rede", "--json", file)
    assert status == output.USAGE
    assert file in err


# ---- the questions


def person(*, asks: bool = False, declined: bool = False, given: Secret | None = None) -> Terminal:
    return Terminal(Live(io.StringIO(), WORDS), WORDS, given, asks=asks, declined=declined)


QUESTION = PinQuestion(TOKEN, "FULANO", ("h.test",))
CHOICES = tuple(Choice(c * 64, f"FULANO {c}", "AC", "A3", MOMENT) for c in "ab")


def test_a_given_pin_is_given_once() -> None:
    secret = Secret(bytearray(b"1234"))
    made = person(given=secret)
    assert made.pin(QUESTION) is secret
    assert made.pin(QUESTION) is NoPin.NOBODY


def test_nobody_to_ask() -> None:
    assert person().pin(QUESTION) is NoPin.NOBODY
    assert person(declined=True).pin(QUESTION) is NoPin.OPTION
    assert person().choose(CHOICES) is None
    assert person(asks=True).choose(()) is None


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [("1", "a" * 64), (" 2 ", "b" * 64), ("0", None), ("3", None), ("", None), ("²", None)],
)
def test_a_choice(
    typed: str,
    chosen: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
    assert person(asks=True).choose(CHOICES) == chosen
    shown = capsys.readouterr()
    assert "2. FULANO b" in shown.err
    assert shown.out == ""


def test_a_choice_names_its_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    twice = tuple(replace(CHOICES[0], token=f"M1 · R{n}", place=str(n)) for n in (1, 2))
    monkeypatch.setattr(sys, "stdin", io.StringIO("2\n"))
    assert person(asks=True).choose(twice) == twice[1].key != twice[0].key
    assert "M1 · R2" in capsys.readouterr().err


def test_what_cannot_be_used_is_shown_and_has_no_number(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = found("certificate.expired", not_after=MOMENT, days=3)
    useless = replace(CHOICES[0], usable=False, fault=fault)
    older = replace(CHOICES[0], fingerprint="c" * 64, usable=False)
    chosen = replace(CHOICES[1], kind="person")
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n"))
    assert person(asks=True).choose((useless, older, chosen)) == chosen.key
    shown = capsys.readouterr().err
    assert f"Não dá para usar: {WORDS.advice(fault).title}" in shown
    assert "Há um mais novo" in shown
    assert "1. FULANO b, e-CPF A3" in shown


KEYPAD = replace(QUESTION, token=replace(TOKEN, pinpad=True), tried_before=True)


@pytest.mark.parametrize(
    ("typed", "goes_on"), [("\n", True), ("\r\n", True), ("n\n", False), ("", False)]
)
def test_a_reader_with_keys_of_its_own(
    typed: str,
    goes_on: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    answer = person(asks=True).pin(KEYPAD)
    assert isinstance(answer, Secret) is goes_on
    assert answer is NoPin.USER or len(answer) == 0
    shown = capsys.readouterr().err
    assert WORDS.words("cli", "pinpad_prompt") in shown
    assert WORDS.words("cli", "pin_tried_before") in shown


def test_a_given_pin_does_not_go_to_a_reader_with_keys_of_its_own() -> None:
    secret = Secret(bytearray(b"1234"))
    assert person(given=secret).pin(KEYPAD) is NoPin.KEYPAD
    assert person(declined=True).pin(KEYPAD) is NoPin.OPTION
    assert len(secret) == 4


CLOUD = replace(
    QUESTION, token=replace(TOKEN, label="", model="SafeID", pinpad=True, in_store=True)
)


@pytest.mark.parametrize(("typed", "goes_on"), [("\n", True), ("n\n", False), ("1234\n", False)])
def test_a_provider_that_asks_by_itself(
    typed: str,
    goes_on: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    answer = person(asks=True).pin(CLOUD)
    assert isinstance(answer, Secret) is goes_on
    assert answer is NoPin.USER or len(answer) == 0, "what is typed here goes nowhere"
    shown = capsys.readouterr().err
    assert WORDS.words("cli", "provider_prompt") in shown
    assert "SafeID" in shown


def test_a_given_pin_does_not_go_to_a_provider() -> None:
    secret = Secret(bytearray(b"1234"))
    assert person(given=secret).pin(CLOUD) is NoPin.NOBODY
    assert person(declined=True).pin(CLOUD) is NoPin.OPTION
    assert len(secret) == 4


def test_no_text_ever_holds_the_whole_pin() -> None:
    pin = bytearray("çé€𝄞 12".encode())
    told = list(terminal._characters(pin))
    assert all(len(character) == 1 for _, character in told)
    assert [place for place, _ in told] == ["edge", *["within"] * 5, "edge"]


@pytest.mark.parametrize(("typed", "given"), [(b"1234\n", True), (b"\n", False)])
def test_a_pin_is_asked_for_without_echo(
    typed: bytes, given: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keyboard, screen = pty.openpty()
    try:
        with os.fdopen(screen, "r", closefd=False) as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            # What was typed before the question is thrown away: type once it is asked.
            monkeypatch.setattr(
                terminal, "read_pin", lambda at: (os.write(keyboard, typed), read_pin(at))[1]
            )
            answer = person(asks=True).pin(QUESTION)
            token = replace(TOKEN, label="")
            question = replace(QUESTION, token=token, hosts=())
            person(asks=True).pin(question)
        assert isinstance(answer, Secret) is given
        assert given or answer is NoPin.USER
        shown = capsys.readouterr().err
        assert "FULANO" in shown
        assert "h.test" in shown
        assert "1234" not in shown
        os.set_blocking(keyboard, False)
        with pytest.raises(BlockingIOError):
            os.read(keyboard, 100)
    finally:
        os.close(keyboard)
        os.close(screen)


# ---- the options


def usage(*arguments: str) -> options.UsageError:
    with pytest.raises(options.UsageError) as refused:
        options.wishes(options.parse(arguments))
    assert WORDS.words("cli", refused.value.key, **refused.value.facts)
    return refused.value


@pytest.mark.parametrize(
    ("arguments", "key", "facts"),
    [
        ((), "bad_use", {}),
        (
            ("diagnosticar", "--odd"),
            "bad_option",
            {"option": "--odd", "program": "a3check diagnosticar"},
        ),
        (
            ("diagnosticar", "--pin=1234"),
            "bad_option",
            {"option": "--pin", "program": "a3check diagnosticar"},
        ),
        (("diagnosticar", "--pin", "1234"), None, None),
        (("diagnosticar", "--forma", "x"), None, None),
        (("rede", "--sem-pin"), "bad_option", {"option": "--sem-pin", "program": "a3check rede"}),
        (("rede", "--json"), None, None),
        (
            ("diagnosticar", "--pin-stdin", "--sem-pin"),
            "exclusive",
            {"option": "--pin-stdin", "other": "--sem-pin"},
        ),
        (("diagnosticar", "--certificado", "ab"), "bad_fingerprint", {}),
        (("diagnosticar", "--certificado", "zz" * 32), "bad_fingerprint", {}),
        (("diagnosticar", "--so", " , "), "no_checks", {"option": "--so"}),
    ],
)
def test_a_wrong_use(
    arguments: tuple[str, ...], key: str | None, facts: dict[str, str] | None
) -> None:
    error = usage(*arguments)
    assert "1234" not in f"{error.key} {error.facts}"
    if key is not None:
        assert (error.key, error.facts) == (key, facts)


def test_an_unknown_check() -> None:
    error = usage("diagnosticar", "--pular", "card,odd")
    assert (error.key, error.facts["name"], error.facts["option"]) == (
        "bad_check",
        "odd",
        "--pular",
    )


def test_wishes() -> None:
    wished = options.wishes(
        options.parse(
            (
                "diagnosticar",
                "--forma=nuvem",
                "--sem-rede",
                "--so=card, pin",
                "--pular=login",
                f"--certificado={':'.join(['AB'] * 32)}",
            )
        )
    )
    assert (wished.form, wished.network) == (Form.CLOUD, False)
    assert (set(wished.only), set(wished.skip)) == ({"card", "pin"}, {"login"})
    assert wished.certificate == "ab" * 32
    plain = options.wishes(options.parse(("diagnosticar",)))
    assert (plain.form, plain.network, plain.certificate) == (Form.UNKNOWN, True, None)


@pytest.mark.parametrize("folder", [True, False])
def test_a_target_is_tried_before_the_run(
    folder: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # “-” is a folder of that name
    options.writable(None, "--json", folder=folder)
    options.writable("-", "--json", folder=folder)
    options.writable(str(tmp_path / "new"), "--json", folder=folder)
    (tmp_path / "file").write_text("")
    wrong = tmp_path / "file" if folder else tmp_path
    with pytest.raises(options.UsageError):
        options.writable(str(wrong), "--json", folder=folder)
    with pytest.raises(options.UsageError):
        options.writable(str(tmp_path / "file" / "below"), "--json", folder=folder)


def test_every_status_has_its_sign_and_its_word() -> None:
    assert len({status.sign for status in Status}) == len(Status) - 1  # two that are wrong
    assert all(WORDS.words("status", str(status)) for status in Status)


# ---- the window, from the command line


def test_a_file_alone_is_opened_as_by_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def window(file: str) -> int:
        opened.append(file)
        return 7

    file = tmp_path / "cidade.a3check"
    file.write_bytes(b"")
    assert cli.main((str(file),), window) == 7
    assert cli.main(("abrir", str(file)), window) == 7
    assert cli.main(("abrir",), window) == 7
    assert opened == [str(file), str(file), ""]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "codigos").write_bytes(b"")
    assert cli.main(("codigos",), window) == output.OK
    assert opened == [str(file), str(file), ""], "a command is a command"


@pytest.mark.parametrize(
    "arguments",
    [("/nowhere/a.zip",), ("a\0b",), ("abrir", "a", "b"), ("abrir", "--pin"), ("/nowhere", "x")],
)
def test_what_is_no_file_is_wrong_usage(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    def window(_: str) -> int:
        raise AssertionError

    assert cli.main(arguments, window) == output.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_without_a_window_another_way_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(("abrir", "a.zip")) == output.USAGE
    assert "diagnosticar" in capsys.readouterr().err
