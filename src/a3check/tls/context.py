"""How is OpenSSL set up for one request? SSL_CTX and SSL: roots, versions, our certificate."""

import binascii
import ipaddress
import re
import ssl as standard
import sys
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path

from a3check.tls import functions, keys, messages
from a3check.tls.keys import SigningKey
from a3check.tls.openssl import Buffer, Callback, OpenSSL, OpenSSLError, read_memory
from a3check.tls.provider import provider
from a3check.tls.recorder import Recorder
from a3check.tls.request import Identity, Request
from a3check.tls.transcript import Trouble, VerifyError
from a3check.tls.trouble import Broken

_BUNDLES = (  # where distributions keep their roots, for a Python built elsewhere (frozen)
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_MOST_CHAIN = 256 * 1024
"""Bytes of a Certificate or CertificateRequest message; OpenSSL's own limit is 100 KiB."""
_SHA1 = "rsa_pkcs1_sha1"
_GROUPS = "X25519:P-256:X448:P-521:P-384"
"""OpenSSL 3.0's own list, to which a brainpool key's curve is added."""


class Context:
    """An SSL_CTX and its SSL, set up for one request; `stack` frees all when it closes."""

    def __init__(self, openssl: OpenSSL, recorder: Recorder, stack: ExitStack) -> None:
        self.faults: list[BaseException] = []
        """What was raised inside OpenSSL's callbacks: defects of ours."""
        self._openssl = openssl
        self._recorder = recorder
        self._stack = stack
        self._callbacks: list[Callback] = []
        self._levels: dict[int, int] = {}
        self._provider = provider(openssl)
        method = openssl.TLS_client_method()
        self._pointer = openssl.check(openssl.SSL_CTX_new_ex(openssl.context, None, method))
        stack.callback(openssl.SSL_CTX_free, self._pointer)
        request = recorder.request
        self._set_limits(request)
        self._set_trust(request)
        self._watch(request)

    def show(self, identity: Identity, key: SigningKey) -> None:
        """Make ready to answer a CertificateRequest; raises Broken(IDENTITY)."""
        try:
            self._use(identity, key)
        except OpenSSLError as error:
            raise Broken(Trouble.IDENTITY, str(error)) from error

    def start(self) -> int:
        """Return the SSL * of a client that is about to say ClientHello."""
        openssl, request = self._openssl, self._recorder.request
        ssl = openssl.check(openssl.SSL_new(self._pointer))
        self._stack.callback(openssl.SSL_free, ssl)
        openssl.SSL_set_connect_state(ssl)
        openssl.SSL_set_post_handshake_auth(ssl, 1)
        self._set_name(ssl, request.host)
        param = openssl.SSL_get0_param(ssl)
        if not request.check_dates:
            openssl.X509_VERIFY_PARAM_set_flags(param, functions.FLAG_NO_CHECK_TIME)
        if request.moment is not None:
            openssl.X509_VERIFY_PARAM_set_time(param, request.moment)
        return ssl

    def _set_limits(self, request: Request) -> None:
        for command, version in (
            (functions.CTRL_MIN_VERSION, request.min_version),
            (functions.CTRL_MAX_VERSION, request.max_version),
        ):
            if version is not None:
                self._control(command, functions.VERSIONS[version])
        self._openssl.SSL_CTX_ctrl(self._pointer, functions.CTRL_SESSION_CACHE, 0, None)
        self._openssl.SSL_CTX_ctrl(self._pointer, functions.CTRL_MAX_CERT_LIST, _MOST_CHAIN, None)
        self._openssl.SSL_CTX_set_options(self._pointer, functions.OP_NO_TICKET)

    def _set_trust(self, request: Request) -> None:
        if request.server_roots_pem is None:
            self._trust_system()
        else:
            self._trust(_pem_to_der(request.server_roots_pem))
        self._trust(request.server_intermediates)

    def _trust_system(self) -> None:
        paths = standard.get_default_verify_paths()
        # Never OpenSSL's own folders on Windows: any user may be able to write there.
        if sys.platform != "win32" and (paths.cafile or paths.capath):
            self._openssl.SSL_CTX_set_default_verify_paths(self._pointer)
            return
        if bundle := next((path for path in _BUNDLES if Path(path).is_file()), None):
            self._openssl.SSL_CTX_load_verify_locations(self._pointer, bundle.encode(), None)
        # Windows: the system's stores, through the way that Python's own ssl goes.
        self._trust(standard.create_default_context().get_ca_certs(binary_form=True))

    def _trust(self, certificates: Iterable[bytes]) -> None:
        """Add to the store, one by one: one that does not parse must not cost the others.

        An intermediate does not become a root by standing there (no X509_V_FLAG_PARTIAL_CHAIN).
        """
        store = self._openssl.SSL_CTX_get_cert_store(self._pointer)
        for der in certificates:
            with suppress(OpenSSLError):
                certificate = self._openssl.certificate(der)
                self._openssl.X509_STORE_add_cert(store, certificate)
                self._openssl.X509_free(certificate)

    def _watch(self, request: Request) -> None:
        mode = functions.VERIFY_PEER if request.require_trust else functions.VERIFY_NONE
        judge = self._callback("iip", self._verified)
        listen = self._callback("viiipzpp", self._message)
        self._openssl.SSL_CTX_set_verify(self._pointer, mode, judge.address)
        self._openssl.SSL_CTX_set_msg_callback(self._pointer, listen.address)

    def _verified(self, fine: int, store_context: int) -> int:
        """Hear OpenSSL's opinion of one certificate; go on unless trust is required."""
        openssl, recorder = self._openssl, self._recorder
        recorder.verified = True
        if fine:
            return 1
        code = openssl.X509_STORE_CTX_get_error(store_context)
        depth = openssl.X509_STORE_CTX_get_error_depth(store_context)
        text = openssl.X509_verify_cert_error_string(code).decode()
        recorder.verify_error(VerifyError(code, depth, text))
        return 0 if recorder.request.require_trust else 1

    def _message(
        self,
        sent: int,
        version: int,
        content: int,
        data: int,
        length: int,
        ssl: int,
        _argument: int,
    ) -> None:
        if length:
            said = read_memory(data, length)
            self._recorder.message(sent=bool(sent), version=version, content=content, data=said)
            if content == messages.HANDSHAKE and version <= messages.TLS12:
                self._allow_sha1(ssl, said[0], sent=bool(sent))

    def _allow_sha1(self, ssl: int, message: int, *, sent: bool) -> None:
        """Sign with SHA-1 where a TLS 1.2 server shares nothing else, as browsers do.

        Above level 0 OpenSSL would send an empty Certificate. The server's chain and key exchange
        have been judged before its CertificateRequest, and the level is back before the next.
        """
        openssl = self._openssl
        if message == messages.CERTIFICATE_REQUEST and not sent:
            identity, wish = self._recorder.request.identity, self._recorder.requests[-1]
            if identity is None or {*identity.schemes} & {*wish.schemes} != {_SHA1}:
                return
            self._levels.setdefault(ssl, openssl.SSL_get_security_level(ssl))
            openssl.SSL_set_security_level(ssl, 0)
        elif message == messages.FINISHED and sent and ssl in self._levels:
            openssl.SSL_set_security_level(ssl, self._levels.pop(ssl))

    def _use(self, identity: Identity, key: SigningKey) -> None:
        openssl, pointer = self._openssl, self._pointer
        certificate = openssl.certificate(identity.certificate)
        self._stack.callback(openssl.X509_free, certificate)
        openssl.check(openssl.SSL_CTX_use_certificate(pointer, certificate))
        for der in identity.chain:
            issuer = openssl.certificate(der)
            self._stack.callback(openssl.X509_free, issuer)
            self._control(functions.CTRL_CHAIN_CERT, 1, issuer)  # takes a reference of its own
        private = self._provider.key(key)
        self._stack.callback(openssl.EVP_PKEY_free, private)
        openssl.check(openssl.SSL_CTX_use_PrivateKey(pointer, private))
        if identity.schemes:
            self._limit_schemes(identity.schemes)
        if curve := keys.extra_group(key.public):  # TLS 1.2: a key's curve must be one we named
            self._control_text(functions.CTRL_GROUPS_LIST, f"{_GROUPS}:{curve}")
        openssl.ERR_clear_error()

    def _limit_schemes(self, schemes: Iterable[str]) -> None:
        """Offer these only; those that came with a later OpenSSL are left out."""
        known = []
        for scheme in schemes:
            with suppress(OpenSSLError):
                self._control_text(functions.CTRL_CLIENT_SIGALGS_LIST, scheme)
                known.append(scheme)
        self._control_text(functions.CTRL_CLIENT_SIGALGS_LIST, ":".join(known))

    def _set_name(self, ssl: int, host: str) -> None:
        """Say whom we want (SNI) and whom the certificate must name."""
        openssl, param = self._openssl, self._openssl.SSL_get0_param(ssl)
        openssl.X509_VERIFY_PARAM_set_hostflags(param, functions.HOST_NO_PARTIAL_WILDCARDS)
        try:
            ipaddress.ip_address(host)
        except ValueError:
            name = Buffer(host.encode())
            openssl.SSL_ctrl(ssl, functions.CTRL_SERVER_NAME, 0, name.address)
            openssl.check(openssl.SSL_set1_host(ssl, host.encode()))
        else:
            openssl.check(openssl.X509_VERIFY_PARAM_set1_ip_asc(param, host.encode()))

    def _control_text(self, command: int, text: str) -> None:
        place = Buffer(text.encode())
        self._control(command, 0, place.address)

    def _control(self, command: int, number: int, pointer: int | None = None) -> None:
        self._openssl.check(self._openssl.SSL_CTX_ctrl(self._pointer, command, number, pointer))

    def _callback(self, shape: str, function: object) -> Callback:
        made = Callback(shape, function, self.faults.append)  # type: ignore[arg-type]  # by shape
        self._callbacks.append(made)
        return made


def _pem_to_der(text: str) -> list[bytes]:
    found = []
    for body in _PEM.findall(text):
        with suppress(binascii.Error):
            found.append(binascii.a2b_base64(body))
    return found
