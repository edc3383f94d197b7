"""What may go wrong in a judge: small changes of its syntax tree, one at a time."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from types import CodeType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed judge: its name, where and how it was changed, and its code."""

    judge: str
    line: int
    change: str
    code: CodeType

    @property
    def place(self) -> str:
        """Where it is and what was changed, in one line."""
        return f"{self.judge}:{self.line}: {self.change}"


def mutants(tree: ast.Module, judge: ast.FunctionDef, file: str) -> Iterator[Mutant]:
    """Yield every mutant of one function of a module."""
    at = tree.body.index(judge)
    for position, node in enumerate(_nodes(judge)):
        for number, (change, _) in enumerate(_changes(node)):
            changed = copy.deepcopy(judge)
            chosen = _nodes(changed)[position]
            _changes(chosen)[number][1]()
            body = [*tree.body[:at], changed, *tree.body[at + 1 :]]
            module = ast.fix_missing_locations(ast.Module(body, tree.type_ignores))
            code = function_code(compile(module, file, "exec"), judge.name)
            yield Mutant(judge.name, getattr(node, "lineno", judge.lineno), change, code)


def function_code(module: CodeType, name: str) -> CodeType:
    """Return the code of a module's function."""
    codes = (c for c in module.co_consts if isinstance(c, CodeType))
    return next(c for c in codes if c.co_qualname == name)


def _nodes(judge: ast.FunctionDef) -> list[ast.AST]:
    """Return the nodes of the body that may change: no docstring, no annotation."""
    body = judge.body[1:] if ast.get_docstring(judge) is not None else judge.body
    return [node for statement in body for node in _walk(statement)]


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child)


Change = tuple[str, "Callable[[], None]"]


def _changes(node: ast.AST) -> list[Change]:
    match node:
        case ast.Compare():
            return [_comparison(node, at) for at in range(len(node.ops))]
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            return [_set("and, or exchanged", node, "op", other)]
        case ast.UnaryOp(op=ast.Not()):
            return [_set("not dropped", node, "operand", _negated(node.operand))]
        case ast.Constant(value=value):
            return _constant(node, value)
        case ast.Return(value=ast.expr()) if not _is_none(node.value):
            return [_set("returns None", node, "value", ast.Constant(None))]
        case ast.If() | ast.IfExp() | ast.While():
            return _condition(node)
        case ast.comprehension(ifs=[_, *_]):
            return [_set("filter dropped", node, "ifs", [])]
        case ast.BinOp(op=ast.Add()):
            return [_set("plus is minus", node, "op", ast.Sub())]
        case ast.BinOp(op=ast.Sub()):
            return [_set("minus is plus", node, "op", ast.Add())]
        case _:
            return []


def _comparison(node: ast.Compare, at: int) -> Change:
    before = node.ops[at]
    after = _COMPARISONS[type(before)]()
    ops = [*node.ops[:at], after, *node.ops[at + 1 :]]
    return _set(f"{type(before).__name__} is {type(after).__name__}", node, "ops", ops)


def _condition(node: ast.If | ast.IfExp | ast.While) -> list[Change]:
    """Negate a condition, where no change of its own expression does the same."""
    match node.test:
        case ast.Compare(ops=[_]) | ast.UnaryOp(op=ast.Not()):
            return []
        case test:
            return [_set("condition negated", node, "test", _negated(test))]


def _constant(node: ast.Constant, value: object) -> list[Change]:
    """Change a code, a name, a number or a truth; ``None`` and ``...`` stay."""
    match value:
        case bool():
            return [_set(f"{value} is {not value}", node, "value", not value)]
        case int() | float():
            return [_set(f"{value} is {value + 1}", node, "value", value + 1)]
        case str():
            other = value + value[:1] or "x"
            return [_set(f"{value!r} is {other!r}", node, "value", other)]
        case _:
            return []


def _negated(test: ast.expr) -> ast.UnaryOp:
    return ast.UnaryOp(ast.Not(), test)


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _set(change: str, node: ast.AST, name: str, value: object) -> Change:
    return change, lambda: setattr(node, name, value)
