"""`python -m tests.fuzzing SECONDS [FOLDER]`: shake certificates, CRLs, OCSP answers for so long.

It wants atheris (`pip install atheris`), which is no dependency: nobody needs it to work on this
program. An exception that leaves `pki`, or an input that takes more than a second, ends it with
the input in FOLDER. Each input goes through everything that is ever asked of it, half of
the time with signatures that hold: else nothing behind them would be reached.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from tests.unit.pki.maker import AC2, LEAF, NOW
from tests.unit.pki.taken import shake
from tests.unit.pki.test_robustness import BAG, CERTIFICATES, LISTS, RESPONSES, everything

from a3check.pki import bundle, keys, revocation
from a3check.pki.certificate import Certificate, read
from a3check.pki.shelf import Shelf

STALL: Final = 1.0
"""Seconds of a processor that one input may take."""
LARGEST: Final = 64 * 1024
SEEDS: Final = (*CERTIFICATES, *LISTS, *RESPONSES, BAG)

_verify = keys.verify


class Slowest:
    """What took longest so far, in seconds of a processor."""

    seconds = 0.0
    inputs = 0


def once(data: bytes) -> None:
    """Let every reader have the bytes; raise where one stalls."""
    begun = time.thread_time()
    good = bool(data) and data[-1] & 1
    keys.verify = (lambda *_: keys.Checked.GOOD) if good else _verify
    facts = read(data)
    if isinstance(facts, Certificate):
        everything(facts)
    for found in bundle.certificates(data):
        repr(found)
    tuple(Shelf(files=[data]))
    answer = revocation.Answer(data, "fuzz")
    for answers in (revocation.Answers(crls=(answer,)), revocation.Answers(ocsp=(answer,))):
        assert len(revocation.judge(LEAF.facts, AC2.facts, answers, NOW)) == 1
    took = time.thread_time() - begun
    Slowest.inputs += 1
    Slowest.seconds = max(took, Slowest.seconds)
    if took > STALL:
        raise RuntimeError(f"took {took:.1f} s")


def mutate(atheris: Any) -> Any:  # noqa: ANN401 - of a library that is not typed
    """Return a mutator: by bytes as the library does it, or one that keeps the lengths right."""

    def change(data: bytes, largest: int, seed: int) -> bytes:
        dice = random.Random(seed)  # noqa: S311 - what is tried must be repeatable
        if dice.random() < 0.3:
            return bytes(atheris.Mutate(data, largest))
        try:
            return shake(data, dice)[:largest]
        except ValueError:  # no DER any more
            return shake(dice.choice(SEEDS), dice)[:largest]

    return change


def main(arguments: list[str]) -> int:
    """Run for so many seconds, then say how much was tried."""
    atheris = import_module("atheris")
    warnings.simplefilter("ignore")
    folder = Path(arguments[1] if len(arguments) > 1 else tempfile.mkdtemp(prefix="fuzz-pki-"))
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={arguments[0]}", f"-max_len={LARGEST}", "-timeout=20", "-jobs=0"]
    options += [f"-artifact_prefix={folder}/", "-verbosity=1", "-print_final_stats=1"]
    for module in [m for name, m in sys.modules.items() if name.startswith("a3check.pki.")]:
        _instrument(atheris, module)
    atheris.Setup([sys.argv[0], *options, str(corpus)], _reported, custom_mutator=mutate(atheris))
    atheris.Fuzz()
    return 0


def _reported(data: bytes) -> None:
    once(data)
    if Slowest.inputs % 10_000 == 0:
        print(f"{Slowest.inputs} inputs, the slowest {Slowest.seconds:.3f} s", flush=True)


def _instrument(atheris: Any, module: Any) -> None:  # noqa: ANN401 - of a library not typed
    """Watch a module's functions and its classes' methods."""
    own = [v for v in vars(module).values() if getattr(v, "__module__", "") == module.__name__]
    methods = [m for v in own if isinstance(v, type) for m in vars(v).values()]
    for function in (f for f in (*own, *methods) if hasattr(f, "__code__")):
        atheris.instrument_func(function)


if __name__ == "__main__":
    os.nice(19)
    sys.exit(main(sys.argv[1:]))
