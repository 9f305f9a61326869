"""Random programs around random loops."""

import ast
import re

import torch
from hypothesis import strategies as st

from random_loops.expressions import Expressions
from random_loops.inputs import Input
from random_loops.program import Program
from random_loops.scope import Chooser, Item, Scope
from random_loops.statements import Nest, indented

_HEAD = ["import math", "import torch", "import torch.nn.functional as F", ""]
_HELPERS = {
    "scaled": ["def scaled(v):", "    return v * 2 + 1"],
    "bent": ["def bent(v, slope=0.5):", "    w = v * slope", "    return w + v * v"],
    "folded": ["def folded(v):", '    """Fold."""', "    if isinstance(v, int):", "        return v",
               "    return -v"],
    "mixed": ["def mixed(a, b):", "    c = a + b", "    return c / 2"],
}  # fmt: skip
_SIZES = {"n": Input("size", below="n"), "m": Input("size", below="m"),
          "k": Input("size", below="k")}  # fmt: skip


@st.composite
def programs(draw):
    """A program that holds a loop, or two."""
    return draw_program(Chooser(lambda low, high: draw(st.integers(low, high))))


def draw_program(choose):
    """Return a program that holds a loop, or two."""
    where = choose.pick(*["function"] * 12, "method", "method", "module", "no_grad", "decorated",
                        "closure", "nested", "tabs", "comments")  # fmt: skip
    inputs = _inputs(choose)
    owner = "self." if where == "method" else ""
    scope = Scope([_item(f"{owner}{name}", given) for name, given in inputs.items()])
    helpers = () if choose.chance(75) else (choose.pick(*_HELPERS),)
    words = Expressions(choose, scope, f"{owner}x", helpers)
    lines, finals = [], []
    for number in range(2 if choose.chance(8) else 1):
        nest = Nest(choose, words, _dims(choose, inputs), "_b" if number else "")
        nest.draw()
        lines += [*nest.before, *nest.lines]
        finals += nest.finals
        if choose.chance(6) and nest.headers[-1].counters and nest.headers[0].clause:
            finals.append(nest.headers[0].counters[0].text if nest.headers[0].counters else "0")
    lines, final = _tail(choose, lines, finals)
    used = _mentioned([*lines, f"({final})"])
    if "near" in used:
        used.add("x")  # whose memory it shares
    taken = {name: given for name, given in {**inputs, **_SIZES}.items() if name in used}
    return Program(
        _placed(choose, where, lines, final, helpers, taken),
        taken,
        _sizes(choose),
        where == "module",
        choose.pick(*["plain"] * 12, "not contiguous", "transposed", "ties", "zeros and signs"),
        choose.chance(15),
    )


def _sizes(choose):
    sizes = {"n": choose.number(5, 9), "m": choose.number(2, 5), "k": choose.number(2, 6)}
    match choose.pick(*["apart"] * 7, "equal", "one", "few"):
        case "equal":
            sizes[choose.pick("m", "k")] = sizes["n"]
        case "one":
            sizes[choose.pick("m", "k", "m", "n")] = 1
        case "few":
            sizes["n"] = choose.number(2, 4)
    return sizes


def _inputs(choose):
    dtype = choose.pick(*[torch.float32] * 8, torch.float64, torch.int64)
    main = choose.pick(("n",), ("n",), ("n", "m"), ("n", "m"), ("n", "m", "k"))
    found = {"x": Input("tensor", main, dtype)}
    others = {
        "y": Input("tensor", choose.pick(("n",), main), dtype),
        "w": Input("tensor", choose.pick(("m",), ("k",), ("k", "m"), ("m", "m")), dtype),
        "table": Input("tensor", choose.pick(("k",), ("k", "m")), dtype),
        "idx": Input("index", ("n",), below=choose.pick("k", "k", "n")),
        "order": Input("order", ("n",), below="n"),
        "keep": Input("mask", ("n",)),
        "amount": Input("number"),
        "xs": Input("tensors", ("n", "m")),
        "counts": Input("tensor", ("n",), torch.int64),
        "flags": Input("tensor", ("n",), torch.bool),
        "near": Input(choose.pick("same", "shifted", "shifted"), main, dtype, "x"),
        "wide": Input("tensor", choose.pick(("n",), main), torch.float64),
        "back": Input("index", ("n", "m"), below="k"),
    }
    for _ in range(choose.number(1, 3)):
        name = choose.pick(*others)
        found[name] = others[name]
    return found


