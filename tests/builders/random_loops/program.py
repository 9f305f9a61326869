"""A program with a loop in it, as text, and the ways to run it."""

import linecache
from collections.abc import Mapping
from dataclasses import dataclass

from random_loops.inputs import Input, make_inputs


@dataclass(frozen=True)
class Program:
    """Source text with a function ``loop``, or with the loop at module level.

    Attributes:
        text: The file.
        inputs: What ``loop`` takes, or what the module finds as its globals.
        sizes: Name of a size → as it is when the loop is observed.
        at_module_level: The text runs by itself and leaves ``result``.
        values: Kind of the values that the loop is observed with.
        requires_grad: Its floating-point tensors do.
    """

    text: str
    inputs: Mapping[str, Input]
    sizes: Mapping[str, int]
    at_module_level: bool = False
    values: str = "plain"
    requires_grad: bool = False

    def arguments(self):
        """Return what the loop is observed with, made anew each time."""
        return make_inputs(
            self.inputs, self.sizes, 0, self.values, requires_grad=self.requires_grad
        )

    def load(self, path, text=None):
        """Return a function from arguments by name to the result; ``text`` may be a rewrite."""
        text = self.text if text is None else text
        linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
        code = compile(text, path, "exec")
        if self.at_module_level:
            return lambda **given: _run(code, given)["result"]
        return _run(code, {})["loop"]


def _run(code, namespace):
    namespace |= {"__name__": "random_loop"}
    exec(code, namespace)
    return namespace
