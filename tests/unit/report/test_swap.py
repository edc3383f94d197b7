"""What two runs say of which one thing was swapped."""

import json
from typing import Any

import pytest
from tests.gui.scenes import HEALTHY, outcomes
from tests.unit.report.samples import ABOUT, STARTED

from a3check.core.catalogue import catalogue
from a3check.core.check import found, secretly
from a3check.core.model import Diagnosis, Finding
from a3check.core.ports import JSON
from a3check.core.register import register
from a3check.report.document import document
from a3check.report.mask import Masker
from a3check.report.parcel import LARGEST, ParcelError, packed, unpacked
from a3check.report.swap import Conclusion, Kind, cause, concluded, same_token

T, C = Kind.TOKEN, Kind.COMPUTER
MODULE = "/usr/lib/libinventado.so"


def run(
    *failed: Finding, skipped: str = "", key: bytes | None = b"k" * 32, complete: bool = True,
    **changed: tuple[Finding, ...],
) -> JSON:  # fmt: skip
    """Return the report of a run that stopped at its first failure."""
    named = {f.code.partition(".")[0]: (f,) for f in failed}
    skip = {name: by for by in named for name in below(by)}
    skip |= dict.fromkeys(skipped.split(), "user")
    made = outcomes({**named, **changed}, {n: by for n, by in skip.items() if n not in changed})
    diagnosis = Diagnosis(made, STARTED, 3.0, complete)
    read: JSON = json.loads(json.dumps(document(diagnosis, ABOUT, masker=Masker(key=key))))
    return read


def below(check: str) -> list[str]:
    """Return the checks that need a fact of this one, near or far."""
    found = [name for name, needs in register().requires.items() if check in needs]
    return [*found, *(deeper for name in found for deeper in below(name))]


def other(model: str = "Token Azul 5110", serial: str = "FFFF00001111") -> dict[str, Any]:
    """Return what another token shows: its serial number and its certificate."""
    token = found(
        "token.ready",
        secretly("token_serial", serial),
        module=MODULE,
        token_model=model,
        token_maker="M",
        pin_state="ok",
    )
    usable = found(
        "certificate.usable",
        secretly("holder", "MARIO OUTRO"),
        issuer="AC Outra",
        policy="A3",
        not_after=STARTED,
    )
    return {"token": (token,), "certificate": (usable,)}


CONTACT = found("token.absent", modules=(MODULE,))
NO_KEY = found("certificate.key_missing", module=MODULE)
PIN = found("pin.incorrect")
DRIVER = found("driver.hung", module=MODULE, call="C_Login", seconds=25)
CLOCK = found("clock.wrong", computer_time=STARTED, trusted_time=STARTED, days=9, minutes=9)
UNTRUSTED = found("server.untrusted", host="h", issuer="i")
NETWORK = found("network.offline")
REFUSED = found("login.rejected", host="h", port=443, alert="unknown_ca")
BROKEN = found("login.portal_error", host="h", http_status=500)
DOWN = found("server.error", host="h", http_status=503)


@pytest.mark.parametrize(
    ("failed", "past", "same"),
    [
        (CONTACT, Conclusion.TOKEN, Conclusion.COMPUTER),
        (NO_KEY, Conclusion.TOKEN, Conclusion.BOTH_TOKENS),
        (PIN, Conclusion.TOKEN, Conclusion.BOTH_TOKENS),
        (DRIVER, Conclusion.DRIVER, Conclusion.COMPUTER),
        (CLOCK, Conclusion.PASSING, Conclusion.COMPUTER),
        (UNTRUSTED, Conclusion.PASSING, Conclusion.COMPUTER),
        (NETWORK, Conclusion.PASSING, Conclusion.SHARED_NETWORK),
        (REFUSED, Conclusion.CERTIFICATE, Conclusion.PORTAL),
        (BROKEN, Conclusion.PASSING, Conclusion.PORTAL),
        (DOWN, Conclusion.PASSING, Conclusion.PORTAL),
    ],
)
def test_another_token(failed: Finding, past: Conclusion, same: Conclusion) -> None:
    new = other()
    new.pop(failed.code.partition(".")[0], None)
    assert concluded(run(failed), run(**other()), T) is past
    assert concluded(run(failed), run(failed, **new), T) is same


@pytest.mark.parametrize(
    ("failed", "past", "same"),
    [
        (CONTACT, Conclusion.COMPUTER, Conclusion.TOKEN),
        (NO_KEY, Conclusion.COMPUTER, Conclusion.TOKEN),
        (PIN, Conclusion.PASSING, Conclusion.TOKEN),
        (DRIVER, Conclusion.COMPUTER, Conclusion.BOTH_COMPUTERS),
        (CLOCK, Conclusion.COMPUTER, Conclusion.BOTH_COMPUTERS),
        (UNTRUSTED, Conclusion.COMPUTER, Conclusion.BOTH_COMPUTERS),
        (NETWORK, Conclusion.NETWORK, Conclusion.SHARED_NETWORK),
        (REFUSED, Conclusion.PASSING, Conclusion.CERTIFICATE),
        (BROKEN, Conclusion.PASSING, Conclusion.PORTAL),
        (DOWN, Conclusion.PASSING, Conclusion.PORTAL),
    ],
)
def test_another_computer(failed: Finding, past: Conclusion, same: Conclusion) -> None:
    assert concluded(run(failed), run(key=b"o" * 32), C) is past
    assert concluded(run(failed), run(failed, key=b"o" * 32), C) is same


