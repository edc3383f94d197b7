"""Programs that use a private pcscd as any program would: OpenSC's tool, PyKCS11, pyscard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab.pcscd import Pcscd

OPENSC = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
CHILD_SECONDS = 30.0
HANG_SECONDS = 1.0
NO_CARD, UNPOWERED, NO_SERVICE = 0x8010000C, 0x80100067, 0x8010001D  # SCARD_E_*, SCARD_W_*
COUNT_LOW, FINAL_TRY, LOCKED = 0x10000, 0x20000, 0x40000  # CKF_USER_PIN_*, PKCS#11 2.40, 3.2
RSA_PKCS, SHA256_RSA_PKCS, ECDSA = 0x01, 0x40, 0x1041  # CKM_*

# Asked with JSON on standard input (the PINs too), answers with JSON. It stops at the first error.
PKCS11 = """
import json, sys
import PyKCS11 as p
ask, told = json.load(sys.stdin), {}
try:
    lib = p.PyKCS11Lib(); lib.load(ask["module"])
    told["slots"] = [lib.getSlotInfo(s).slotDescription.strip() for s in lib.getSlotList()]
    slots = lib.getSlotList(tokenPresent=True)
    told["tokens"] = len(slots)
    info = lib.getTokenInfo(slots[0])
    told["flags"] = info.flags
    session = lib.openSession(slots[0])
    told["certificates"] = len(session.findObjects([(p.CKA_CLASS, p.CKO_CERTIFICATE)]))
    for attempt in ask.get("logins", []):
        session.login(attempt)
        told["logged_in"] = True
    wanted = [(p.CKA_CLASS, p.CKO_PRIVATE_KEY), (p.CKA_ID, [ask.get("id", 1)])]
    key = session.findObjects(wanted)[0]
    told["always"] = session.getAttributeValue(key, [p.CKA_ALWAYS_AUTHENTICATE])[0]
    mechanism = p.Mechanism(ask.get("mechanism", p.CKM_RSA_PKCS), None)
    for again in ask.get("signs", []):
        if again is None:
            made = session.sign(key, bytes.fromhex(ask["data"]), mechanism)
            told["signature"] = bytes(made).hex()
            continue
        # C_SignInit, C_Login(CKU_CONTEXT_SPECIFIC), C_Sign: the high level has no way between.
        low = session.lib
        data, made = p.ckbytelist(bytes.fromhex(ask["data"])), p.ckbytelist(bytes(1024))
        pin, own = p.ckbytelist(again.encode()), session.session
        steps = (
            lambda: low.C_SignInit(own, mechanism.to_native(), key),
            lambda: low.C_Login(own, p.CKU_CONTEXT_SPECIFIC, pin),
            lambda: low.C_Sign(own, data, made),
        )
        for step in steps:
            if (code := step()) != p.CKR_OK:
                raise p.PyKCS11Error(code)
        told["signature"] = bytes(made).hex()
    told["end"] = lib.getTokenInfo(slots[0]).flags
except p.PyKCS11Error as error:
    told["error"] = p.CKR.get(error.value, str(error.value))
except IndexError:
    told["error"] = "nothing found"
print(json.dumps(told))
"""

PYSCARD = """
import json
from smartcard.System import readers
from smartcard.Exceptions import CardConnectionException, NoCardException
from smartcard.pcsc.PCSCExceptions import BaseSCardException
told = []
try:
    for reader in readers():
        connection = reader.createConnection()
        try:
            connection.connect()
            told.append([str(reader), bytes(connection.getATR()).hex()])
        except (CardConnectionException, NoCardException) as error:
            told.append([str(reader), error.hresult & 0xFFFFFFFF])
    print(json.dumps(told))
except BaseSCardException as error:
    print(json.dumps(error.hresult & 0xFFFFFFFF))
"""


def child(
    pcscd: Pcscd, *command: str, text: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program against this service; subprocess.TimeoutExpired after 30 s."""
    return subprocess.run(
        command,
        env={**os.environ, **pcscd.environment, **variables},
        input=text,
        capture_output=True,
        text=True,
        timeout=CHILD_SECONDS,
        check=False,
    )


@contextmanager
def hanging(pcscd: Pcscd, *command: str, text: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run a program and see it hang for a second; it is killed at the end of the block.

    AssertionError when it ends within that second.
    """
    with subprocess.Popen(
        command,
        env={**os.environ, **pcscd.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            with suppress(subprocess.TimeoutExpired):
                process.communicate(text, timeout=HANG_SECONDS)
            if process.returncode is not None:
                raise AssertionError("it did not hang")
            yield process
        finally:
            process.kill()


def pkcs11_question(*logins: bytes, **ask: object) -> tuple[list[str], str]:
    """Give the command and the standard input of `pkcs11`, for `child` and `hanging`."""
    question = {"module": OPENSC, "logins": [pin.decode() for pin in logins], **ask}
    return [sys.executable, "-c", PKCS11], json.dumps(question)


def pkcs11(pcscd: Pcscd, *logins: bytes, **ask: object) -> dict[str, Any]:
    """Use a module through PyKCS11 in a process of its own, up to the first error.

    Logs in with each of `logins`, then signs `data` (hex) with the key `id` (default 1) and
    `mechanism` (default CKM_RSA_PKCS), once for each of `signs`: None plainly, a PIN after a
    context-specific login. `module` is OpenSC's if not given. Answers what it came to: slots
    (names), tokens, flags, certificates, logged_in, always, signature (hex), end (flags), error
    (CKR name).
    """
    command, text = pkcs11_question(*logins, **ask)
    done = child(pcscd, *command, text=text)
    if done.returncode:
        raise AssertionError(done.stderr)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def pyscard(pcscd: Pcscd) -> list[tuple[str, str | int]] | int:
    """List readers through pyscard: each with its card's ATR (hex) or the error of connecting.

    An error of the service itself is a number.
    """
    done = child(pcscd, sys.executable, "-c", PYSCARD)
    if done.returncode:
        raise AssertionError(done.stderr)
    told: list[tuple[str, str | int]] | int = json.loads(done.stdout)
    return [(name, seen) for name, seen in told] if isinstance(told, list) else told
