"""The private pcscd, seen by real PC/SC programs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.lab.card import Card
from tests.lab.clients import (
    CHILD_SECONDS,
    NO_CARD,
    NO_SERVICE,
    PYSCARD,
    hanging,
    pyscard,
)
from tests.lab.pcscd import Pcscd
from tests.lab.sample import PIN, PUK

if TYPE_CHECKING:
    from tests.stack.card_signature import Keys

pytestmark = pytest.mark.lab

SEEN_SECONDS = 5.0


def test_no_reader_one_and_two_side_by_side(tmp_path: Path, keys: Keys) -> None:
    with Pcscd(tmp_path, 0) as none, Pcscd(tmp_path, 2) as two:
        assert pyscard(none) == []
        with Card(keys, PIN, PUK).inserted(two, reader=1) as card:
            assert pyscard(two) == [
                ("Lab Reader 0 00 00", NO_CARD),
                ("Lab Reader 1 00 00", card.atr.hex()),
            ]
        assert len(two.ports) == 2


def test_stopped_crashed_and_started_again(tmp_path: Path, keys: Keys) -> None:
    with Pcscd(tmp_path) as pcscd, Card(keys, PIN, PUK).inserted(pcscd) as card:
        pcscd.stop()
        assert not pcscd.socket.exists()
        assert pyscard(pcscd) == NO_SERVICE
        pcscd.start()
        pcscd.await_card(0, present=True)
        pcscd.crash()
        assert pcscd.socket.exists()
        assert pyscard(pcscd) == NO_SERVICE
        pcscd.start()
        pcscd.await_card(0, present=True)
        assert pyscard(pcscd) == [("Lab Reader 0 00 00", card.atr.hex())]


def test_a_frozen_service_answers_nobody_until_it_thaws(tmp_path: Path) -> None:
    with Pcscd(tmp_path) as pcscd:
        pcscd.freeze()
        with hanging(pcscd, sys.executable, "-c", PYSCARD) as process:
            pcscd.thaw()
            told, _ = process.communicate(timeout=CHILD_SECONDS)
        assert json.loads(told) == [["Lab Reader 0 00 00", NO_CARD]]


def test_the_service_dies_with_the_program_that_started_it(tmp_path: Path) -> None:
    code = (
        "import sys, threading; from pathlib import Path; from tests.lab.pcscd import Pcscd\n"
        "with Pcscd(Path(sys.argv[1])) as pcscd:\n"
        "    print(pcscd.pid, flush=True); threading.Event().wait()"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + SEEN_SECONDS
    while Path(f"/proc/{pid}/exe").exists():
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)
