"""`python -m tests.bench [PART…]`: how long things take, as ratios to others in the same run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from tests.bench import (
    bundle,
    crl,
    endurance,
    files,
    handshake,
    latency,
    loop,
    packaged,
    pdf,
    plug,
    pool,
    prints,
    start,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS: Final[dict[str, Callable[[], None]]] = {
    "start": start.measure,
    "packaged": packaged.measure,
    "whole": whole.measure,
    "handshake": handshake.measure,
    "latency": latency.measure,
    "endurance": endurance.measure,
    "bundle": bundle.measure,
    "crl": crl.measure,
    "pool": pool.measure,
    "files": files.measure,
    "loop": loop.measure,
    "pdf": pdf.measure,
    "prints": prints.measure,
    "plug": plug.measure,
}


def main(names: list[str]) -> int:
    """Measure the parts named, or all."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"there is no {', '.join(unknown)}; parts: {', '.join(PARTS)}", file=sys.stderr)
        return 64
    for name in names or PARTS:
        print(f"\n== {name}\n", flush=True)
        PARTS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
