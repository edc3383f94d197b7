"""All cases of our own, and how the table is written down."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from tests.unit.pki.cases import answers, certificates, field, pairs, paths

if TYPE_CHECKING:
    from tests.unit.pki.cases.case import Case

PARTS: Final = {
    "One certificate": certificates.rows,
    "The way to a root": paths.rows,
    "Revocation": answers.rows,
    "Two at once, and the dates": pairs.rows,
    "Several quirks at once": field.rows,
}
HEAD: Final = """\
# The cases of the judges

Written by `python -m tests.unit.pki.cases`; a test keeps it current. Certificates, keys, lists and
answers are invented and made anew by it. Each row is judged as the program
judges it, by its checks and its verdict; the finding expected was written down first. “sound”:
nothing failed, nothing unknown. With them go the 56 cases of
`tests/unit/pki/test_prototype_cases.py`. Where another library judges otherwise, and why ours is
kept: `tests/unit/pki/test_second_opinion.py`.
"""


@cache
def parts() -> dict[str, tuple[Case, ...]]:
    """Every row, made once, by its part's title."""
    return {title: tuple(rows()) for title, rows in PARTS.items()}


def table() -> tuple[Case, ...]:
    """Every row; the names are unique."""
    return tuple(row for rows in parts().values() for row in rows)


def document() -> str:
    """The table as Markdown."""
    lines = [HEAD]
    for title, rows in parts().items():
        lines += [f"## {title} ({len(rows)})", ""]
        lines += ["| case | what is made | cause | beside it |", "|---|---|---|---|"]
        lines += [*map(_line, rows), ""]
    return "\n".join(lines)


def _line(row: Case) -> str:
    cause = f"`{row.cause}`" if row.cause else "sound"
    beside = ", ".join(f"`{code}`" for code in sorted(row.also))
    return f"| {row.name} | {row.what} | {cause} | {beside} |"
