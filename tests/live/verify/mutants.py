"""Rewrites with one token changed."""

import ast
import copy
import re

_OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
}
_COMPARISONS = {
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_SWAPPED = """
    amax amin argmax argmin max min sum mean mean sum cumsum cumprod cummax cummin tril triu
    triu tril clamp clip_ prod sum sin cos softmax log_softmax logsumexp sum sqrt square any all
    index_add index_copy norm sum var std diff roll maximum minimum minimum maximum zeros ones
    new_zeros new_ones ones zeros zeros_like ones_like bincount cumsum avg_pool1d max_pool1d
    exp expm1 tanh sigmoid clone zero_
"""
_NAMES = re.findall(r"\w+", _SWAPPED)
_METHODS = dict(zip(_NAMES[::2], _NAMES[1::2], strict=True))


def mutants_of(text):
    """Yield every text that differs in one token and still parses."""
    tree = ast.parse(text)
    found = {ast.unparse(tree)}
    for place, node in enumerate(ast.walk(tree)):
        for change in _changes(node, tree):
            mutant = copy.deepcopy(tree)
            change(list(ast.walk(mutant))[place])
            mutated = ast.unparse(ast.fix_missing_locations(mutant))
            if mutated not in found:
                found.add(mutated)
                yield mutated


def _swap_operands(node):
    node.left, node.right = node.right, node.left


def _changes(node, tree):
    match node:
        case ast.BinOp(op=operator) if type(operator) in _OPERATORS:
            yield lambda n: setattr(n, "op", _OPERATORS[type(operator)]())
            if not isinstance(operator, ast.Add | ast.Mult):
                yield _swap_operands
        case ast.Compare(ops=[operator]) if type(operator) in _COMPARISONS:
            yield lambda n: setattr(n, "ops", [_COMPARISONS[type(operator)]()])
        case ast.UnaryOp(op=ast.USub()):
            yield lambda n: setattr(n, "op", ast.UAdd())
        case ast.Constant(value=bool(value)):
            yield lambda n: setattr(n, "value", not value)
        case ast.Constant(value=int(value)) | ast.Constant(value=float(value)):
            yield lambda n: setattr(n, "value", value + 1)
            yield lambda n: setattr(n, "value", value - 1)
        case ast.Constant(value=None):
            yield lambda n: setattr(n, "value", 0)
        case ast.Call(args=arguments, keywords=keywords):
            for k in range(len(keywords)):
                yield lambda n, k=k: n.keywords.pop(k)
            if len(arguments) > 1:
                yield lambda n: n.args.__setitem__(slice(0, 2), n.args[1::-1])
            if len(arguments) > 2:
                yield lambda n: n.args.__setitem__(slice(1, 3), n.args[2:0:-1])
            if arguments:
                yield lambda n: n.args.pop()
        case ast.Attribute(attr=name) if name in _METHODS:
            yield lambda n: setattr(n, "attr", _METHODS[name])
        case ast.Slice():
            if node.lower:
                yield lambda n: setattr(n, "lower", None)
            if node.upper:
                yield lambda n: setattr(n, "upper", None)
        case ast.Name(id=name, ctx=ast.Load()):
            others = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
            for other in sorted(others - {name, "torch", "F", "nn"}):
                if name not in ("torch", "F", "nn"):
                    yield lambda n, other=other: setattr(n, "id", other)
