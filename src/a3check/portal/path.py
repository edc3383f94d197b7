"""Which part of an address may be kept, in evidence and in a recording?"""

import re

MASK = "***"
_LEAST_SECRET = 20
_SECRET = re.compile(rf"(?=[^/]*\d)[\w.~%+=-]{{{_LEAST_SECRET},}}")
"""A piece of a path that is long and has digits: a session, a ticket, a number of somebody."""


def kept(path: str) -> str:
    """Return a path without query, fragment, session and what looks like a secret."""
    plain = path.partition("?")[0].partition("#")[0]
    pieces = (piece.partition(";")[0] for piece in plain.split("/"))
    return "/".join(_SECRET.sub(MASK, piece) for piece in pieces)
