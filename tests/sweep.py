"""`python -m tests.sweep EXAMPLES BUNDLES [SEED]`: the privacy and the bundle tests, much longer.

EXAMPLES invented people are written about in every way there is (`tests.unit.report.people`); of
BUNDLES, of this and of older versions, 15 % are damaged: the command's own function reads each.
Another seed, other files. It ends with the first that gives somebody away or is not answered.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.received import sent
from tests.contract.test_received import judged
from tests.unit.report.people import SAYINGS, Person, people
from tests.unit.report.test_nothing_private import CODES, about, given_away, outputs

from a3check import cli


def privacy(examples: int) -> None:
    """Write about so many people; raise with the first who is given away."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=[*HealthCheck])
    @given(people(), st.sampled_from(CODES), st.lists(st.sampled_from([*SAYINGS]), min_size=4))
    def check(person: Person, code: str, said: list[str]) -> None:
        for several in (True, False):
            run = about(person, code, tuple(said), several=several)
            for where, text in outputs(run, person).items():
                assert not given_away(text, person), where

    check()


def bundles(count: int, seed: int) -> Counter[str]:
    """Read so many bundles, and return how many were shown and refused."""
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sent.zip"
        for each in sent(count, seed):
            file.write_bytes(each.content)
            out, errors = io.StringIO(), io.StringIO()
            with redirect_stdout(out), redirect_stderr(errors):
                status = cli.main(("relatorio", str(file)))
            counted[judged(each, file, status, out.getvalue(), errors.getvalue())] += 1
    return counted


def main(arguments: list[str]) -> int:
    """Run both, and say what was tried."""
    examples, count, seed = (*map(int, arguments), 1)[:3]
    privacy(examples)
    print(f"{examples} people, nobody given away", flush=True)
    print(f"{count} bundles of seed {seed}: {dict(bundles(count, seed))}", flush=True)
    return 0


if __name__ == "__main__":
    os.nice(19)
    sys.exit(main(sys.argv[1:]))