def _item(text, given):
    kind = {"index": "int", "order": "int", "mask": "bool"}.get(given.what, "float")
    if given.what in ("same", "shifted"):
        return Item(text, given.dims)
    if given.dtype == torch.bool:
        kind = "bool"
    if given.what == "tensor" and not given.dtype.is_floating_point and text.endswith("counts"):
        kind = "int"
    tensor = given.what not in ("number", "size")
    return Item(text, given.dims, kind, tensor, given.below, given.what == "tensors")


def _dims(choose, inputs):
    main = inputs["x"].dims
    if choose.chance(65):
        return ("n",)
    if len(main) > 1 and choose.chance(75):
        return ("n", "m")
    return ("n", choose.pick("k", "n"))


def _tail(choose, lines, finals):
    """Return the lines with what follows the loop, and what is returned."""
    lines = list(lines)
    if choose.chance(30):
        after = []
        for k, final in enumerate(finals):
            if "," not in final and choose.chance(60):
                known = re.search(r"\b(out|acc|result|mask)\w*", final)
                name = known[0] if known and choose.chance(60) else f"last{k}"
                after.append(f"{name} = {final}")
                finals[k] = choose.pick(name, f"{name} * 2", name)
        lines += after
    return lines, ", ".join(finals)


def _mentioned(lines):
    """Names and attributes."""
    nodes = ast.walk(ast.parse("\n".join(lines)))
    return {n.attr if isinstance(n, ast.Attribute) else n.id for n in nodes
            if isinstance(n, ast.Name | ast.Attribute)}  # fmt: skip


def _placed(choose, where, lines, final, helpers, taken):
    """Return the file: the lines in a function, a method, at module level, …"""
    head = list(_HEAD)
    for name in helpers:
        head += [*_HELPERS[name], "", ""]
    signature = ", ".join(taken)
    back = f"return {final}"
    match where:
        case "module":
            return _text([*head, *lines, f"result = {final}"])
        case "method":
            local = [n for n in taken if n in _SIZES]
            return _text([
                *head, "class Model:", f"    def __init__(self, {signature}):",
                *indented(indented([f"self.{n} = {n}" for n in taken])),
                "", "    def run(self):",
                *indented(indented([f"{n} = self.{n}" for n in local])),
                *indented(indented([*lines, back])), "", "",
                f"def loop({signature}):", f"    return Model({signature}).run()",
            ])  # fmt: skip
        case "no_grad":
            inner = ["with torch.no_grad():", *indented(lines), back]
        case "closure":
            inner = [*lines, "def later():", f"    return {final}", "return later()"]
        case "nested":
            inner = ["def work():", *indented([*lines, back]), "return work()"]
        case _:
            inner = [*lines, back]
    if where == "decorated":
        head += [choose.pick("@torch.no_grad()", "@torch.enable_grad()")]
    if where == "comments":
        inner = _commented(choose, inner)
    text = _text([*head, f"def loop({signature}):", *indented(inner)])
    if where == "tabs":
        return re.sub(r"^( {4})+", lambda m: "\t" * (len(m[0]) // 4), text, flags=re.M)
    return text


def _commented(choose, lines):
    found = []
    for line in lines:
        indent = line[: len(line) - len(line.lstrip())]
        if choose.chance(25):
            found.append(f"{indent}# what comes next")
        found.append(f"{line}  # here" if choose.chance(20) else line)
        if choose.chance(10):
            found.append("")
    return found


def _text(lines):
    return "\n".join(lines) + "\n"
