"""Random expressions of given sizes."""

from random_loops.scope import read

FLOATS, NUMBERS = ("float",), ("float", "int")
_CONSTANTS = ("2", "0.5", "1", "3", "-1", "0.1", "1.5", "0")
_ANY = (
    "{0} * 2", "{0} + 1", "-{0}", "{0} - 0.5", "{0} * {0}", "{0} ** 2", "{0} / 3", "1 - {0}",
    "2 / (1 + {0} * {0})",
)  # fmt: skip
_TENSOR = (
    "{0}.abs()", "torch.sin({0})", "torch.tanh({0})", "torch.relu({0})", "{0}.clamp(min=0)",
    "torch.sigmoid({0})", "{0}.clamp(-1, 1)", "torch.exp(-{0}.abs())", "F.relu({0})", "{0}.cos()",
    "torch.where({0} > 0.5, {0}, 0)", "{0}.floor()", "{0}.sign()", "{0}.clone()", "{0}.detach()",
    "torch.sqrt({0}.abs() + 1)", "{0}.add(1)", "torch.mul({0}, 2)", "torch.round({0})",
    "({0} > 0).float()", "{0} % 2", "F.leaky_relu({0}, 0.1)", "{0}.pow(2)", "torch.log1p({0}.abs())",
    "{0}.double()", "{0} // 2", "torch.clamp({0}, max=0.5)", "torch.zeros_like({0})", "F.gelu({0})",
    "{0}.square().sqrt()", "torch.abs({0})", "torch.full_like({0}, 2.0)", "{0}.to(torch.float32)",
    "torch.lerp({0}, {0} * 2, 0.5)", "F.softplus({0})", "{0}.masked_fill({0} < 0, 0)",
)  # fmt: skip
_VECTOR = (
    "torch.softmax({0}, dim=0)", "{0} / (1 + {0}.abs().sum())", "{0} - {0}.mean()", "{0}.cumsum(0)",
    "{0}.flip(0)", "torch.sort({0}).values", "F.softmax({0}, dim=-1)", "{0}.reshape(-1)",
    "torch.roll({0}, 1, 0)", "F.normalize({0}, dim=0)", "{0}.view(-1)", "F.log_softmax({0}, dim=-1)",
    "{0} - {0}.max()", "torch.cumsum({0}, dim=-1)", "{0}.contiguous()", "{0}.sort(descending=True)[0]",
    "{0}.unsqueeze(0).squeeze(0)", "{0}[None][0]", "{0}.cummax(0)[0]", "{0}.flatten()",
    "F.layer_norm({0}, {0}.shape)", "torch.cumprod({0}, 0)", "{0} / {0}.norm().clamp(min=1)",
)  # fmt: skip
_MATRIX = (
    "torch.softmax({0}, dim=1)", "{0}.cumsum(0)", "{0}.flip(1)", "{0} - {0}.mean(0)",
    "{0} - {0}.mean(1, keepdim=True)", "F.softmax({0}, -1)", "{0}.T.T", "torch.tril({0})",
    "{0}.transpose(0, 1).transpose(0, 1)", "{0}.reshape({0}.shape)", "F.normalize({0}, dim=1)",
)  # fmt: skip
_TO_SCALAR = (
    "{0}.sum()",
    "{0}.mean()",
    "{0}.max()",
    "{0}.min()",
    "({0} * {0}).sum()",
    "torch.sum({0})",
    "{0}.norm()",
    "torch.amax({0}, dim=0)",
    "{0}.prod()",
    "torch.logsumexp({0}, 0)",
    "{0}.sum(0)",
    "{0}.max(dim=0).values",
    "{0}.max(0)[0]",
    "torch.linalg.norm({0})",
    "{0}.var(unbiased=False)",
    "{0}.median()",
    "({0} > 0).sum()",
    "torch.dot({0}, {0})",
    "{0} @ {0}",
    "{0}.abs().max()",
    "torch.mean({0}, dim=-1)",
    "({0} > 0).float().mean()",
    "{0}.argmax()",
    "{0}[1:].sum()",
    "{0}[:-1].sum()",
    "{0}[::2].sum()",
    "torch.any({0} > 1)",
    "{0}[-1]",
    "{0}[0]",
)
_SPANS = (
    "{0}[:{1} + 1].sum()", "{0}[{1}:].sum()", "{0}[:{1}].sum()", "{0}[{1}:{1} + 2].sum()",
    "{0}[max(0, {1} - 1):{1} + 1].sum()", "{0}[:{1} + 1].max()", "{0}[:{1} + 1].mean()",
    "{0}[{1}:{1} + 3].mean()", "{0}[{1} + 1:].sum()", "{0}[{1}:].amax()",
)  # fmt: skip
_TO_VECTOR = {
    0: ("{0}.sum(0)", "{0}.mean(dim=0)", "{0}.max(0).values", "{0}.amax(0)", "{0}[0]",
        "torch.sum({0}, dim=0)", "{0}.min(dim=0)[0]", "{0}.norm(dim=0)", "{0}.argmax(0)"),
    1: ("{0}.sum(1)", "{0}.mean(-1)", "{0}.norm(dim=1)", "{0}.amax(dim=1)", "{0}[:, 0]",
        "torch.mean({0}, dim=1)", "{0}.max(1).values", "{0}.argmax(dim=1)", "{0}.T[0]"),
}  # fmt: skip
_PAIRS = ("{0} + {1}", "{0} * {1}", "{0} - {1}", "{0} / ({1} * {1} + 1)")
_TENSOR_PAIRS = (
    "torch.maximum({0}, {1})", "torch.minimum({0}, {1})", "torch.where({0} > {1}, {0}, {1})",
    "torch.add({0}, {1})", "({0} - {1}).abs()", "torch.atan2({0}, {1})", "({0} - {1}) ** 2",
    "torch.where({1} > 0, {0}, -1)", "torch.sub({0}, {1}, alpha=2)", "torch.max({0}, {1})",
)  # fmt: skip
_VECTORS_TO_SCALAR = (
    "torch.dot({0}, {1})", "{0} @ {1}", "({0} * {1}).sum()", "F.mse_loss({0}, {1})",
    "({0} - {1}).norm()", "F.l1_loss({0}, {1})", "torch.dist({0}, {1})", "torch.inner({0}, {1})",
    "F.cosine_similarity({0}, {1}, dim=0) * 1.7",  # alone, rounding makes it more than 1 or less
)  # fmt: skip
_COMPARED = (">", "<", ">=", "<=", "==", "!=")


