"""Random statements of a loop's body."""

from random_loops.expressions import grouped
from random_loops.headers import draw_header
from random_loops.results import draw_result
from random_loops.scope import Item

_NAMES = (("i", "v"), ("j", "u"))
_IN_PLACE = ("{0} += {1}", "{0}.add_({1})", "{0} *= {1}", "{0}.mul_({1})", "{0}.clamp_(-1, 1)",
             "{0}.zero_()", "{0} -= {1}", "{0}[0] = 1", "{0}.abs_()")  # fmt: skip


class Nest:
    """Draws a nest of loops with its results.

    Args:
        choose: Draws.
        words: Expressions of what is in reach around the nest.
        dims: Sizes that it walks along, outermost first.
        suffix: Of the names of its results.
    """

    def __init__(self, choose, words, dims, suffix=""):
        self.choose, self.words, self.dims, self.suffix = choose, words, dims, suffix
        self.scope = words.scope
        self.before, self.lines, self.finals = [], [], []
        self.headers = []

    def draw(self):
        """Write the nest into ``before`` and ``lines``."""
        items, counters = list(self.scope.items), list(self.scope.counters)
        if self.choose.chance(15) and len(self.dims) == 1:
            self._comprehension()
        elif self.choose.chance(20) and len(self.dims) == 2:
            self._nested_comprehension()
        else:
            self.lines = self._loop(0, [])
            self.before += self.headers[0].before
        self.scope.items, self.scope.counters = items, counters

    def _loop(self, level, temporaries):
        """Return the lines of one loop; results are drawn in the innermost one or beside it."""
        choose, scope = self.choose, self.scope
        header = draw_header(choose, scope, self.dims[level], _NAMES[level])
        self.headers.append(header)
        scope.bind(header)
        body = self._temporaries() if choose.chance(45) else []
        if level + 1 < len(self.dims):
            body += self._inner(level + 1)
        else:
            body += self._updates(self.dims)
        body += header.last
        return [header.text, *indented(body)]

    def _inner(self, level):
        """An inner loop: with the results, or with a total of its own that they use."""
        choose = self.choose
        if choose.chance(50):
            inner = self._loop(level, [])
            return [*self.headers[level].before, *inner]
        items, counters = list(self.scope.items), list(self.scope.counters)
        header = draw_header(choose, self.scope, self.dims[level], _NAMES[level])
        self.headers.append(header)
        self.scope.bind(header)
        begin, update = choose.pick(
            ("0", "{0} += {1}"), ("0.0", "{0} = {0} + {1}"), ("torch.zeros(())", "{0} = {0} + {1}"),
            ("torch.tensor(-9.0)", "{0} = torch.maximum({0}, {2})"), ("1.0", "{0} *= {1}"),
            ("0", "if {3}: {0} += 1"), ("-9.0", "{0} = max({0}, {1})"),
        )  # fmt: skip
        value = grouped(self.words.value(()))
        tensor = grouped(self.words.tensor((), 1))
        line = update.format("total", value, tensor, self.words.condition())
        inner = [header.text, *indented([line, *header.last])]
        self.scope.items, self.scope.counters = items, counters
        self.scope.items.append(Item("total", varies=True))
        begun = [f"total = {begin}", *header.before, *inner]
        return [*begun, *self._updates(self.dims[:level])]

    def _updates(self, nest):
        """Draw results; return what an iteration does for them."""
        choose, lines = self.choose, []
        for number in range(choose.pick(1, 1, 1, 2)):
            name = f"{choose.pick('out', 'acc', 'result', 'mask')}{number or ''}{self.suffix}"
            result = draw_result(choose, self.words, self.scope, nest, name)
            self.before += result.before
            self.finals.append(result.final)
            updates = list(result.updates)
            if choose.chance(30):
                updates = self._guarded(updates)
            lines += updates
        if choose.chance(6):
            arguments = [i for i in self.scope.items if i.dims and i.kind == "float" and i.tensor]
            lines.append(self._change(choose.pick(*arguments)) if arguments else "pass")
        return lines

    def _guarded(self, updates):
        choose, words = self.choose, self.words
        test = words.condition()
        match choose.pick("if", "if", "continue", "else", "elif", "no_grad", "break"):
            case "if":
                return [f"if {test}:", *indented(updates)]
            case "continue" if not any(header.last for header in self.headers):
                return [f"if {test}:", "    continue", *updates]
            case "break" if updates[0].startswith("if "):
                return [*updates, f"if {test}:", "    break"]
            case "no_grad":
                return ["with torch.no_grad():", *indented(updates)]
            case "elif":
                other = _changed(choose, updates)
                second = f"elif {words.condition(0)}:"
                return [f"if {test}:", *indented(updates), second, *indented(other)]
            case _:
                other = _changed(choose, updates)
                return [f"if {test}:", *indented(updates), "else:", *indented(other)]

    def _temporaries(self):
        """Draw names for what is used below."""
        choose, words, lines = self.choose, self.words, []
        for k in range(choose.pick(1, 1, 2)):
            dims = choose.pick((), (), ("m",), ("k",))
            name = f"t{k}"
            match choose.pick("plain", "plain", "plain", "pair", "in place", "index", "two ways"):
                case "pair":
                    lines.append(f"{name}, s{k} = {words.value(dims)}, {words.value(())}")
                    self.scope.items.append(Item(f"s{k}", varies=True))
                case "in place":
                    lines += [f"{name} = {words.tensor(dims)}", self._change(Item(name, dims))]
                case "index" if words.index("k"):
                    lines.append(
                        f"{name} = {choose.pick('{}', 'int({})').format(words.index('k'))}"
                    )
                    self.scope.items.append(Item(name, (), "int", below="k", varies=True))
                    continue
                case "two ways":
                    first, second = words.value(dims, 1), words.value(dims, 1)
                    lines += [f"if {words.condition()}:", f"    {name} = {first}", "else:",
                              f"    {name} = {second}"]  # fmt: skip
                case _:
                    lines.append(f"{name} = {words.value(dims)}")
            self.scope.items.append(Item(name, dims, varies=True))
        return lines

    def _change(self, item):
        text = item.text
        if len(item.dims) > 1 and self.scope.counters and self.choose.chance(80):
            text = f"{item.text}[0]"
        return self.choose.pick(*_IN_PLACE).format(text, grouped(self.words.value((), 1)))

    def _comprehension(self):
        choose, scope = self.choose, self.scope
        header = draw_header(choose, scope, self.dims[0], _NAMES[0])
        while not header.clause:
            header = draw_header(choose, scope, self.dims[0], _NAMES[0])
        self.headers.append(header)
        scope.bind(header)
        item = choose.pick((), (), ("m",))
        clause = f"{self.words.value(item)} for {header.clause}"
        if choose.chance(20):
            clause += f" if {self.words.condition()}"
        name = f"out{self.suffix}"
        forms = ("torch.stack([{}])", "sum({})", "[{}]", "torch.tensor([{}])", "max({})",
                 "torch.cat([{}])", "torch.stack([{}], dim=-1)", "any({})",
                 "torch.stack([{}]).sum(0)")  # fmt: skip
        self.lines = [f"{name} = {choose.pick(*forms).format(clause)}"]
        self.finals.append(name)

    def _nested_comprehension(self):
        choose, scope = self.choose, self.scope
        clauses = []
        for level, dim in enumerate(self.dims):
            header = draw_header(choose, scope, dim, _NAMES[level])
            while not header.clause:
                header = draw_header(choose, scope, dim, _NAMES[level])
            self.headers.append(header)
            scope.bind(header)
            clauses.append(f"for {header.clause}")
        value, (outer, inner) = self.words.value(()), clauses
        name = f"out{self.suffix}"
        forms = (
            "torch.stack([torch.stack([{0} {2}]) {1}])", "torch.tensor([[{0} {2}] {1}])",
            "[[{0} {2}] {1}]", "torch.stack([{0} {1} {2}])", "sum({0} {1} {2})",
            "torch.stack([sum({0} {2}) {1}])", "[{0} {1} {2}]",
        )  # fmt: skip
        self.lines = [f"{name} = {choose.pick(*forms).format(value, outer, inner)}"]
        self.finals.append(name)


def indented(lines):
    """Return the lines one level deeper."""
    return [f"    {line}" for line in lines]


def _changed(choose, lines):
    """Return what the other branch does: much the same, or nothing."""
    if choose.chance(25):
        return ["pass"]
    swaps = ((" + ", " - "), ("+=", "-="), (" * ", " + "), ("torch.sin", "torch.cos"), ("2", "3"))
    for old, new in swaps:
        if old in lines[-1]:
            return [*lines[:-1], lines[-1].replace(old, new, 1)]
    return lines
