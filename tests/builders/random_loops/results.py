"""What random loops compute: where results begin, how an iteration changes them, what is left."""

from dataclasses import dataclass

from random_loops.expressions import grouped
from random_loops.scope import Item

_UPDATES = (
    "{0} = {0} + {1}", "{0} += {1}", "{0} = {1} + {0}", "{0} -= {1}", "{0} *= {1}",
    "{0} = 0.9 * {0} + {1}", "{0} = {0} * 0.5 + 0.5 * {1}", "{0} = {0} + {1} * {1}",
    "{0} = {0} * {1}", "{0} = {0} + {1} / 2",
)  # fmt: skip
_TENSOR_UPDATES = (
    "{0} = torch.maximum({0}, {1})", "{0} = torch.minimum({0}, {1})", "{0}.add_({1})",
    "{0} = torch.logaddexp({0}, {1})", "{0} = {0}.add({1})", "{0} = torch.where({1} > {0}, {1}, {0})",
    "{0}.mul_({1})", "{0} = {0}.clone() + {1}", "{0} = torch.tanh({0} + {1})",
)  # fmt: skip
_NUMBER_UPDATES = ("{0} = max({0}, {1})", "{0} = min({0}, {1})")
_STORES = (
    "{0} = {1}", "{0} = {1}", "{0} = {1}", "{0} += {1}", "{0} = {0} + {1}", "{0} -= {1}",
    "{0} *= {1}", "{0}.add_({1})", "{0}.copy_({1})", "{0}.mul_({1})", "{0} /= 2",
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """A variable that the loop leaves behind.

    Attributes:
        before: Lines that begin it.
        updates: Lines of an iteration.
        final: What is returned of it.
    """

    before: tuple[str, ...]
    updates: tuple[str, ...]
    final: str


def draw_result(choose, words, scope, nest, name):
    """Return something that a nest of loops along sizes computes."""
    counted = [_counters(scope, dim) for dim in nest]
    kinds = ["append"] * 4 + ["running"] * 3 + ["extremum", "count", "last"]
    if all(counted):
        kinds += ["store"] * 8 + ["scan"] * 2 + ["recurrence", "marks", "marks"]
        if _own(scope, nest):
            kinds += ["own"] * 2
    indices = sorted({i.below for i in scope.items if i.below})
    if indices:
        kinds += ["scatter"] * 2
    if counted[0]:
        kinds += ["search"]
    makers = {
        "store": lambda: _store(choose, words, scope, nest, name),
        "marks": lambda: _marks(choose, words, scope, nest, name),
        "own": lambda: _change_own(choose, words, scope, nest),
        "append": lambda: _append(choose, words, nest, name),
        "running": lambda: _running(choose, words, name),
        "scan": lambda: _scan(choose, words, scope, nest, name),
        "recurrence": lambda: _recurrence(choose, words, scope, nest, name),
        "scatter": lambda: _scatter(choose, words, choose.pick(*indices), name),
        "extremum": lambda: _extremum(choose, words, scope, name),
        "count": lambda: _count(choose, words, name),
        "search": lambda: _search(choose, words, scope, nest, name),
        "last": lambda: Result(
            (f"{name} = None",), (f"{name} = {words.value(_item(choose))}",), name
        ),
    }
    return makers[choose.pick(*kinds)]()


def _counters(scope, dim):
    return [c for c in scope.counters if c.dim == dim]


def _item(choose):
    return choose.pick((), (), (), ("m",), ("k",))


def _begin(choose, words, name, dims):
    sizes = ", ".join(dims)
    forms = ["torch.zeros({})"] * 5 + [
        "torch.empty({})",
        "torch.ones({})",
        "torch.full(({},), 0.5)",
    ]
    forms += [f"{words.main}.new_zeros({{}})", "torch.zeros({}, dtype=torch.float64)"]
    forms += ["torch.zeros({}, dtype=torch.long)"] if choose.chance(10) else []
    return f"{name} = {choose.pick(*forms).format(sizes)}"


def _store(choose, words, scope, nest, name):
    item = _item(choose)
    dims = (*nest, *item)
    order = list(nest)
    if len(order) == 2 and choose.chance(15):
        order.reverse()
    dims = (*order, *item)
    before = _begin(choose, words, name, dims)
    if choose.chance(25):
        like = [i for i in scope.items if i.dims == dims and i.kind == "float" and i.tensor
                and not i.in_list]  # fmt: skip
        if like:
            form = choose.pick("torch.zeros_like({})", "torch.empty_like({})", "{}.clone()", "{}")
            before = f"{name} = {form.format(choose.pick(*like).text)}"
    target = _target(choose, scope, name, order)
    if item and choose.chance(20):
        target, item = choose.pick((f"{target[:-1]}, 0]", ()), (f"{target[:-1]}, :]", item))
    form = choose.pick(*_STORES)
    return Result((before,), (form.format(target, words.value(item)),), name)


def _marks(choose, words, scope, nest, name):
    """A tensor of truth values."""
    begin = choose.pick("zeros", "ones", "empty")
    before = f"{name} = torch.{begin}({', '.join(nest)}, dtype=torch.bool)"
    form = choose.pick("{0} = {1}", "{0} = {1}", "{0} |= {1}", "{0} &= {1}", "{0} = not {1}")
    target = _target(choose, scope, name, nest)
    return Result((before,), (form.format(target, grouped(words.condition())),), name)


def _own(scope, nest):
    """Return the tensors that the program is given and that a nest can write to."""
    return [i for i in scope.items if i.dims[: len(nest)] == tuple(nest) and i.kind == "float"
            and i.tensor and not i.in_list and not i.varies]  # fmt: skip


def _change_own(choose, words, scope, nest):
    item = choose.pick(*_own(scope, nest))
    target = _target(choose, scope, item.text, nest)
    value = words.value(item.dims[len(nest) :])
    return Result((), (choose.pick(*_STORES).format(target, value),), item.text)


def _target(choose, scope, name, dims):
    whole = Item(name, tuple(dims))
    parts = [choose.pick(*[s for s in scope.subscripts(whole, d, at) if s not in ("0", "-1")])
             for at, d in enumerate(dims)]  # fmt: skip
    if len(parts) > 1 and choose.chance(10):
        return name + "".join(f"[{p}]" for p in parts)
    return f"{name}[{', '.join(parts)}]"


def _append(choose, words, nest, name):
    item = _item(choose)
    value = words.value(item)
    add = choose.pick(f"{name}.append({value})", f"{name}.append({value})",
                      f"{name}.append({value})", f"{name} += [{value}]",
                      f"{name}.insert(0, {value})")  # fmt: skip
    finals = ["torch.stack({0})"] * 6 + ["{0}", "sum({0})", "torch.stack({0}).sum(0)"]
    finals += ["torch.stack({0}).mean()", "len({0})", "torch.stack({0}, dim=-1)"]
    if item:
        finals += ["torch.cat({0})", "torch.stack({0}, dim=1)", "torch.cat({0}, dim=0)", "{0}[-1]"]
    else:
        finals += ["torch.tensor({0})", "max({0})", "torch.tensor([float(v) for v in {0}])"]
    return Result((f"{name} = []",), (add,), choose.pick(*finals).format(name))


def _running(choose, words, name):
    item = _item(choose)
    begin, tensor = _start(choose, words, item)
    value = grouped(words.value(item))
    forms = _UPDATES + (_TENSOR_UPDATES if tensor else () if item else _NUMBER_UPDATES)
    return Result((f"{name} = {begin}",), (choose.pick(*forms).format(name, value),), name)


def _start(choose, words, item):
    if item:
        form = choose.pick("torch.zeros({})", "torch.ones({})", "torch.full(({},), 0.5)")
        return form.format(", ".join(item)), True
    begin = choose.pick(
        "0", "0.0", "torch.zeros(())", "1.0", "torch.tensor(0.5)", "0.0", f"{words.main}.sum() * 0"
    )
    return begin, begin not in ("0", "0.0", "1.0")


def _scan(choose, words, scope, nest, name):
    running = _running(choose, words, f"{name}_now")
    if choose.chance(50):
        kept, before, final = f"{name}.append({name}_now)", f"{name} = []", f"torch.stack({name})"
        if choose.chance(60):
            kept = f"{name}.append({name}_now.clone())"
    else:
        kept = f"{_target(choose, scope, name, nest)} = {name}_now"
        before, final = f"{name} = torch.zeros({', '.join(nest)})", name
    updates = (*running.updates, kept)
    if choose.chance(15):
        updates = updates[::-1]
    return Result((*running.before, before), updates, final)


def _recurrence(choose, words, scope, nest, name):
    counter = choose.pick(*_counters(scope, nest[0])).text
    value = grouped(words.value(()))
    update = choose.pick(
        f"{name}[{counter} + 1] = {name}[{counter}] + {value}",
        f"{name}[{counter}] = {name}[{counter} - 1] + {value}",
        f"{name}[{counter} + 1] = {name}[{counter}] * 0.5 + {value}",
        f"{name}[{counter}] = {name}[{counter} - 1] * {value}",
        f"{name}[{counter}] = torch.maximum({name}[{counter} - 1], {words.main}.sum() * {value})",
    )
    return Result((f"{name} = torch.ones({nest[0]} + 2)",), (update,), name)


def _scatter(choose, words, below, name):
    item = _item(choose)
    target = f"{name}[{words.index(below)}]"
    before = _begin(choose, words, name, (below, *item))
    value = grouped(words.value(item))
    forms = ("{0} += {1}", "{0} += {1}", "{0} = {1}", "{0} = {0} + {1}", "{0} = {0} * 0.5 + {1}",
             f"{{0}} = torch.maximum({{0}}, {words.main}.sum() * {{1}})", "{0} -= {1}", "{0} += 1", "{0} *= {1}",
             "{0} = max({0}, {1})")  # fmt: skip
    return Result((before,), (choose.pick(*forms).format(target, value),), name)


def _extremum(choose, words, scope, name):
    value, compared = words.value(()), choose.pick(">", "<", ">=", "<=")
    begin = "-float('inf')" if compared.startswith(">") else "float('inf')"
    kept = [c.text for c in scope.counters] or ["1"]
    lines = (f"if {value} {compared} {name}:", f"    {name} = {value}")
    if choose.chance(60):
        lines += (f"    {name}_at = {choose.pick(*kept)}",)
        return Result((f"{name} = {choose.pick(begin, '0')}", f"{name}_at = -1"), lines,
                      f"{name}, {name}_at")  # fmt: skip
    return Result((f"{name} = {begin}",), lines, name)


def _count(choose, words, name):
    add = choose.pick(f"{name} += 1", f"{name} = {name} + 1", f"{name} += {words.value(())}")
    return Result((f"{name} = 0",), (f"if {words.condition()}:", f"    {add}"), name)


def _search(choose, words, scope, nest, name):
    found = choose.pick(_counters(scope, nest[0])[0].text, words.value(()))
    lines = (f"if {words.condition()}:", f"    {name} = {found}", "    break")
    return Result((f"{name} = -1",), lines, name)
