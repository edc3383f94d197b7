"""The TLS probe: one conversation, its signatures asked of the parent."""

from collections.abc import Mapping

from a3check.probes.process import Method, Request
from a3check.probes.protocol import RefusalError, unpacked
from a3check.tls import client
from a3check.tls.signing import SignatureRequest, SignerFailed


def methods() -> Mapping[str, Method]:
    """Return what the parent may ask for."""
    return {"converse": converse}


def converse(request: Request) -> Mapping[str, object]:
    """Hold the conversation of ``a3check.tls.client``; answer its transcript."""
    wish = request.params.get("request")
    wanted = client.Request.from_json(wish if isinstance(wish, dict) else {})

    def sign(wish: SignatureRequest) -> bytes:
        answer = request.ask("sign", wish.to_json())
        signature = unpacked(answer.get("signature"))
        if not signature:
            raise SignerFailed(str(answer.get("error") or "NO_SIGNATURE"))
        return signature

    request.calling("converse")
    try:
        transcript = client.converse(wanted, sign if wanted.identity else None)
    except client.Unavailable as error:
        raise RefusalError("converse", f"OPENSSL_UNAVAILABLE {error}") from None
    return transcript.to_json()
