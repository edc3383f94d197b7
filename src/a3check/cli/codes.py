"""``a3check codigos``: every result that there can be."""

import argparse
import sys

from a3check.cli.output import OK, as_json, not_written, put, say
from a3check.core.catalogue import catalogue
from a3check.core.register import Code, register


def command(wanted: argparse.Namespace) -> int:
    """List every code with its words and return the exit status."""
    rows = [_row(code) for code in register().codes.values()]
    try:
        if wanted.json:
            put(as_json(rows))
        else:
            for row in rows:
                say(f"{row['code']:<32} {row['title']}", sys.stdout)
    except BrokenPipeError:
        return OK
    except OSError:
        return not_written("-")
    return OK


def _row(code: Code) -> dict[str, object]:
    advice = catalogue().template(code.name)
    return {
        "code": code.name,
        "status": str(code.status),
        "blame": str(code.blame),
        "acts": str(code.acts),
        "title": advice.title,
        "explanation": advice.explanation,
        "steps": list(advice.steps),
    }