class Expressions:
    """Draws expressions of what a scope can read."""

    def __init__(self, choose, scope, main, helpers=()):
        self.choose, self.scope = choose, scope
        self.main, self.helpers = main, helpers

    def value(self, dims=(), depth=2):
        """Return the text of a tensor of such sizes; without any, it may be a number."""
        choose = self.choose
        if depth <= 0 or choose.chance(30):
            return self.leaf(dims)
        kinds = ["any", "tensor", "pair", "pair"]
        if self.helpers:
            kinds.append("helper")
        if dims:
            kinds.append("shaped")
        else:
            kinds += ["reduce", "reduce", "choice"]
            if self.scope.counters:
                kinds.append("span")
        if len(dims) == 1:
            kinds.append("reduce")
        match choose.pick(*kinds):
            case "any":
                return choose.pick(*_ANY).format(grouped(self.value(dims, depth - 1)))
            case "tensor":
                return choose.pick(*_TENSOR).format(grouped(self.tensor(dims, depth - 1)))
            case "shaped":
                forms = {1: _VECTOR, 2: _MATRIX}.get(len(dims), _TENSOR)
                return choose.pick(*forms).format(grouped(self.tensor(dims, depth - 1)))
            case "pair":
                return self._pair(dims, depth - 1)
            case "helper":
                name = choose.pick(*self.helpers)
                given = [self.value(dims, depth - 1) for _ in range(2 if name == "mixed" else 1)]
                return f"{name}({', '.join(given)})"
            case "span" if spans := self._spans():
                return choose.pick(*spans)
            case "choice":
                test = self.condition(depth - 1)
                return f"({self.value((), 0)} if {test} else {self.value((), 0)})"
            case _:
                return self._reduced(dims, depth - 1)

    def tensor(self, dims, depth=1):
        """Return the text of what surely is a tensor."""
        found = self.value(dims, depth) if dims else self._scalar_tensor(depth)
        return found

    def leaf(self, dims=()):
        """Return something that is read as it is."""
        choose, scope = self.choose, self.scope
        found = scope.readings(dims, FLOATS if choose.chance(80) else NUMBERS)
        varying = [f for f in found if scope.differs(*f)]
        if found and not (not dims and choose.chance(15)):
            return read(choose, scope, *choose.pick(*varying * 6, *found))
        if not dims:
            if scope.counters and choose.chance(25):
                return choose.pick(*scope.counters).text
            return choose.pick(*_CONSTANTS)
        ones = "torch.ones({})", "torch.zeros({})", "torch.full(({},), 0.5)"
        return choose.pick(*ones).format(", ".join(dims))

    def condition(self, depth=1):
        """Return a test of one item."""
        choose, scope = self.choose, self.scope
        masks = scope.readings((), ("bool",))
        kinds = ["compare", "compare", "compare"]
        kinds += ["mask"] * 2 if masks else []
        kinds += ["counter"] * 2 if scope.counters else []
        if depth > 0:
            kinds += ["not", "both"]
        match choose.pick(*kinds):
            case "mask":
                return read(choose, scope, *choose.pick(*masks))
            case "counter":
                counter = choose.pick(*scope.counters).text
                forms = ("{} % 2 == 0", "{} > 0", "{} == 0", "{} < 3", "{} % 3", "{} != 1")
                return choose.pick(*forms).format(counter)
            case "not":
                return f"not {grouped(self.condition(0))}"
            case "both":
                word = choose.pick("and", "or")
                return f"{self.condition(0)} {word} {self.condition(0)}"
            case _:
                left = self.value((), depth)
                right = self.value((), 0) if choose.chance(30) else choose.pick(*_CONSTANTS)
                return f"{left} {choose.pick(*_COMPARED)} {right}"

    def index(self, dim):
        """Return a subscript below a size, or nothing where there is none that varies."""
        from random_loops.scope import Item

        target = Item("out", (dim,))
        found = self.scope.subscripts(target, dim, 0)
        return self.choose.pick(*found) if found else ""

    def _scalar_tensor(self, depth):
        found = [r for r in self.scope.readings((), FLOATS) if r[0].tensor]
        if found and (depth <= 0 or self.choose.chance(60)):
            return read(self.choose, self.scope, *self.choose.pick(*found))
        if depth > 0:
            return self._reduced((), depth - 1)
        return f"torch.tensor({self.choose.pick('0.5', '1.0')})"

    def _pair(self, dims, depth):
        choose = self.choose
        left, right = self.value(dims, depth), self.value(dims, depth)
        if dims and choose.chance(30):
            right = self.value((), depth)
            return choose.pick(*_PAIRS).format(grouped(left), grouped(right))
        if choose.chance(40):
            left, right = self.tensor(dims, depth), self.tensor(dims, depth)
            return choose.pick(*_TENSOR_PAIRS).format(grouped(left), grouped(right))
        return choose.pick(*_PAIRS).format(grouped(left), grouped(right))

    def _reduced(self, dims, depth):
        choose = self.choose
        if not dims:
            (dim,) = self._vector_size()
            if choose.chance(25):
                pair = [grouped(self.value((dim,), depth)) for _ in range(2)]
                return choose.pick(*_VECTORS_TO_SCALAR).format(*pair)
            return choose.pick(*_TO_SCALAR).format(grouped(self.value((dim,), depth)))
        matrices = {i.dims for i in self.scope.items if len(i.dims) >= 2 and not i.in_list}
        places = sorted(
            {(d[-2:], p) for d in matrices for p in (0, 1) if d[-2:][1 - p] == dims[0]}
        )
        if not places or len(dims) != 1:
            return self.leaf(dims)
        (rows, columns), place = choose.pick(*places)
        if place == 1 and choose.chance(40):
            matrix = self.leaf((rows, columns))
            return f"{grouped(matrix)} @ {grouped(self.value((columns,), depth))}"
        form = choose.pick(*_TO_VECTOR[place])
        return form.format(grouped(self.value((rows, columns), depth)))

    def _spans(self):
        """Return totals of parts that a counter bounds."""
        return [form.format(item.text, counter.text)
                for counter in self.scope.counters if counter.high <= 0
                for item in self.scope.items
                if item.dims == (counter.dim,) and item.kind == "float" and item.tensor
                for form in _SPANS]  # fmt: skip

    def _vector_size(self):
        sizes = sorted({i.dims[-1] for i in self.scope.items if i.dims and i.kind == "float"})
        counting = {c.dim for c in self.scope.counters}
        own = [d for d in sizes if d not in counting]
        return (self.choose.pick(*(own * 3), *sizes) if sizes else "n",)


def grouped(text):
    """Return the text so that an operator or a method can follow."""
    plain = text.replace("_", "").replace(".", "")
    if plain.isalnum() or (text.endswith((")", "]")) and _is_one_call(text)):
        return text
    return f"({text})"


def _is_one_call(text):
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0 and letter in " -+*/%<>=" and at < len(text) - 1:
            return False
    return not text.startswith("(") or text.find(")") == len(text) - 1
