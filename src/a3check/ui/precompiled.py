"""PySide6's own Python part, which it carries as text and compiles at each start: once."""

import __future__

import builtins
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from zlib import crc32

if TYPE_CHECKING:
    from types import CodeType

_compile = builtins.compile
_FEATURES: Final = sum(
    {getattr(__future__, name).compiler_flag for name in __future__.all_feature_names}
)
"""The bits of a code's flags for ``from __future__ import …``: what it compiles has them, too."""


@contextmanager
def precompiled() -> Iterator[None]:
    """Let texts that are compiled meanwhile be kept, as Python keeps the bytecode of a module.

    They lie in ``__pycache__`` beside this file, and are compiled anew once a text is another.
    Python's own ``compile`` answers where nothing can be kept, and is back at the end. In a
    traceback a text that was kept is called as it lies there (importlib names what it reads).
    """
    before, builtins.compile = builtins.compile, _compiled
    try:
        yield
    finally:
        builtins.compile = before


def keep() -> None:
    """Keep all that PySide6 compiles, as the program is installed: shiboken6 does it, alone."""
    with precompiled():
        import shiboken6  # noqa: F401, PLC0415 - here it compiles


def _compiled(source: Any, filename: Any, mode: str, *rest: Any, **options: Any) -> Any:  # noqa: ANN401 - compile's
    if rest or options or mode != "exec" or not isinstance(source, (str, bytes)):
        return _compile(source, filename, mode, *rest, **options)
    flags = sys._getframe(1).f_code.co_flags & _FEATURES  # noqa: SLF001 - whose text it is
    text = source.encode() if isinstance(source, str) else source
    kept = _Kept(text, str(filename), flags)
    try:
        return kept.get_code(kept.name)
    except Exception:  # noqa: BLE001 - a damaged copy, or the text itself: then it is said below
        kept.forget()
        return _compile(source, filename, mode, flags, dont_inherit=True)


class _Kept(SourceFileLoader):
    """Python's own reader of source files, for a text that lies in no file."""

    def __init__(self, text: bytes, filename: str, flags: int) -> None:
        flat = re.sub(r"[^\w.]", ".", filename)
        super().__init__(filename, str(Path(__file__).with_name(flat)))
        self._text, self._filename, self._flags = text, filename, flags

    def get_data(self, path: str) -> bytes:
        return self._text if path == self.path else super().get_data(path)

    def path_stats(self, path: str) -> dict[str, int]:  # noqa: ARG002 - the text's, without a time
        return {"mtime": crc32(self._text, self._flags), "size": len(self._text)}

    def forget(self) -> None:
        """Remove a copy that is none, so that the next start keeps a whole one."""
        with suppress(OSError, NotImplementedError):  # no right to, or a Python that keeps nothing
            Path(cache_from_source(self.path)).unlink(missing_ok=True)

    def source_to_code(  # type: ignore[override]
        self, data: bytes, *_: object, **__: object
    ) -> "CodeType":
        named = self._filename  # kept, it is the same wherever the program lies
        return cast("CodeType", _compile(data, named, "exec", self._flags, dont_inherit=True))
