"""How a conversation breaks off inside this package."""

import errno

from a3check.tls.transcript import Trouble


class Broken(Exception):  # noqa: N818 - says what happened; it never leaves the package
    """The conversation cannot go on."""

    def __init__(
        self,
        trouble: Trouble,
        detail: str = "",
        *,
        proxy_status: int | None = None,
        received: bytes = b"",
    ) -> None:
        super().__init__(trouble, detail)
        self.trouble = trouble
        self.detail = detail
        self.proxy_status = proxy_status
        self.received = received


_UNREACHABLE = {
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
    errno.ENETDOWN,
    errno.EADDRNOTAVAIL,
    errno.EACCES,
    errno.EPERM,
    errno.EAFNOSUPPORT,
    10051,  # WSAENETUNREACH
    10065,  # WSAEHOSTUNREACH
    10050,  # WSAENETDOWN
    10049,  # WSAEADDRNOTAVAIL
    10013,  # WSAEACCES: a personal firewall
}
_REFUSED = {errno.ECONNREFUSED, 10061}
_NO_ANSWER = {errno.ETIMEDOUT, 10060}


def from_connect(error: OSError) -> Trouble:
    """Tell what kept a TCP connection from standing."""
    if error.errno in _REFUSED:
        return Trouble.REFUSED
    if error.errno in _UNREACHABLE:
        return Trouble.UNREACHABLE
    if error.errno in _NO_ANSWER or isinstance(error, TimeoutError):
        return Trouble.NO_ANSWER
    return Trouble.RESET


def from_stream(error: OSError) -> Broken:
    """Tell what tore a standing connection."""
    late = isinstance(error, TimeoutError | BlockingIOError)  # the latter: no seconds were left
    trouble = Trouble.TIMEOUT if late else Trouble.RESET
    return Broken(trouble, f"{type(error).__name__}: {error}")
