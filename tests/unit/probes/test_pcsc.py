"""What does the PC/SC probe make of the service's answers?"""

import pytest
from smartcard import scard

from a3check.probes import pcsc
from a3check.probes.protocol import RefusalError

DENIED, GONE = scard.SCARD_W_SECURITY_VIOLATION, scard.SCARD_E_NO_SERVICE


class Heard:
    """A request whose calls are heard."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def calling(self, call: str) -> None:
        self.calls.append(call)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ((DENIED, GONE), "SCARD_E_NO_SERVICE"),  # it died while it was asked
        ((DENIED, DENIED), "SCARD_W_SECURITY_VIOLATION"),
        ((GONE,), "SCARD_E_NO_SERVICE"),
    ],
)
def test_a_denial_is_believed_when_it_is_repeated(
    answers: tuple[int, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [*answers]
    monkeypatch.setattr(scard, "SCardEstablishContext", lambda _: (left.pop(0), 0))
    with pytest.raises(RefusalError) as refused:
        pcsc.survey(Heard())  # type: ignore[arg-type]  # all that is asked of a request here
    assert refused.value.detail == told
    assert not left
