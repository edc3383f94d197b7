"""Which functions decide, without touching the world?

Every function of a check's module that takes no ``Context``, all of the verdict's rule, and what
two checks judge servers by. The coverage's gate and the mutants are about these.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "src"


def modules() -> tuple[Path, ...]:
    """Return the files that hold judges."""
    package = SOURCE / "a3check"
    checks = sorted((package / "checks").glob("[!_]*.py"))
    shared = (
        package / "portal" / f"{name}.py"
        for name in ("browser_way", "interception", "peer", "refused")
    )
    return (package / "core" / "verdict.py", *shared, *checks)


def judges(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """Return a module's judging functions by their names."""
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return {node.name: node for node in functions if not _touches(node)}


def _touches(node: ast.FunctionDef) -> bool:
    taken = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return any(a.annotation and ast.unparse(a.annotation) == "Context" for a in taken)
