"""What does a page of the portal say?"""

import tomllib
from dataclasses import dataclass
from functools import cache

from a3check.core.profile import Portal
from a3check.core.resources import resource
from a3check.tls.transcript import Answer

FORBIDDEN = frozenset({400, 401, 403, 429})
"""What a firewall before the portal answers to programs that it does not like."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Words by which a server's page says that it refused the certificate.

    ``code`` is the finding that they mean; ``status`` the HTTP status that
    goes with them (0: any). The table is ``resources/refusals.toml``.
    """

    words: str
    code: str
    status: int = 0


@cache
def refusals() -> tuple[Refusal, ...]:
    """Load the table of refusals, the most exact first."""
    table = tomllib.loads(resource("refusals.toml").read_text("utf-8"))
    return tuple(
        Refusal(row["words"].casefold(), row["code"], row.get("status", 0))
        for row in table["refusal"]
    )


def text(answer: Answer) -> str:
    """Return the body as folded text; it never leaves this process."""
    return answer.body.decode("utf-8", "replace").casefold()


def refusal(answer: Answer) -> Refusal | None:
    """Return the entry whose words stand in the page."""
    body = text(answer)
    return next(
        (r for r in refusals() if r.status in {0, answer.status} and r.words in body), None
    )


def matched(answer: Answer, words: tuple[str, ...]) -> str:
    """Return the first of the profile's words that stands in the page, else nothing."""
    body = text(answer)
    return next((word for word in words if word.casefold() in body), "")


def asks_second_factor(answer: Answer, portal: Portal) -> bool:
    """Tell the page of the one-time code: its words and an input field."""
    return bool(matched(answer, portal.second_factor)) and "<input" in text(answer)


def refuses_program(answer: Answer, portal: Portal) -> bool:
    """Tell a page that may be meant for this program alone: a browser must be tried."""
    return is_anti_abuse(answer, portal) or answer.status in FORBIDDEN


def is_anti_abuse(answer: Answer, portal: Portal) -> bool:
    """Tell the anti-abuse page, which comes with status 200 (``facts``: GERID)."""
    return bool(matched(answer, portal.refusal))
