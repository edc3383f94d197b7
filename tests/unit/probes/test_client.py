"""The parent's end against children that misbehave in every way a process can."""

import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from a3check.core.fault import Fault, FaultKind
from a3check.core.ports import JSON
from a3check.core.secret import Secret
from a3check.probes import spawner
from a3check.probes.client import ProbeProcess
from a3check.probes.ending import status
from a3check.probes.process import main

SECONDS = 20.0
"""For what must come: generous."""
SHORT = 0.3
"""For what never comes."""
PROMPT = 5.0
"""What ends at once ends within this."""

BEGIN = """
import json, os, sys, time
lines = sys.stdin.buffer
lines.readline()
def say(text):
    os.write(1, text.encode() + b"\\n")
def tell(**message):
    say(json.dumps(message))
def request():
    return json.loads(lines.readline())
"""


@contextmanager
def child(monkeypatch: pytest.MonkeyPatch, script: str) -> Iterator[ProbeProcess]:
    monkeypatch.setattr(
        spawner, "command", lambda _kind: [sys.executable, "-I", "-c", BEGIN + script]
    )
    process = ProbeProcess("test")
    try:
        yield process
    finally:
        process.end()
        assert gone(process.pid)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_reply_is_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    with child(monkeypatch, "r = request(); tell(id=r['id'], result=r['params'])") as process:
        assert process.call("echo", SECONDS, {"a": [1, "é"]}) == {"a": [1, "é"]}
        assert process.fault is None


def test_a_refusal_is_a_fault_and_the_process_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    script = """
tell(event="calling", call="C_GetInfo")
e = {"kind": "refused", "call": "C_GetInfo", "detail": "CKR_GENERAL_ERROR"}
for _ in range(2):
    tell(id=request()["id"], error=e)
tell(id=request()["id"], error={**e, "kind": "of no known kind"})
"""
    with child(monkeypatch, script) as process:
        for _ in range(3):
            fault = process.call("info", SECONDS)
            assert isinstance(fault, Fault)
            assert (fault.kind, fault.call) == (FaultKind.REFUSED, "C_GetInfo")
            assert fault.detail == "CKR_GENERAL_ERROR"
        assert process.fault is None


@pytest.mark.parametrize(
    ("last", "detail"),
    [
        ("os.kill(os.getpid(), 11)", "signal 11"),
        ("os.abort()", "signal 6"),
        ("os._exit(3)", "exit 3"),
        ("say('this is no message')", "garbage"),
        ("os.write(1, b'x' * (17 << 20)); time.sleep(60)", "garbage"),
        ("tell(id=1, result=5)", "garbage"),
        ("tell(id=1)", "garbage"),
    ],
)
def test_death_names_the_call(monkeypatch: pytest.MonkeyPatch, last: str, detail: str) -> None:
    script = f"request(); tell(event='calling', call='C_Initialize'); {last}"
    with child(monkeypatch, script) as process:
        fault = process.call("load", SECONDS)
        assert isinstance(fault, Fault)
        assert (fault.kind, fault.call, fault.detail) == (FaultKind.DIED, "C_Initialize", detail)
        assert process.call("again", SECONDS) == fault


def test_a_late_one_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "request(); tell(event='calling', call='C_Login'); time.sleep(60)"
    with child(monkeypatch, script) as process:
        fault = process.call("login", SHORT)
        assert isinstance(fault, Fault)
        assert (fault.kind, fault.call) == (FaultKind.HUNG, "C_Login")
        assert 0 < fault.seconds <= SHORT + PROMPT
        assert gone(process.pid)


def test_one_that_ignores_signals_and_reads_nothing_is_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = """
import signal
for number in range(1, 32):
    if number not in (9, 19): signal.signal(number, signal.SIG_IGN)
time.sleep(60)
"""
    with child(monkeypatch, script) as process:
        fault = process.call("much", SHORT, {"data": "x" * (4 << 20)})
        assert isinstance(fault, Fault)
        assert fault.kind is FaultKind.HUNG


def test_one_that_closes_its_channel_and_lives_is_hung(monkeypatch: pytest.MonkeyPatch) -> None:
    with child(monkeypatch, "request(); os.close(1); time.sleep(60)") as process:
        fault = process.call("load", SHORT)
        assert isinstance(fault, Fault)
        assert (fault.kind, fault.call) == (FaultKind.HUNG, "load")


