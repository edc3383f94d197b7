"""The TLS connection: OpenSSL on one side, a socket on the other, a deadline on every wait."""

import socket
from collections.abc import Callable

from a3check.tls import functions, trouble
from a3check.tls.deadline import Deadline
from a3check.tls.openssl import Buffer, OpenSSL, read_memory
from a3check.tls.recorder import Recorder, why_failed
from a3check.tls.transcript import Trouble
from a3check.tls.trouble import Broken

_PIECE = 16384  # a TLS record's most


class Wire:
    """Moves bytes between the socket and an SSL * that it does not own."""

    def __init__(
        self, openssl: OpenSSL, ssl: int, connection: socket.socket, recorder: Recorder
    ) -> None:
        self._openssl = openssl
        self._ssl = ssl
        self._connection = connection
        self._recorder = recorder
        self._page = Buffer(_PIECE)
        self._incoming: int = openssl.check(openssl.BIO_new(openssl.BIO_s_mem()))
        self._outgoing: int = openssl.check(openssl.BIO_new(openssl.BIO_s_mem()))
        openssl.BIO_ctrl(self._incoming, functions.BIO_EMPTY_MEANS_RETRY, -1, None)
        openssl.SSL_set_bio(ssl, self._incoming, self._outgoing)  # owns both from here

    def put(self, data: bytes) -> None:
        """Take bytes that came from the network already."""
        self._recorder.receive(data)
        self._openssl.BIO_write(self._incoming, data, len(data))

    def handshake(self, deadline: Deadline) -> None:
        """Do the first handshake; raises Broken."""
        self._run(lambda: self._openssl.SSL_do_handshake(self._ssl), deadline)

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Send bytes; raises Broken."""
        self._run(lambda: self._openssl.SSL_write(self._ssl, data, len(data)), deadline)

    def read(self, deadline: Deadline) -> bytes:
        """Return the next bytes, none at the server's close_notify; raises Broken."""
        length = self._run(self._read_page, deadline)
        return read_memory(self._page.address, length)

    def settle(self, seconds: float) -> None:
        """Wait until something comes, and keep it; raises Broken where the connection is gone."""
        try:
            self._receive(seconds)
        except Broken as broken:
            if broken.trouble is not Trouble.TIMEOUT:
                raise

    def close(self) -> None:
        """Say close_notify if it can be said at once; never raises."""
        self._openssl.SSL_shutdown(self._ssl)
        self._openssl.ERR_clear_error()
        try:
            self._connection.settimeout(0.0)
            self._send_waiting()
        except OSError:
            return

    def _read_page(self) -> int:
        length: int = self._openssl.SSL_read(self._ssl, self._page.address, self._page.size)
        return length

    def _run(self, step: Callable[[], int], deadline: Deadline) -> int:
        """Repeat an OpenSSL call, feeding it from the socket, until it is through."""
        while True:
            self._openssl.ERR_clear_error()
            result = step()
            state = 0 if result > 0 else self._openssl.SSL_get_error(self._ssl, result)
            failure = self._openssl.errors() if state in _FAILED else ""
            self._flush(deadline)  # our alert is to leave as well
            if result > 0:
                return result
            if state == functions.ERROR_ZERO_RETURN:
                return 0
            if state in _FAILED:
                raise why_failed(self._recorder, failure or f"SSL_get_error {state}")
            if state == functions.ERROR_WANT_READ:
                self._receive(deadline.wait())

    def _flush(self, deadline: Deadline) -> None:
        try:
            self._connection.settimeout(max(deadline.left, _LAST_WORD_SECONDS))
            self._send_waiting()
        except OSError as error:
            # TLS 1.3: the server may have refused our certificate and gone; its alert can still
            # be in the receive buffer and says more than the broken pipe.
            self._drain()
            raise trouble.from_stream(error) from error

    def _send_waiting(self) -> None:
        if data := self._openssl.read_bio(self._outgoing):
            self._connection.sendall(data)

    def _receive(self, seconds: float) -> None:
        self._connection.settimeout(seconds)
        try:
            data = self._connection.recv(_PIECE)
        except OSError as error:
            raise trouble.from_stream(error) from error
        if not data:
            raise Broken(Trouble.EOF, "closed", received=self._recorder.first_bytes)
        self.put(data)

    def _drain(self) -> None:
        """Read what has come already; raises Broken if an alert is in it."""
        for _ in range(_MOST_DRAINED):
            self._openssl.ERR_clear_error()
            result = self._read_page()
            state = 0 if result > 0 else self._openssl.SSL_get_error(self._ssl, result)
            failure = self._openssl.errors()
            if state in _FAILED:
                raise why_failed(self._recorder, failure)
            if state == functions.ERROR_ZERO_RETURN:
                return
            if state == functions.ERROR_WANT_READ:
                try:
                    self._receive(_LAST_WORD_SECONDS)
                except Broken:
                    return


_FAILED = {functions.ERROR_SSL, functions.ERROR_SYSCALL}
_LAST_WORD_SECONDS = 0.05
"""For bytes that are there or never come."""
_MOST_DRAINED = 64
