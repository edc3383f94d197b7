"""Which CAs of a path may be put among Windows' intermediates?"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from a3check.pki.certificate import Certificate
from a3check.pki.keys import Checked
from a3check.pki.trust import Trust


def installable(
    above: Sequence[Certificate],
    installed: Sequence[bool],
    trust: Trust,
    moment: datetime,
) -> tuple[Certificate, ...]:
    """Return those that Windows lacks and that hang on a trusted root, the lowest first.

    ``above`` leads upwards to the root, ``installed`` says of each whether Windows has it. Never a
    root; nothing that is out of its dates or that left ITI's list, nor what is below such a one.
    """
    held = tuple(_held(above, trust, moment))
    there = {ca.sha256 for ca, known in zip(above, installed, strict=False) if known}
    return tuple(ca for ca in above if ca in held and ca.sha256 not in there)


def lacking_root(above: Sequence[Certificate], installed: Sequence[bool]) -> str:
    """Name the root of a path where Windows lacks it; empty where it has it, or none is known."""
    known = zip(above, installed, strict=False)
    return next((ca.common_name for ca, there in known if ca.self_issued and not there), "")


def _held(above: Sequence[Certificate], trust: Trust, moment: datetime) -> Iterator[Certificate]:
    """Yield the intermediates from the root downwards, as long as each holds."""
    issuer = above[-1] if above else None
    if issuer is None or not trust.trusts(issuer):
        return
    for ca in reversed(above[:-1]):
        sound = ca.is_ca and not ca.self_issued and ca.sha256 not in trust.withdrawn
        current = ca.not_before <= moment <= ca.not_after
        if not (sound and current and ca.signed_by(issuer) is Checked.GOOD):
            return
        yield ca
        issuer = ca
