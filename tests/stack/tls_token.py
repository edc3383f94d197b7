"""A signature of a token's key, asked of the token's probe as the TLS client wants it."""

from collections.abc import Mapping

from a3check.core.cryptoki import SignAttempt, Token, TokenKey
from a3check.core.fault import Fault
from a3check.core.ports import JSON
from a3check.probes.drivers import ProbedDrivers
from a3check.probes.protocol import packed
from a3check.tls.signing import PublicKey, SignatureRequest, finish, plan


def signed(
    drivers: ProbedDrivers,
    token: Token,
    key: TokenKey,
    public: PublicKey,
    wish: Mapping[str, JSON],
) -> Mapping[str, JSON]:
    attempt = plan(SignatureRequest.from_json(wish), public, token.mechanisms)[0]
    pss = (attempt.pss.digest, attempt.pss.mgf, attempt.pss.salt) if attempt.pss else None
    made = drivers.sign(token, key, SignAttempt(attempt.mechanism, attempt.data, pss))
    if isinstance(made, Fault):
        return {"error": made.detail}
    return {"signature": packed(finish(attempt, made))}
