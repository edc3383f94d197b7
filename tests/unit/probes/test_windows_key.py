"""The probe of Windows' key against answers in a file: where the PIN goes, and how often."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from a3check.core.store_key import KeyApi, Padding
from a3check.probes import windows_key
from a3check.probes.process import Request
from a3check.probes.protocol import RefusalError, packed
from a3check.probes.wincrypt import ACQUIRE, SET_PIN, SIGN, Handle, Link, pin_text
from a3check.probes.windows_codes import code_name
from a3check.probes.windows_key import KeyProbe

ANSWERS: Final[dict[str, dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "invented" / "answers.toml").read_text("utf-8")
)
CERTIFICATE, CA = b"certificate", b"intermediate"
PIN = b"2468-abcd"
NAMES = {"MY": CERTIFICATE, "CA": CA}


class Recorded:
    """Windows as the answers tell it; notes every call, and the PIN as it was handed over."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.calls: list[str] = []
        self.pins: list[bytes] = []
        self.given: bytearray | None = None

    def holds(self, store: str, certificate: bytes) -> bool:
        return NAMES.get(store) == certificate

    def link(self, certificate: bytes) -> Link | None:
        assert certificate == CERTIFICATE
        provider = self.answers.get("provider")
        return Link(provider, self.answers["provider_type"]) if provider else None

    def listed(self) -> list[tuple[bytes, Link]]:
        link = self.link(CERTIFICATE)
        return [(CERTIFICATE, link)] if link else []

    def acquire(self, certificate: bytes, *, silent: bool) -> Handle:
        self.calls.append("acquire" if silent else "acquire with a window")
        assert certificate == CERTIFICATE
        self._refuse(ACQUIRE, self.answers.get("acquire", 0))
        return Handle(KeyApi(self.answers["api"]), 7, 1)

    def provider(self, handle: Handle) -> str:
        assert handle.value == 7
        return str(self.answers.get("own_name", ""))

    def set_pin(self, handle: Handle, pin: bytearray) -> None:
        self.calls.append("pin")
        self.pins.append(bytes(pin))
        self.given = pin
        self._refuse(SET_PIN[handle.api], self.answers["pin"])
        if self.answers.get("pin_fails"):
            raise RefusalError(SET_PIN[handle.api], code_name(0))

    def sign(
        self, handle: Handle, padding: Padding, digest: str, hashed: bytes, salt: int
    ) -> bytes:
        self.calls.append("sign")
        self._refuse(SIGN[handle.api], self.answers["sign"])
        return repr((str(padding), digest, hashed, salt)).encode()

    def free(self, handle: Handle) -> None:
        assert handle.value == 7
        self.calls.append("free")

    def _refuse(self, call: str, code: int) -> None:
        if code:
            raise RefusalError(call, code_name(code))


class Told(Request):
    """A request that notes what it says of its calls."""

    said: Final[list[str]] = []

    def __init__(self, secret: bytes = b"", **params: object) -> None:
        self.params = params
        self.secret = bytearray(secret)

    def calling(self, call: str) -> None:
        self.said.append(call)


def made(case: str, **more: object) -> tuple[Recorded, KeyProbe]:
    windows = Recorded({**ANSWERS[case], **more})
    return windows, KeyProbe(windows)


def opening() -> Told:
    return Told(certificate=packed(CERTIFICATE))


def signing() -> Told:
    return Told(padding="pss", digest="sha256", hashed=packed(b"h" * 32), salt=32)


def outcome(probe: KeyProbe) -> str:
    """Open and sign as a run does; return the word for what came."""
    try:
        probe.open(opening())
        probe.sign(signing())
    except RefusalError as refusal:
        return refusal.detail
    return "signature"


@pytest.mark.parametrize("case", ANSWERS)
def test_each_answer_has_its_name_and_the_pin_is_given_once_at_the_most(case: str) -> None:
    windows, probe = made(case)
    probe.hold(Told(PIN))
    assert outcome(probe) == ANSWERS[case]["result"]
    assert windows.pins == ([PIN] if "api" in ANSWERS[case] else [])
    assert windows.given in (None, bytearray()), "overwritten"
    assert ANSWERS[case]["source"]


@pytest.mark.parametrize("case", [c for c in ANSWERS if ANSWERS[c]["result"] != "signature"])
def test_after_a_refusal_nothing_is_tried_again(case: str) -> None:
    windows, probe = made(case)
    probe.hold(Told(PIN))
    outcome(probe)
    calls = [call for call in windows.calls if call != "acquire"]
    with pytest.raises(RefusalError):
        probe.sign(signing())
    with pytest.raises(RefusalError):
        probe.sign(signing())
    assert [call for call in windows.calls if call != "acquire"] == calls


