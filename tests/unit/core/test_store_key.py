"""A system without Windows' certificate stores."""

from a3check.core.fault import Fault, FaultKind
from a3check.core.secret import Secret
from a3check.core.store_key import HashToSign, NoStore, Padding, StoreLook


def test_elsewhere_there_is_nothing_and_a_pin_is_not_kept() -> None:
    nothing, pin = NoStore(), Secret(bytearray(b"2468"))
    assert not nothing.available
    assert nothing.look(b"der", [b"ca"]) == StoreLook(present=False)
    nothing.hold(pin)
    assert len(pin) == 0
    assert nothing.listed() == ()
    refusal = nothing.open(b"der")
    assert refusal == Fault(FaultKind.REFUSED, "open", detail="NO_STORE")
    assert isinstance(nothing.sign(HashToSign(Padding.NONE, "sha256", b"")), Fault)
    nothing.release()


def test_what_is_signed_is_not_shown() -> None:
    assert "secret" not in repr(HashToSign(Padding.PKCS1, "sha256", b"secret"))
