"""Random programs of nested loops that count for themselves what a clock should see."""

import random

HEADER = """
class Stop(Exception):
    pass
def identity(x):
    return x
"""


def random_program(seed):
    """Return source text. It calls ``hit(loop, entry)`` at the start of each iteration."""
    return _Program(random.Random(seed)).text()


class _Program:
    def __init__(self, rng):
        self.rng = rng
        self.lines = []
        self.functions = 0
        self.names = 0
        self.kinds = {}

    def text(self):
        self.lines += HEADER.strip().splitlines()
        for _ in range(3):
            self.function()
        self.lines.append("run(3, 0)")
        return "\n".join(self.lines) + "\n"

    def function(self):
        self.functions += 1
        name = "run" if self.functions == 3 else f"part{self.functions}"
        self.lines.append(f"def {name}(n, level):")
        if self.functions > 1 and self.rng.random() < 0.5:
            self.lines.append("    if level < 2: " + f"run_or_part{self.functions - 1}(n - 1, level)")
            self.lines[-1] = self.lines[-1].replace("run_or_", "")
        self.block(1, 0, False)
        self.lines.append("    return n")

    def fresh(self, stem):
        self.names += 1
        return f"{stem}{self.names}"

    def line(self, depth, text):
        self.lines.append("    " * depth + text)

    def here(self):
        return len(self.lines) + 1

    def block(self, depth, loops, in_loop):
        for _ in range(self.rng.choice([1, 2, 2, 3])):
            self.statement(depth, loops, in_loop)

    def statement(self, depth, loops, in_loop):
        choices = ["plain", "call"]
        if depth < 6:
            choices += ["if", "try", "with"]
            if loops < 3:
                choices += ["for", "for", "while", "forever", "line_for", "comprehension", "sum"]
                choices += ["generator"]
        if in_loop:
            choices += ["break", "continue", "return"]
        getattr(self, "make_" + self.rng.choice(choices))(depth, loops, in_loop)

    def make_plain(self, depth, loops, in_loop):
        self.line(depth, "n = identity(n)")

    def make_call(self, depth, loops, in_loop):
        if self.functions > 1 and self.rng.random() < 0.5:
            self.line(depth, f"part{self.rng.randrange(1, self.functions)}(2, level + 1) if level < 2 else None")
        else:
            self.line(depth, "identity(")
            self.line(depth, "    n)")

    def make_if(self, depth, loops, in_loop):
        self.line(depth, "if flip():")
        self.block(depth + 1, loops, in_loop)
        if self.rng.random() < 0.5:
            self.line(depth, "else:")
            self.block(depth + 1, loops, in_loop)

    def make_try(self, depth, loops, in_loop):
        self.line(depth, "try:")
        self.block(depth + 1, loops, in_loop)
        self.line(depth + 1, "if flip(): raise Stop")
        if self.rng.random() < 0.5:
            self.block(depth + 1, loops, in_loop)
        self.line(depth, "except Stop:")
        self.block(depth + 1, loops, in_loop)
        if self.rng.random() < 0.3:
            self.line(depth, "else:")
            self.block(depth + 1, loops, in_loop)
        if self.rng.random() < 0.3:
            self.line(depth, "finally:")
            self.line(depth + 1, "identity(1)")

    def make_with(self, depth, loops, in_loop):
        self.line(depth, "with swallow(Stop):")
        self.block(depth + 1, loops, in_loop)
        self.line(depth + 1, "if flip(): raise Stop")

    def loop_body(self, depth, loops, name, here):
        self.line(depth + 1, f"hit({here}, {name})")
        self.block(depth + 1, loops + 1, True)

    def make_for(self, depth, loops, in_loop):
        name = self.fresh("e")
        self.line(depth, f"{name} = enter()")
        here = self.here()
        self.line(depth, f"for {self.fresh('x')} in {self.iterable()}:")
        if self.rng.random() < 0.5:
            self.block(depth + 1, loops + 1, False) if False else None
        self.loop_body(depth, loops, name, here)
        if self.rng.random() < 0.3:
            self.line(depth, "else:")
            self.line(depth + 1, "identity(2)")

    def make_while(self, depth, loops, in_loop):
        name, k = self.fresh("e"), self.fresh("k")
        self.line(depth, f"{name}, {k} = enter(), 0")
        here = self.here()
        self.line(depth, f"while {k} < {self.rng.randrange(4)}:")
        self.line(depth + 1, f"{k} += 1")
        self.loop_body(depth, loops, name, here)

    def make_forever(self, depth, loops, in_loop):
        name, k = self.fresh("e"), self.fresh("k")
        self.line(depth, f"{name}, {k} = enter(), 0")
        here = self.here()
        self.line(depth, "while True:")
        self.line(depth + 1, f"hit({here}, {name})")
        self.line(depth + 1, f"{k} += 1")
        self.line(depth + 1, f"if {k} > {self.rng.randrange(4)}: break")
        self.block(depth + 1, loops + 1, True)

    def make_line_for(self, depth, loops, in_loop):
        name = self.fresh("e")
        self.line(depth, f"{name} = enter()")
        here = self.here()
        self.line(depth, f"for {self.fresh('x')} in {self.iterable()}: hit({here}, {name}); identity(n)")

    def make_comprehension(self, depth, loops, in_loop):
        name = self.fresh("e")
        self.line(depth, f"{name} = enter()")
        here = self.here()
        self.line(depth, f"[hit({here}, {name}) for x in {self.iterable()}]")

    def make_sum(self, depth, loops, in_loop):
        name = self.fresh("e")
        self.line(depth, f"{name} = enter()")
        here = self.here()
        self.line(depth, f"sum(hit({here}, {name}) for x in {self.iterable()})")

    def make_generator(self, depth, loops, in_loop):
        name, maker = self.fresh("e"), self.fresh("made")
        self.line(depth, f"def {maker}({name}):")
        here = self.here()
        self.line(depth + 1, f"for x in {self.iterable()}:")
        self.line(depth + 2, f"hit({here}, {name})")
        self.line(depth + 2, "yield x")
        outer = self.fresh("e")
        self.line(depth, f"{outer} = enter()")
        here = self.here()
        self.line(depth, f"for y in {maker}(enter()):")
        self.line(depth + 1, f"hit({here}, {outer})")
        self.line(depth + 1, "if flip(): break")

    def make_break(self, depth, loops, in_loop):
        self.line(depth, "if flip(): break")

    def make_continue(self, depth, loops, in_loop):
        self.line(depth, "if flip(): continue")

    def make_return(self, depth, loops, in_loop):
        self.line(depth, "if flip(): return n")

    def iterable(self):
        n = self.rng.randrange(4)
        return self.rng.choice([f"range({n})", f"list(range({n}))", f"identity(range({n}))"])