@pytest.mark.parametrize("case", [c for c in ANSWERS if ANSWERS[c]["result"] == "signature"])
def test_after_a_signature_the_pin_is_not_given_again(case: str) -> None:
    windows, probe = made(case)
    probe.hold(Told(PIN))
    probe.open(opening())
    first, second = probe.sign(signing()), probe.sign(signing())
    assert first == second
    assert windows.calls == ["acquire", "pin", "sign", "sign"]
    assert windows.pins == [PIN]
    probe.free(Told())
    probe.free(Told())
    assert windows.calls[-1:] == ["free"]
    assert windows.calls.count("free") == 1


def test_without_a_pin_none_is_given() -> None:
    windows, probe = made("healthy_ksp")
    assert outcome(probe) == "signature"
    assert windows.pins == []


def test_a_second_pin_takes_the_first_one_s_place() -> None:
    windows, probe = made("healthy_ksp")
    probe.hold(Told(b"old-pin"))
    probe.hold(Told(PIN))
    assert outcome(probe) == "signature"
    assert windows.pins == [PIN]


def test_each_call_is_named_before_it_is_made() -> None:
    Told.said.clear()
    _, probe = made("healthy_csp")
    probe.hold(Told(PIN))
    outcome(probe)
    probe.free(Told())
    assert Told.said == [ACQUIRE, "CryptSetProvParam", "CryptSignHash", "CryptReleaseContext"]
    Told.said.clear()
    _, probe = made("healthy_ksp")
    probe.hold(Told(PIN))
    outcome(probe)
    probe.open(opening())
    assert Told.said[1:4] == ["NCryptSetProperty", "NCryptSignHash", "NCryptFreeObject"]


def test_it_says_who_serves_the_key() -> None:
    _, probe = made("healthy_ksp")
    named = "Microsoft Smart Card Key Storage Provider"
    assert probe.open(opening()) == {"api": "KSP", "provider": named}
    _, probe = made("healthy_csp", own_name="Outro Nome CSP")
    assert probe.open(opening()) == {"api": "CSP", "provider": "Outro Nome CSP"}
    _, probe = made("healthy_csp", provider="")
    assert probe.open(opening()) == {"api": "CSP", "provider": ""}


def test_a_look_touches_no_key() -> None:
    windows, probe = made("healthy_csp")
    asked = Told(certificate=packed(CERTIFICATE), above=[packed(CA), packed(b"root"), 7])
    assert probe.look(asked) == {
        "present": True,
        "installed": [True, False, False],
        "link": {"provider": "Microsoft Base Smart Card Crypto Provider", "type": 1},
    }
    assert windows.calls == []
    _, probe = made("no_link")
    assert probe.look(Told(certificate=packed(CERTIFICATE)))["link"] is None
    absent = probe.look(Told(certificate=packed(b"another"), above="x"))
    assert absent == {"present": False, "installed": [], "link": None}


def test_nothing_is_signed_before_it_is_opened() -> None:
    windows, probe = made("healthy_ksp")
    probe.hold(Told(PIN))
    with pytest.raises(RefusalError, match="NOT_OPEN"):
        probe.sign(signing())
    assert windows.calls == []


def test_the_pin_as_windows_takes_it() -> None:
    assert pin_text(bytearray(b"12a"), KeyApi.CNG) == "12a\0".encode("utf-16-le")
    assert pin_text(bytearray(b"12a"), KeyApi.CAPI) == b"12a\0"
    for odd in ("1é", "1\0"):
        with pytest.raises(RefusalError, match="PIN_NOT_ASCII"):
            pin_text(bytearray(odd.encode()), KeyApi.CNG)


def test_elsewhere_there_is_no_such_probe() -> None:
    with pytest.raises(ImportError):
        windows_key.methods()


def test_a_list_names_who_serves_each_key_and_touches_none() -> None:
    windows, probe = made("healthy_ksp")
    named = "Microsoft Smart Card Key Storage Provider"
    row = {"certificate": packed(CERTIFICATE), "provider": named, "type": 0}
    assert probe.list(Told()) == {"certificates": [row]}
    assert windows.calls == []
    _, unlinked = made("healthy_ksp", provider="")
    assert unlinked.list(Told()) == {"certificates": []}


@pytest.mark.parametrize("allowed", [None, "true", 1, False])
def test_only_a_plain_yes_lets_a_provider_open_a_window(allowed: object) -> None:
    windows, probe = made("healthy_ksp")
    probe.open(Told(certificate=packed(CERTIFICATE), window=allowed))
    assert windows.calls == ["acquire"]
    windows, probe = made("healthy_ksp")
    probe.open(Told(certificate=packed(CERTIFICATE), window=True))
    assert windows.calls == ["acquire with a window"]
    assert windows.pins == []
