"""The way to the first window, without what it need not wait for."""

import builtins
import gc

from a3check.ui.precompiled import precompiled


def ignite() -> None:
    """Import PySide6, and let the modules that follow be imported as ever.

    It puts a reader of its own into ``builtins.__import__``, which reads the source of each module
    that is imported later, and keeps it (``linecache``), to see whether it speaks of PySide6: only
    such modules may use ``from __feature__ import …``, which nobody does here. That was 4 MB and
    20 ms of the first window, and as much again in a run.

    Until :func:`settle` no garbage is looked for: what is brought in is none.
    """
    gc.disable()
    before = builtins.__import__
    with precompiled():
        import PySide6.QtCore  # noqa: F401, PLC0415 - here it puts the reader in

    builtins.__import__ = before


def settle() -> None:
    """Look for garbage from now on, but never again among what the first window consists of."""
    gc.freeze()
    gc.enable()
