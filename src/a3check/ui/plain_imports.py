"""PySide6 brought in without its reader of sources."""

import builtins


def plain_imports() -> None:
    """Import PySide6, and let the modules that follow be imported as ever.

    It puts a reader of its own into ``builtins.__import__``, which reads the source of each module
    that is imported later, and keeps it (``linecache``), to see whether it speaks of PySide6: only
    such modules may use ``from __feature__ import …``, which nobody does here. That was 4 MB and
    20 ms of the first window, and as much again in a run.
    """
    before = builtins.__import__
    import PySide6.QtCore  # noqa: F401, PLC0415 - here it puts the reader in

    builtins.__import__ = before
