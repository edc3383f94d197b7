"""What does a table that ships with the program hold?"""

from importlib.machinery import SourceFileLoader
from typing import TYPE_CHECKING, Any, cast

from a3check.core.resources import resource

if TYPE_CHECKING:
    from types import CodeType


def load(name: str) -> dict[str, Any]:
    """Return what a TOML file of ``resources/`` holds, each time anew: it is the caller's own.

    Python keeps it in ``__pycache__`` beside the file as it keeps the bytecode of a module
    (PEP 3147), and reads it anew once the file is another: to read all words took a tenth of
    the time until the first window. A damaged file raises :class:`tomllib.TOMLDecodeError`.
    """
    found: dict[str, Any] = {}
    code = _Reader(name, str(resource(name))).get_code(name)
    exec(cast("CodeType", code), found)  # noqa: S102 - made below of a table alone
    return dict(found["table"])


def keep_all() -> None:
    """Keep every table as it is now, for ever: a file that is installed does not change."""
    import py_compile  # noqa: PLC0415 - once, as it is installed
    from importlib.util import cache_from_source  # noqa: PLC0415 - as above
    from pathlib import Path  # noqa: PLC0415 - as above
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - as above

    folder = resource("findings.toml").parent
    with TemporaryDirectory() as place:
        source = Path(place) / "table.py"
        for file in sorted(folder.rglob("*.toml")):
            source.write_text(_source(file.read_bytes()), "utf-8", newline="\n")
            py_compile.compile(
                str(source),
                cache_from_source(str(file)),
                file.relative_to(folder).as_posix(),
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )


class _Reader(SourceFileLoader):
    """Python's own reader of source files, for TOML."""

    def source_to_code(  # type: ignore[override] # Python gives it a file's bytes alone
        self, data: bytes, path: str, *_: object, **__: object
    ) -> "CodeType":
        return compile(_source(data), path, "exec", dont_inherit=True)


def _source(data: bytes) -> str:
    """Return a table as source; a date in it is one of ``datetime``."""
    import tomllib  # noqa: PLC0415 - where the table was read before it is not wanted

    return f"import datetime\ntable = {tomllib.loads(data.decode())!r}\n"
