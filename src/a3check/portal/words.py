"""What does a text say, whatever its case, its accents and its blanks?"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_BLANKS = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return a text as it is compared: small letters, no accents, one blank between words.

    Portals write “Proteção”, “PROTECAO” and “Prote&ccedil;&atilde;o” of the same thing.
    """
    bare = unicodedata.normalize("NFKD", text)
    kept = "".join(c for c in bare if not unicodedata.combining(c))
    return _BLANKS.sub(" ", kept).strip().casefold()


@lru_cache(maxsize=512)
def folded(word: str) -> str:
    """Return one of the profile's or the tables' words as it is compared."""
    return fold(word)


def first_in(text: str, words: Sequence[str]) -> str:
    """Return the first of the words that stands in a folded text, as it was given; else empty."""
    return next((word for word in words if folded(word) in text), "")
