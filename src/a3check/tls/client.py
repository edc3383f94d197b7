"""One conversation with a server: TCP, TLS with or without a certificate, one GET, written down.

It loads no vendor code and knows no token: what is to be signed goes to a function.
"""

import socket
import time
from contextlib import ExitStack
from dataclasses import replace

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import PublicKeyAlgorithmOID

from a3check.tls import dial, trouble
from a3check.tls.answer import AnswerReader, NotHttp
from a3check.tls.context import Context
from a3check.tls.deadline import Deadline
from a3check.tls.keys import Sign, SigningKey
from a3check.tls.openssl import OpenSSL, OpenSSLError, Unavailable, load
from a3check.tls.recorder import Recorder
from a3check.tls.request import Identity, Request
from a3check.tls.signing import SignatureRequest, SignerFailed
from a3check.tls.transcript import Phase, Transcript, Trouble
from a3check.tls.trouble import Broken
from a3check.tls.wire import Wire

__all__ = [
    "Identity",
    "Request",
    "Sign",
    "SignatureRequest",
    "SignerFailed",
    "Transcript",
    "Trouble",
    "Unavailable",
    "converse",
]


def converse(request: Request, sign: Sign | None = None) -> Transcript:
    """Do what the request says and return what was said, whatever happens on the way.

    `sign` is asked for each signature with the identity's key (usually one) while the server
    waits; its SignerFailed is final and ends up in the transcript, any other exception of its is
    raised again here. Raises Unavailable where this Python has no OpenSSL 3 of its own, and
    ValueError for an identity without `sign`.
    """
    if request.identity is not None and sign is None:
        raise ValueError("an identity needs someone who signs")
    return _Conversation(load(), request, sign).held()


class _Conversation:
    """The state of one conversation."""

    def __init__(self, openssl: OpenSSL, request: Request, sign: Sign | None) -> None:
        self._openssl = openssl
        self._request = request
        self._sign = sign
        self._recorder = Recorder(request, openssl.name_text)
        self._total = Deadline(request.total_seconds)
        self._handshake = self._total
        self._key: SigningKey | None = None

    def held(self) -> Transcript:
        """Hold it from beginning to end."""
        broken: Broken | None = None
        try:
            with ExitStack() as stack:
                self._hold(stack)
        except Broken as error:
            broken = error
        except OpenSSLError as error:
            broken = Broken(Trouble.PROTOCOL, str(error))
        failure = self._key.failure if self._key else None
        if failure is None:
            return self._recorder.transcript(broken, None)
        if not isinstance(failure, SignerFailed):
            raise failure
        told = Broken(Trouble.TOKEN, broken.detail if broken else "")
        return self._recorder.transcript(told, failure.code)

    def _hold(self, stack: ExitStack) -> None:
        recorder, request = self._recorder, self._request
        context = self._context(stack)
        connection = self._connect(stack)
        with recorder.enter(Phase.PROXY) if request.proxy else ExitStack():
            early = dial.tunnel(connection, request, self._total) if request.proxy else b""
        ssl = context.start()
        wire = Wire(self._openssl, ssl, connection, recorder)
        wire.put(early)
        try:
            self._talk(wire)
        finally:
            self._look(ssl)
            if context.faults:
                raise context.faults[0]

    def _context(self, stack: ExitStack) -> Context:
        request = self._request
        try:
            name = request.host.encode("idna").decode()
        except UnicodeError as error:
            raise Broken(Trouble.DNS, str(error)) from error
        self._recorder.request = self._request = replace(request, host=name)
        stack.callback(self._openssl.ERR_clear_error)
        context = Context(self._openssl, self._recorder, stack)
        if request.identity is not None:
            self._key = SigningKey(_public_key(request.identity), self._signature)
            context.show(request.identity, self._key)
        return context

    def _connect(self, stack: ExitStack) -> socket.socket:
        with self._recorder.enter(Phase.CONNECT):
            connection = stack.enter_context(dial.dial(self._request, self._total))
            try:
                host, port = connection.getpeername()[:2]
            except OSError as error:
                raise trouble.from_stream(error) from error
            self._recorder.peer = (host, port)
        return connection

    def _talk(self, wire: Wire) -> None:
        recorder = self._recorder
        with recorder.enter(Phase.HANDSHAKE):
            self._handshake = Deadline(self._request.handshake_seconds, self._total)
            wire.handshake(self._handshake)
        with recorder.enter(Phase.HTTP):
            if recorder.client_schemes and recorder.modern:
                wire.settle(min(self._request.settle_seconds, self._total.left))
            # A browser would not have said a word to a server that is not verified.
            said = self._request if recorder.trusted else self._request.public()
            wire.write(said.message(), self._total)
            self._read_answer(wire)
        recorder.phase = Phase.DONE
        wire.close()

    def _read_answer(self, wire: Wire) -> None:
        reader, ended = AnswerReader(), False
        try:
            while not reader.feed(self._next(wire, reader)):
                pass
        except NotHttp as error:
            raise Broken(Trouble.HTTP, str(error), received=error.received) from error
        except Broken as broken:
            ended = broken.trouble is Trouble.EOF
            if not ended or reader.answer(ended=True) is None:
                raise
        finally:
            self._recorder.answer = reader.answer(ended=ended)

    def _next(self, wire: Wire, reader: AnswerReader) -> bytes:
        data = wire.read(self._total)
        if not data:
            raise Broken(Trouble.EOF, "close_notify", received=reader.unread[:256])
        return data

    def _signature(self, request: SignatureRequest) -> bytes:
        """Ask the signer; the seconds it takes are not the server's."""
        started = time.monotonic()
        self._recorder.signatures += 1
        try:
            return self._sign(request) if self._sign else b""
        finally:
            seconds = time.monotonic() - started
            self._recorder.sign_seconds += seconds
            for deadline in {self._handshake, self._total}:
                deadline.give_back(seconds)

    def _look(self, ssl: int) -> None:
        """Note what OpenSSL knows at the end, good or bad."""
        openssl, recorder = self._openssl, self._recorder
        if recorder.agreed:
            recorder.version = openssl.SSL_get_version(ssl).decode()
            cipher = openssl.SSL_get_current_cipher(ssl)
            recorder.cipher = openssl.SSL_CIPHER_get_name(cipher).decode() if cipher else None
        recorder.trust_path = openssl.verified_chain(ssl)


def _public_key(identity: Identity) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    try:
        certificate = x509.load_der_x509_certificate(identity.certificate)
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Broken(Trouble.IDENTITY, str(error)) from error
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise Broken(Trouble.IDENTITY, type(key).__name__)
    if certificate.public_key_algorithm_oid == PublicKeyAlgorithmOID.RSASSA_PSS:
        # OpenSSL keeps it apart from RSA: it would find no key for it and send nothing.
        raise Broken(Trouble.IDENTITY, "id-RSASSA-PSS")
    return key