def test_the_second_run_need_not_be_healthy_to_get_past() -> None:
    keyless = run(NO_KEY, token=other()["token"])
    assert concluded(run(DRIVER), keyless, T) is Conclusion.DRIVER
    without_pin = run(skipped="pin signature login", **other())
    assert concluded(run(CONTACT), without_pin, T) is Conclusion.TOKEN


def test_a_driver_that_died_elsewhere_is_looked_for_where_it_did() -> None:
    died = found("any.driver_died", module=MODULE, call="C_Sign")
    first = run(pin=(died,), skipped="signature login")
    assert cause(first) == "any.driver_died"
    assert concluded(first, run(**other()), T) is Conclusion.DRIVER
    assert concluded(first, run(PIN, **other()), T) is Conclusion.DIFFERENT


def test_what_was_not_swapped_is_said() -> None:
    assert concluded(run(PIN), run(PIN), T) is Conclusion.SAME_TOKEN
    assert concluded(run(PIN), run(), T) is Conclusion.PASSING, "it was gone by itself"
    assert concluded(run(PIN), run(**other()), C) is Conclusion.OTHER_TOKEN


def test_what_does_not_suffice_is_said() -> None:
    healthy, skipped = run(), run(skipped="pin signature login")
    assert concluded(healthy, run(PIN), T) is Conclusion.NO_FAULT
    assert concluded(skipped, healthy, T) is Conclusion.UNFINISHED
    assert concluded(run(PIN), run(**other(), complete=False), T) is Conclusion.UNFINISHED
    assert concluded(run(PIN), run(**other(), skipped="pin signature login"), T) is (
        Conclusion.UNFINISHED
    )
    assert concluded(run(PIN), run(DRIVER), T) is Conclusion.DIFFERENT
    assert concluded(None, None, T) is Conclusion.UNFINISHED
    strange: JSON = {"verdict": {"status": "failed", "cause": "x.y", "blame": "nobody"}}
    assert concluded(strange, run(), C) is Conclusion.UNFINISHED
    untold: JSON = {"verdict": {"status": "failed", "cause": "pin.locked", "blame": "token"}}
    assert concluded(untold, run(NETWORK), C) is Conclusion.DIFFERENT
    assert concluded({"verdict": {"status": "failed", "blame": "user"}}, run(), C) is (
        Conclusion.UNFINISHED
    )


@pytest.mark.parametrize(
    ("one", "two", "kind", "same"),
    [
        (run(), run(), T, True),
        (run(), run(**{**other(), "certificate": HEALTHY["certificate"]}), T, False),
        (run(), run(key=b"o" * 32), C, True),
        (run(), run(**other()), C, False),
        (run(key=None), run(key=None), T, True),
        (run(DRIVER), run(), T, None),
        (run(DRIVER), run(DRIVER), C, None),
        (run(token=other("Verde")["token"], certificate=()), run(), C, False),
        (run(token=other()["token"], certificate=()), run(), C, None),
    ],
)
def test_which_token_it_was(one: JSON, two: JSON, kind: Kind, same: bool | None) -> None:
    assert same_token(one, two, kind) is same


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("conclusion", Conclusion)
def test_every_conclusion_has_its_words(kind: Kind, conclusion: Conclusion) -> None:
    never = {(T, Conclusion.OTHER_TOKEN), (T, Conclusion.BOTH_COMPUTERS), (T, Conclusion.NETWORK)}
    never |= {(C, Conclusion.SAME_TOKEN), (C, Conclusion.BOTH_TOKENS), (C, Conclusion.DRIVER)}
    if (kind, conclusion) in never:
        return
    for part in ("title", "text"):
        assert catalogue().words("swap", f"{kind}_{conclusion}_{part}")


# ---- the file


def parcel(report: JSON, /, **other: object) -> bytes:
    table = json.loads(packed(report if isinstance(report, dict) else {}, "aaaa"))
    return json.dumps({**table, **other}).encode()


def test_a_run_goes_to_another_computer_and_back() -> None:
    there = unpacked(parcel(run(PIN)), "bbbb")
    assert there.origin == "aaaa"
    assert cause(there.run.document) == "pin.incorrect"
    assert concluded(there.run.document, run(PIN), C) is Conclusion.TOKEN


def test_nothing_unmasked_leaves() -> None:
    with pytest.raises(ValueError, match="masked"):
        packed({"masked": False}, "aaaa")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "unreadable"),
        (b"\xff\xfe\x00", "unreadable"),
        (b"[" * 100_000, "unreadable"),
        (b"[]", "foreign"),
        (b"null", "foreign"),
        (b'{"format": "a3check-report"}', "foreign"),
        (b" " * LARGEST + parcel(run(PIN)), "foreign"),
        (parcel(run(PIN), version=2), "later"),
        (parcel(run(PIN), report={}), "unreadable"),
        (parcel(run(PIN), report=None), "unreadable"),
        (parcel(run()), "healthy"),
        (parcel(run(PIN), origin="bbbb"), "same_computer"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_with_a_reason(content: bytes, fault: str) -> None:
    with pytest.raises(ParcelError) as raised:
        unpacked(content, "bbbb")
    assert raised.value.fault == fault
    assert catalogue().words("swap", f"file_{fault}")
