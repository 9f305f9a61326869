"""Write one loop in other ways that mean the same: other names, a method, enumerate, while, ….

A variant is source text; each transformation returns ``None`` where it has nothing to change.
"""

import ast
import builtins
import copy
import itertools
from dataclasses import dataclass

LOOPS = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Variant:
    """A module text that defines ``name``, and the lines of its marked loops."""

    text: str
    name: str
    lines: tuple[int, ...]


def write_variant(function: ast.FunctionDef, marked: set[int], how: str, name: str):
    """Return the function, written another way; ``marked`` are the lines of its loops."""
    function = copy.deepcopy(function)
    function.name = name
    function.args.defaults = []
    for node in ast.walk(function):
        if isinstance(node, LOOPS):
            node.marked = node.lineno in marked
    tree = VARIANTS[how](function)
    if tree is None:
        return None
    tree = ast.fix_missing_locations(tree)
    text = ast.unparse(tree)
    places = [n for n in ast.walk(tree) if isinstance(n, LOOPS)]
    written = [n for n in ast.walk(ast.parse(text)) if isinstance(n, LOOPS)]
    lines = [w.lineno for p, w in zip(places, written, strict=True) if getattr(p, "marked", False)]
    return Variant(text, name, tuple(lines))


def as_printed(function):
    return function


def renamed(function):
    """Every local name is another one."""
    stored = {
        n.id for n in ast.walk(function) if isinstance(n, ast.Name) and n.id not in dir(builtins)
        and isinstance(n.ctx, ast.Store)
    } | {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)}  # fmt: skip
    new = {name: f"thing_{k}" for k, name in enumerate(sorted(stored))}
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = new[node.arg]
    return function


def in_a_method(function):
    """The inputs are attributes of ``self``."""
    inputs = [a.arg for a in function.args.args]
    written = {
        n.id
        for n in ast.walk(function)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    if written & set(inputs):
        return None
    name = function.name
    body = _Attributes(set(inputs)).visit(function)
    body.name = "run"
    body.args.args = [ast.arg("self")]
    text = f"""
class {name.title()}:
    def __init__(self, {", ".join(inputs)}):
        {"; ".join(f"self.{i} = {i}" for i in inputs) or "pass"}

def {name}({", ".join(inputs)}):
    return {name.title()}({", ".join(inputs)}).run()
"""
    module = ast.parse(text)
    module.body[0].body.append(body)
    return module


def with_enumerate(function):
    """``for i in range(len(x))`` that reads ``x[i]`` takes the items from ``enumerate(x)``."""
    changed = False
    for node in ast.walk(function):
        match node:
            case ast.For(
                target=ast.Name(id=i),
                iter=ast.Call(
                    func=ast.Name(id="range"),
                    args=[ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=x)])],
                ),
            ) if x not in _stored_into(node) and _items(node, i) >= {x}:
                node.body = [_Items(i, {x: f"a_{x}"}).visit(s) for s in node.body]
                node.target = ast.Tuple([node.target, _name(f"a_{x}", ast.Store())], ast.Store())
                node.iter = _call("enumerate", _name(x))
                changed = True
    return function if changed else None


def with_zip(function):
    """``for i in range(len(x))`` whose ``i`` is used for items alone takes them from ``zip``."""
    changed = False
    for node in ast.walk(function):
        match node:
            case ast.For(
                target=ast.Name(id=i), iter=ast.Call(func=ast.Name(id="range"), args=[n])
            ):
                names = sorted(_items(node, i))
                if ast.unparse(n) not in {f"len({x})" for x in names}:
                    continue
                body = [
                    _Items(i, {x: f"a_{x}" for x in names}).visit(copy.deepcopy(s))
                    for s in node.body
                ]
                if any(isinstance(m, ast.Name) and m.id == i for s in body for m in ast.walk(s)):
                    continue
                targets = [_name(f"a_{x}", ast.Store()) for x in names]
                node.body = body
                node.target = targets[0] if len(names) == 1 else ast.Tuple(targets, ast.Store())
                node.iter = (
                    _name(names[0]) if len(names) == 1 else _call("zip", *map(_name, names))
                )
                changed = True
    return function if changed else None


def as_a_comprehension(function):
    """``out = []`` and a loop that only appends become one list comprehension."""
    changed = False
    for statements in _blocks(function):
        for k, pair in enumerate(itertools.pairwise(statements)):
            match pair:
                case (
                    ast.Assign(targets=[ast.Name(id=out)], value=ast.List(elts=[])),
                    ast.For(target=target, iter=iterable, body=[body]) as loop,
                ):
                    tests = []
                    match body:
                        case ast.If(test=test, body=[body], orelse=[]):
                            tests = [test]
                    match body:
                        case ast.Expr(
                            value=ast.Call(
                                func=ast.Attribute(value=ast.Name(id=name), attr="append"),
                                args=[value],
                            )
                        ) if name == out:
                            clause = ast.comprehension(target, iterable, tests, 0)
                            found = ast.ListComp(value, [clause])
                            found.marked = loop.marked
                            statements[k] = ast.Assign([_name(out, ast.Store())], found)
                            del statements[k + 1]
                            changed = True
    return function if changed else None


