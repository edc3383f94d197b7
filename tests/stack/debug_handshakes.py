"""A program of its own: a few handshakes, good and failing, for a debugger of memory to watch.

`python -m tests.stack.debug_handshakes ROUNDS FOLDER`; prints how each conversation ended.
"""

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from tests.stack.tls_asking import ask, shown
from tests.stack.tls_servers import Pki, free_port, nginx, s_server
from tests.unit.tls.softkey import NO_PSS, RAW, issue, signer

from a3check.tls.client import Identity, Request, SignerFailed, Transcript, converse
from a3check.tls.openssl import load
from a3check.tls.provider import provider
from a3check.tls.signing import SignatureRequest


def removed(_request: SignatureRequest) -> bytes:
    raise SignerFailed("CKR_DEVICE_REMOVED")


def crooked(_request: SignatureRequest) -> bytes:
    raise RecursionError


def talks(pki: Pki, port: int) -> Iterator[Transcript | BaseException]:
    """Hold one conversation of each kind."""
    brainpool = issue("X", pki.sub, curve=ec.BrainpoolP256R1())
    rsa, public = shown(pki, pki.rsa), ask(pki, port)
    yield converse(public)
    for holder in (pki.rsa, pki.p256, pki.expired, pki.stranger, brainpool):
        wish = dataclasses.replace(public, identity=shown(pki, holder))
        for version in ("TLSv1.2", "TLSv1.3"):
            yield converse(dataclasses.replace(wish, max_version=version), signer(holder.key))
    for mechanisms in (RAW, NO_PSS):
        wish = dataclasses.replace(public, identity=shown(pki, pki.rsa, mechanisms))
        yield converse(wish, signer(pki.rsa.key, mechanisms))
    wish = dataclasses.replace(public, identity=rsa)
    yield converse(wish, removed)
    yield converse(wish, lambda _request: bytes(256))
    yield converse(wish, lambda _request: bytes(10_000))
    try:
        yield converse(wish, crooked)
    except RecursionError as error:
        yield error
    yield converse(dataclasses.replace(wish, identity=Identity(b"nothing")), removed)
    yield converse(ask(pki, free_port()))
    other = issue("Outra", ca=True).pem
    yield converse(dataclasses.replace(wish, server_roots_pem=other, require_trust=True), removed)
    yield converse(Request("localhost", port, addresses=("127.0.0.1",)))


def main() -> int:
    rounds, folder = int(sys.argv[1]), Path(sys.argv[2])
    pki = Pki()
    for name in ("nginx", "s_server"):
        (folder / name).mkdir()
    asking = ("-Verify", "3", "-verify_return_error", "-curves", "P-256:brainpoolP256r1")
    with (
        nginx(folder / "nginx", pki) as polite,
        s_server(folder / "s_server", pki, *asking) as curt,
    ):
        for _ in range(rounds):
            for port in (polite, curt):
                for end in talks(pki, port):
                    said = end.trouble if isinstance(end, Transcript) else type(end).__name__
                    print(said)
    print("live", provider(load()).live)
    return 0


if __name__ == "__main__":
    sys.exit(main())