def test_a_helper_that_holds_the_channel_does_not_hide_a_death(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = """
request()
if os.fork() == 0:
    os.setsid(); time.sleep(3); os._exit(0)
os._exit(4)
"""
    with child(monkeypatch, script) as process:
        fault = process.call("load", SECONDS)
        assert isinstance(fault, Fault)
        assert (fault.kind, fault.detail) == (FaultKind.DIED, "exit 4")


def test_cancel_ends_a_waiting_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with child(monkeypatch, "request(); tell(event='here'); time.sleep(60)") as process:
        here = threading.Event()

        def stop() -> None:
            here.wait(SECONDS)
            process.cancel()

        canceller = threading.Thread(target=stop)
        canceller.start()
        begun = time.monotonic()
        fault = process.call("wait", 2 * SECONDS, heard=lambda _event: here.set())
        canceller.join()
        assert isinstance(fault, Fault)
        assert fault.kind is FaultKind.CANCELLED
        assert time.monotonic() - begun < SECONDS


def test_a_cancelled_one_answers_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    with child(monkeypatch, "time.sleep(60)") as process:
        process.cancel()
        fault = process.call("load", SECONDS)
        assert isinstance(fault, Fault)
        assert fault.kind is FaultKind.CANCELLED


def test_its_questions_are_answered_and_their_time_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = """
r = request()
tell(ask=1, method="sign", params={"data": "x"})
a = request()
tell(id=r["id"], result=a["result"])
"""
    waited = threading.Event()

    def answer(method: str, params: Mapping[str, JSON]) -> Mapping[str, JSON]:
        waited.wait(2 * SHORT)
        return {"method": method, **params}

    with child(monkeypatch, script) as process:
        reply = process.call("converse", 2.0 + SHORT, answer=answer)
        assert reply == {"method": "sign", "data": "x"}


def test_a_question_to_nobody_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "r = request(); tell(ask=1); tell(id=r['id'], result=request())"
    with child(monkeypatch, script) as process:
        assert process.call("converse", SECONDS) == {"answer": 1, "result": {}}


def test_events_start_the_waiting_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    script = """
r = request()
for n in range(6):
    time.sleep(0.2)
    tell(event="quiet", n=n)
tell(id=r["id"], result={})
"""
    heard: list[Mapping[str, JSON]] = []
    with child(monkeypatch, script) as process:
        assert process.call("watch", 1.0, heard=heard.append) == {}
        assert [event["n"] for event in heard] == list(range(6))


def test_the_secret_is_no_text_and_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    script = """
header = lines.readline()
n = json.loads(header)["secret"]
pin = lines.read(n)
tell(id=1, result={"header": header.decode(), "hex": pin.hex()})
"""
    pin = bytearray("çPIN-2468\n".encode())
    kept = bytes(pin)
    with child(monkeypatch, script) as process:
        reply = process.call("login", SECONDS, {"slot": 1}, secret=Secret(pin))
        assert not isinstance(reply, Fault)
        assert reply["hex"] == kept.hex()
        assert "2468" not in str(reply["header"])
        assert not pin


def test_the_secret_is_emptied_where_nothing_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    with child(monkeypatch, "os._exit(5)") as process:
        assert isinstance(process.call("load", SECONDS), Fault)
        pin = bytearray(b"2468")
        assert isinstance(process.call("login", SECONDS, secret=Secret(pin)), Fault)
        assert not pin


def test_stderr_is_kept_bounded_and_not_after_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    script = """
r = request()
for _ in range(2000): os.write(2, b"noise " * 20 + b"\\n")
os.write(2, b"last words \\xff")
time.sleep(0.2)
tell(id=r["id"], result={})
lines.readline(); lines.read(4)
os.write(2, b"PIN 2468")
tell(id=2, result={})
"""
    with child(monkeypatch, script) as process:
        assert process.call("load", SECONDS) == {}
        assert process.call("login", SECONDS, secret=Secret(bytearray(b"2468"))) == {}
        process.end()
        assert len(process.stderr) <= 64 * 1024
        assert process.stderr.endswith("last words \ufffd")


def test_a_program_that_does_not_start_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spawner, "command", lambda _kind: ["/nonexistent/program"])
    process = ProbeProcess("test")
    pin = bytearray(b"2468")
    fault = process.call("load", SECONDS, secret=Secret(pin))
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.call) == (FaultKind.DIED, "start")
    assert (process.stderr, process.pid, bytes(pin)) == ("", 0, b"")
    process.end()
    process.cancel()


def test_a_polite_one_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with child(monkeypatch, "r = lines.readline(); sys.exit(0)") as process:
        process.end()
        fault = process.call("load", SECONDS)
        assert isinstance(fault, Fault)
        assert fault.detail == "ended"


@pytest.mark.parametrize(
    ("code", "text"),
    [(-11, "signal 11"), (3, "exit 3"), (0, "exit 0"), (0xC0000005, "exit 0xC0000005")],
)
def test_status(code: int, text: str) -> None:
    assert status(code) == text


def test_the_command_is_this_program(monkeypatch: pytest.MonkeyPatch) -> None:
    assert spawner.command("pcsc")[0] == sys.executable
    monkeypatch.setattr(sys, "executable", "/opt/a3check/a3check")
    assert spawner.command("pcsc") == ["/opt/a3check/a3check", "--probe", "pcsc"]
    assert callable(main)


def test_the_window_s_probes_are_the_program_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "a3check-janela.exe"))
    assert spawner.command("pcsc")[0] == str(tmp_path / "a3check-janela.exe")
    (tmp_path / "a3check.exe").touch()
    assert spawner.command("pcsc") == [str(tmp_path / "a3check.exe"), "--probe", "pcsc"]
