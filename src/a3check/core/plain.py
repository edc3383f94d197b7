"""How does a text that comes from elsewhere look as one line?"""

LONGEST = 300
"""Characters that are kept of it."""


def one_line(text: str) -> str:
    """Return what a person typed, or a server says of itself, as one line of plain characters.

    Nothing in it moves a terminal's cursor, turns the writing's direction, or has no end.
    """
    plain = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(plain.split())[:LONGEST].rstrip()