def with_while(function):
    """``for i in range(a, b)`` counts by hand."""
    changed = False
    for statements in _blocks(function):
        for k, node in enumerate(list(statements)):
            match node:
                case ast.For(
                    target=ast.Name(id=i), iter=ast.Call(func=ast.Name(id="range"), args=args)
                ) if len(args) < 3 and i != "_":
                    start, end = (ast.Constant(0), args[0]) if len(args) == 1 else args
                    step = ast.AugAssign(_name(i, ast.Store()), ast.Add(), ast.Constant(1))
                    test = ast.Compare(_name(i), [ast.Lt()], [end])
                    loop = ast.While(test, [*node.body, step], [])
                    loop.marked = node.marked
                    at = statements.index(node)
                    first = ast.Assign([_name(i, ast.Store())], start)
                    statements[at : at + 1] = [first, loop]
                    changed = True
                    del k
    return function if changed else None


def with_temporaries(function):
    """What is stored or appended has a name first."""
    changed = False
    for statements in _blocks(function):
        for node in list(statements):
            match node:
                case ast.Assign(targets=[ast.Subscript()], value=value):
                    node.value = _name("value")
                case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append"), args=[value])):
                    node.value.args = [_name("value")]
                case _:
                    continue
            if isinstance(value, ast.Constant | ast.Name):
                match node:
                    case ast.Assign():
                        node.value = value
                    case _:
                        node.value.args = [value]
                continue
            at = statements.index(node)
            statements.insert(at, ast.Assign([_name("value", ast.Store())], value))
            changed = True
    return function if changed else None


def with_a_helper(function):
    """What is stored or appended is computed by a function of its own."""
    local = {a.arg for a in function.args.args}
    for n in ast.walk(function):
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
            local.add(n.id)
    helpers = []
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Subscript()], value=value):
                pass
            case ast.Call(func=ast.Attribute(attr="append"), args=[value]):
                pass
            case _:
                continue
        names = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)} & local
        inner = any(isinstance(n, LOOPS) for n in ast.walk(value))
        if isinstance(value, ast.Constant | ast.Name) or inner:
            continue
        name = f"{function.name}_work_{len(helpers)}"
        arguments = ", ".join(sorted(names))
        helpers += ast.parse(f"def {name}({arguments}):\n    return {ast.unparse(value)}").body
        call = _call(name, *map(_name, sorted(names)))
        if isinstance(node, ast.Assign):
            node.value = call
        else:
            node.args = [call]
    return ast.Module([*helpers, function], []) if helpers else None


VARIANTS = {
    "as printed": as_printed,
    "renamed": renamed,
    "in a method": in_a_method,
    "enumerate": with_enumerate,
    "zip": with_zip,
    "comprehension": as_a_comprehension,
    "while": with_while,
    "temporaries": with_temporaries,
    "helper": with_a_helper,
}


class _Items(ast.NodeTransformer):
    """``x[i]`` that is read becomes a name of its own."""

    def __init__(self, counter, names):
        self.counter, self.names = counter, names

    def visit_Subscript(self, node):
        match node:
            case ast.Subscript(value=ast.Name(id=x), slice=ast.Name(id=i), ctx=ast.Load()) if (
                i == self.counter and x in self.names
            ):
                return _name(self.names[x])
        return self.generic_visit(node)


class _Attributes(ast.NodeTransformer):
    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        if node.id not in self.names:
            return node
        return ast.Attribute(_name("self"), node.id, node.ctx)


def _items(loop, counter):
    stored = _stored_into(loop)
    return {
        n.value.id
        for s in loop.body
        for n in ast.walk(s)
        if isinstance(n, ast.Subscript)
        and isinstance(n.ctx, ast.Load)
        and isinstance(n.value, ast.Name)
        and isinstance(n.slice, ast.Name)
        and n.slice.id == counter
        and n.value.id not in stored
    }


def _stored_into(node):
    return {
        n.value.id
        for n in ast.walk(node)
        if isinstance(n, ast.Subscript)
        and isinstance(n.ctx, ast.Store)
        and isinstance(n.value, ast.Name)
    }


def _blocks(function):
    for node in ast.walk(function):
        if isinstance(getattr(node, "body", None), list):
            yield node.body


def _name(name, ctx=None):
    return ast.Name(name, ctx or ast.Load())


def _call(name, *args):
    return ast.Call(_name(name), list(args), [])
