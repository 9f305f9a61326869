"""Random programs of nested loops that count for themselves what a clock should see."""

import random
import sys
import textwrap

_HEADER = """\
class Stop(Exception):
    pass
def identity(x):
    return x
"""


def random_program(seed):
    """Return source text that uses ``enter()``, ``hit(line, entry)``, ``flip()``, ``swallow``.

    Each iteration of the loop on a line begins with ``hit(line, entry)``, where ``entry`` is what
    ``enter()`` gave before the loop. ``flip()`` is to be true now and then.
    """
    return _Program(random.Random(seed)).text()


class _Program:
    def __init__(self, rng):
        self.rng = rng
        self.lines = _HEADER.splitlines()
        self.parts = []
        self.names = 0

    def text(self):
        for name in ("part0", "part1", "run"):
            self.add(0, f"def {name}(n, level):")
            self.block(1, loops=0, inside=False)
            self.add(1, "return n")
            self.parts.append(name)
        self.add(0, "run(3, 0)")
        return "\n".join(self.lines) + "\n"

    def add(self, depth, text):
        """Add lines; ``HERE`` is the number of the first."""
        text = text.replace("HERE", str(len(self.lines) + 1))
        self.lines += textwrap.indent(text, "    " * depth).splitlines()

    def fresh(self, stem):
        self.names += 1
        return f"{stem}{self.names}"

    def chance(self, probability):
        return self.rng.random() < probability

    def iterable(self):
        n = self.rng.randrange(4)
        return self.rng.choice([f"range({n})", f"list(range({n}))", f"identity(range({n}))"])

    def block(self, depth, *, loops, inside):
        for _ in range(self.rng.choice([1, 2, 2, 3])):
            self.statement(depth, loops, inside)

    def statement(self, depth, loops, inside):
        choices = ["plain", "call"]
        if depth < 6:
            choices += ["if", "try", "with"]
        if depth < 6 and loops < 3:
            choices += ["for", "for", "while", "while_and", "forever", "line_for", "line_while"]
            choices += ["comprehension", "long_comprehension", "sum", "any", "generator"]
        if inside:
            choices += ["leave"]
        getattr(self, f"make_{self.rng.choice(choices)}")(depth, loops, inside)

    def make_plain(self, depth, loops, inside):
        self.add(depth, self.rng.choice(["n = identity(n)", "identity(\n    n)"]))

    def make_call(self, depth, loops, inside):
        part = self.rng.choice([*self.parts, "identity"])
        self.add(depth, f"if level < 2: {part}(2{', level + 1' if part != 'identity' else ''})")

    def make_leave(self, depth, loops, inside):
        self.add(depth, f"if flip(): {self.rng.choice(['break', 'continue', 'return n'])}")

    def make_if(self, depth, loops, inside):
        self.add(depth, "if flip():")
        self.block(depth + 1, loops=loops, inside=inside)
        if self.chance(0.5):
            self.add(depth, "else:")
            self.block(depth + 1, loops=loops, inside=inside)

    def make_try(self, depth, loops, inside):
        self.add(depth, "try:")
        self.block(depth + 1, loops=loops, inside=inside)
        self.add(depth + 1, "if flip(): raise Stop")
        self.add(depth, "except Stop:")
        self.block(depth + 1, loops=loops, inside=inside)
        if self.chance(0.3):
            self.add(depth, "else:")
            self.block(depth + 1, loops=loops, inside=inside)
        if self.chance(0.3):
            self.add(depth, "finally:")
            self.block(depth + 1, loops=loops, inside=False)

    def make_with(self, depth, loops, inside):
        self.add(depth, "with swallow(Stop):")
        self.block(depth + 1, loops=loops, inside=inside)
        self.add(depth + 1, "if flip(): raise Stop")

    def make_for(self, depth, loops, inside):
        entry = self.fresh("e")
        self.add(depth, f"{entry} = enter()")
        head = len(self.lines) + 1
        self.add(depth, f"for {self.fresh('x')} in {self.iterable()}:")
        self.add(depth + 1, f"hit({head}, {entry})")
        self.block(depth + 1, loops=loops + 1, inside=True)
        if self.chance(0.3):
            self.add(depth, "else:")
            self.make_plain(depth + 1, loops, inside)

    def make_while(self, depth, loops, inside, test="{k} < {n}"):
        entry, k = self.fresh("e"), self.fresh("k")
        self.add(depth, f"{entry}, {k} = enter(), 0")
        head = len(self.lines) + 1
        self.add(depth, f"while {test.format(k=k, n=self.rng.randrange(4))}:")
        self.add(depth + 1, f"{k} += 1")
        self.add(depth + 1, f"hit({head}, {entry})")
        self.block(depth + 1, loops=loops + 1, inside=True)

    def make_while_and(self, depth, loops, inside):
        self.make_while(depth, loops, inside, test="{k} < {n} and identity({k} < {n} + 1)")

    def make_forever(self, depth, loops, inside):
        entry, k = self.fresh("e"), self.fresh("k")
        self.add(depth, f"{entry}, {k} = enter(), 0")
        head = len(self.lines) + 1
        self.add(depth, "while True:")
        self.add(depth + 1, f"hit({head}, {entry})")
        self.add(depth + 1, f"{k} += 1")
        self.add(depth + 1, f"if {k} > {self.rng.randrange(4)}: break")
        self.block(depth + 1, loops=loops + 1, inside=True)

    def make_line_for(self, depth, loops, inside):
        self.add(depth, f"e = enter()\nfor x in {self.iterable()}: hit(LINE, e); identity(n)")
        self.number_last()

    def make_line_while(self, depth, loops, inside):
        # One iteration alone cannot be told from none: two at least.
        self.add(depth, f"e, k = enter(), {self.rng.randrange(2, 5)}")
        self.add(depth, "while k: k -= 1; hit(HERE, e)")

    def make_comprehension(self, depth, loops, inside):
        self.add(depth, f"e = enter()\n[hit(LINE, e) for x in {self.iterable()}]")
        self.number_last()

    def make_long_comprehension(self, depth, loops, inside):
        self.add(depth, "e = enter()")
        # The iterable's line is the comprehension's since 3.13, the first before.
        line = len(self.lines) + (2 if sys.version_info >= (3, 13) else 1)
        self.add(depth, f"[hit({line}, e)\n for x in {self.iterable()}\n if identity(True)]")

    def make_sum(self, depth, loops, inside):
        self.add(depth, f"e = enter()\nsum(hit(LINE, e) for x in {self.iterable()})")
        self.number_last()

    def make_any(self, depth, loops, inside):
        self.add(depth, f"e = enter()\nany(hit(LINE, e) and flip() for x in {self.iterable()})")
        self.number_last()

    def make_generator(self, depth, loops, inside):
        maker, entry = self.fresh("made"), self.fresh("e")
        self.add(depth, f"def {maker}(e):")
        head = len(self.lines) + 1
        self.add(depth + 1, f"for x in {self.iterable()}:\n    hit({head}, e)\n    yield x")
        self.add(depth, f"{entry} = enter()")
        head = len(self.lines) + 1
        self.add(depth, f"for y in {maker}(enter()):")
        self.add(depth + 1, f"hit({head}, {entry})\nif flip(): break")

    def number_last(self):
        self.lines[-1] = self.lines[-1].replace("LINE", str(len(self.lines)))
