"""Compiles what is shipped, by the very Python that will run it."""

from pathlib import Path

from installers import tools

# Legacy places (beside, no __pycache__) and unchecked: a file that is installed does not change,
# and its source's time is nobody's business. Names in tracebacks begin at lib/.
_COMPILE = (
    "import compileall, py_compile, sys; "
    "mode = py_compile.PycInvalidationMode.UNCHECKED_HASH; "
    "sys.exit(not compileall.compile_dir('.', 99, 'lib', True, quiet=1, legacy=True, "
    "invalidation_mode=mode))"
)
_KEEP = (
    "import sys; sys.path.insert(0, '.'); "
    "from a3check.core import tables; tables.keep_all(); "
    "from a3check.ui import precompiled; precompiled.keep()"
)


def compile_folder(folder: Path, runtime: Path, prefix: Path) -> None:
    """Replace all Python files below ``folder`` by their bytecode.

    Its tables are kept read, and what PySide6 would compile at each start is kept compiled.
    """
    tools.windows([str(runtime / "python.exe"), "-c", _COMPILE], prefix, cwd=folder)
    for source in sorted(folder.rglob("*.py")):
        if not source.with_suffix(".pyc").exists():
            raise SystemExit(f"not compiled: {source}")
        source.unlink()
    tools.windows([str(runtime / "python.exe"), "-c", _KEEP], prefix, cwd=folder)
    kept = {path.name.partition(".")[0] for path in (folder / "a3check/ui/__pycache__").iterdir()}
    if kept != {"shibokensupport", "signature_bootstrap"}:
        raise SystemExit("PySide6's Python part is not kept: a3check/ui/precompiled.py")
