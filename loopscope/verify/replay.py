"""Run a piece of the user's code, or its rewrite, on a copy of what it read."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType

import torch

from loopscope.verify.branches import TEST, Branch, Branches, Tests, note_tests
from loopscope.verify.in_float64 import in_float64
from loopscope.verify.scene import Scene
from loopscope.verify.ticks import (
    EACH,
    TICK,
    OutOfTicksError,
    OutOfTimeError,
    Ticker,
    count_iterations,
)


@dataclass(frozen=True, slots=True)
class Program:
    """Statements, ready to run.

    Attributes:
        tree: As parsed.
        plain: To be timed.
        counted: The same with every iteration counted, so that it can be stopped, and with every
            test's outcome noted.
        wide: That with float64 in the place of narrower dtypes; ``None`` where it names none.
        leaves_memory_unset: It calls ``torch.empty`` or one of its like.
        loops: Number of its loops, comprehensions among them, one in the other.
        tests: What it tests.
    """

    tree: ast.Module
    plain: CodeType
    counted: CodeType
    wide: CodeType | None
    leaves_memory_unset: bool
    loops: int
    tests: Tests


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a run may take, in iterations and by the clock."""

    ticks: int
    deadline_ns: int
    clock: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Ending:
    """What a run left behind.

    Attributes:
        scene: What it ran in; ``scene.names`` is the namespace as it is now.
        error: What it raised, if it did.
        ticks: Iterations it ran.
        duration_ns: With iterations counted, so slower than in real life.
        taken: How its tests came out.
    """

    scene: Scene
    error: BaseException | None
    ticks: int
    duration_ns: int
    taken: frozenset[Branch] = frozenset()

    @property
    def ran_out(self) -> bool:
        """Whether it was stopped."""
        return isinstance(self.error, OutOfTicksError | OutOfTimeError)


def compile_program(text: str, label: str) -> Program:
    """Compile statements.

    Raises:
        SyntaxError: They are none, or hold a ``return`` or ``yield``.
    """
    tree = ast.parse(text)
    file = f"<loopscope {label}>"
    plain = compile(tree, file, "exec", dont_inherit=True)
    noting = ast.parse(text)
    tests = note_tests(noting)
    counted, wide = (
        None if t is None else compile(count_iterations(t), file, "exec", dont_inherit=True)
        for t in (noting, in_float64(ast.parse(text)))
    )
    assert counted is not None
    return Program(tree, plain, counted, wide, leaves_memory_unset(tree), _depth(tree), tests)


def _depth(node: ast.AST) -> int:
    """Return how many loops lie in each other."""
    own = len(getattr(node, "generators", ())) or isinstance(node, ast.For | ast.While)
    return own + max(map(_depth, ast.iter_child_nodes(node)), default=0)


def leaves_memory_unset(tree: ast.AST) -> bool:
    """Whether code calls ``torch.empty`` or one of its like."""
    return any(
        "empty" in (node.attr if isinstance(node, ast.Attribute) else node.id)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name)
    )


def replay(program: Program, scene: Scene, limits: Limits, *, grad_enabled: bool) -> Ending:
    """Run a program in a scene. Whatever it raises is kept, but for a user's interrupt."""
    ticker = Ticker(limits.ticks, limits.deadline_ns, limits.clock)
    branches = Branches()
    scene.names.update({TICK: ticker.tick, EACH: ticker.each, TEST: branches.note})
    start_ns = limits.clock()
    error: BaseException | None = None
    try:
        with torch.set_grad_enabled(grad_enabled):
            exec(program.counted, scene.names)  # its purity was proven before
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as raised:
        error = raised.with_traceback(None)
    finally:
        for name in (TICK, EACH, TEST, "__builtins__"):
            scene.names.pop(name, None)
    duration_ns = limits.clock() - start_ns
    return Ending(scene, error, ticker.count, duration_ns, frozenset(branches.taken))
