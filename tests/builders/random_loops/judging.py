"""Whether a rewritten program does as the program does, on inputs that verification never saw."""

import ast
import contextlib
import math

import torch

from loopscope.capture.clock import LoopClock
from loopscope.config import Settings
from loopscope.source.loop import LOOP_NODES
from loopscope.verify.unset_memory import FillUnsetMemory
from random_loops.fresh import Entry, covers, fresh_inputs
from random_loops.script import script

_CLOSE = {"rtol": 1e-4, "atol": 1e-5}  # as the labelled loops are judged
_GRADIENTS_CLOSE = {"rtol": 1e-3, "atol": 1e-4}
_STORED_LEAF = (  # of the whole, or of a part of it
    "a leaf Variable that requires grad is being used in an in-place",
    "a view of a leaf Variable that requires grad is being used in an in-place",
)
_TIMES_THE_LOOP = 8


def difference(program, done, text):
    """Return what the rewritten text does differently and a program that shows it, or nothing.

    Args:
        program: As the user wrote it.
        done: The verified rewrites that are in the text.
        text: The rewritten program.
    """
    try:
        rewritten = program.load("<rewritten>", text)
    except SyntaxError as error:
        return f"the rewritten program is no Python: {error.msg}"
    for fresh in fresh_inputs(program):
        what = _on(program, rewritten, done, fresh)
        if what:
            return f"{fresh}: {what}\n\n{script(program, text, fresh.make(program))}"
    return ""


def watched(program, path, given, lines):
    """Run the program; return its result and its loops as they were entered, by line."""
    entries = {}

    def enter(frame, line):
        if frame.f_code.co_filename == path and line in lines:
            entries.setdefault(line, Entry({**frame.f_globals, **frame.f_locals}))

    function = program.load(path)
    watching = LoopClock(Settings(), entry_hook=enter)
    watching.start()
    try:
        result = function(**given)
    finally:
        watching.stop()
    sites, threads = watching.entries()
    rounds = {}
    for thread in threads:
        for site, iterations in zip(thread.site, thread.iterations, strict=True):
            if sites[site].path == path:
                line = sites[site].line
                rounds.setdefault(line, {}).setdefault(site, []).append(int(iterations))
    for line, entry in entries.items():
        nodes = _replaced(lines[line])
        inside = [n.lineno for n in nodes if isinstance(n, LOOP_NODES)]
        entry.iterations = min(_fewest(rounds.get(n, {}), inside.count(n)) for n in inside)
        # Of a comprehension over several, the clock does not count the inner ones.
        nested = [n for n in nodes if getattr(n, "generators", ())[1:]]
        entry.iterations = min([entry.iterations, *(_items(n, entry.names) for n in nested)])
    return result, entries


def _items(comprehension, names):
    """Return how many items a comprehension makes; none where that depends on other loops."""
    each = ast.GeneratorExp(ast.Constant(1), comprehension.generators)
    code = compile(ast.fix_missing_locations(ast.Expression(each)), "<items>", "eval")
    try:
        return sum(eval(code, dict(names)))
    except Exception:
        return 0


def _replaced(done):
    """Return what is in the statement that holds a loop, and in those rewritten with it."""
    statements = [s for s in ast.walk(done.loop.module) if isinstance(s, ast.stmt)]
    own = [s for s in statements if any(node is done.loop.node for node in ast.walk(s))][-1]
    edits = done.proposal.rewrite.edits
    later = [s for s in statements if s.lineno > own.end_lineno]
    also = [s for s in later if any(e.start_line <= s.lineno <= e.end_line for e in edits)]
    return dict.fromkeys(node for statement in (own, *also) for node in ast.walk(statement))


def _fewest(rounds, loops):
    """Return how often the loops of one line go round at the least."""
    if len(rounds) < loops:  # one was never entered
        return 0
    return min((count for counts in rounds.values() for count in counts), default=0)


def _on(program, rewritten, done, fresh):
    path = "<fresh loop>"
    lines = {one.line: one for one in done}
    given, again = fresh.make(program), fresh.make(program)
    try:
        with _quiet():
            wanted, entries = watched(program, path, given, lines)
    except Exception:  # an input that the loop itself refuses says nothing
        return ""
    if "empty" in program.text and _leaves_unset(program, fresh):
        return ""
    for line, entry in entries.items():
        if not covers(lines[line].proposal.rewrite.guards, entry, lines[line].observed):
            return ""
    goes_round = all(entry.iterations for entry in entries.values())
    try:
        with _quiet():
            got = rewritten(**again)
    except Exception as error:
        if not goes_round or any(0 in t.shape for t in _tensors(given)):
            return ""  # by its values the loop may not get to what is empty; nobody is misled
        return f"raises {type(error).__name__}: {error}"
    what = _unequal([wanted, given], [got, again], strict=goes_round, listed=_of_lists(done))
    rounding = " has dtype " not in what and _rounding(
        program, rewritten, fresh, [wanted, given], [got, again]
    )
    if what and not rounding:
        return what
    several = all(entry.iterations > 1 for entry in entries.values())  # of one, all is the same
    if not what and several and not _may_share(done):
        shared = _shared([got, again]) - _shared([wanted, given])
        if shared and not _smallest_of_equals(program, given, 1):
            return f"values {sorted(shared)} share memory, the loop's do not"
    if (
        fresh.values == "plain"
        and goes_round
        and all(one.proposal.verdict.gradients for one in done)
    ):
        return _other_gradients(program, rewritten, fresh)
    return ""


def _smallest_of_equals(program, given, size):
    """Whether a tensor has a size as small as this, where verification saw equal sizes."""
    sizes = list(program.sizes.values())
    return len(set(sizes)) < len(sizes) and any(size in t.shape for t in _tensors(given))


def _of_lists(done):
    """Whether a guard says that no list is empty: ``torch.tensor([])`` has a dtype of its own."""
    guards = [guard for one in done for guard in one.proposal.rewrite.guards]
    return "the list is not empty" in guards


def _unequal(wanted, got, *, strict=True, listed=False, close=_CLOSE):
    left, right = list(_leaves(wanted)), list(_leaves(got))
    if len(left) != len(right):
        return f"{len(right)} values where the loop has {len(left)}"
    for number, (a, b) in enumerate(zip(left, right, strict=True)):
        if a.shape != b.shape:
            return f"value {number} has shape {tuple(b.shape)}, the loop {tuple(a.shape)}"
        if strict and a.dtype != b.dtype and (a.numel() or not listed):
            return f"value {number} has dtype {b.dtype}, the loop {a.dtype}"
        try:
            torch.testing.assert_close(b, a, **close, check_dtype=False, equal_nan=True)
        except AssertionError as error:
            return f"value {number}: {str(error).splitlines()[0]}: {b} where the loop has {a}"
    return ""


def _may_share(done):
    """Whether a guard allows that a result is a view."""
    guards = [guard for one in done for guard in one.proposal.rewrite.guards]
    return any(guard.startswith("later code does not write") for guard in guards)


def _shared(values):
    """Return which of the values have an element in common, as pairs of their places."""
    leaves = [*_leaves(values)]  # numbers too: what is one in the loop may be a tensor
    places = [_addresses(leaf) for leaf in leaves]
    return {(a, b) for b in range(len(places)) for a in range(b) if places[a] & places[b]}


def _addresses(tensor):
    found = torch.zeros(tensor.shape, dtype=torch.long)
    for axis, (size, step) in enumerate(zip(tensor.shape, tensor.stride(), strict=True)):
        steps = torch.arange(size) * step * tensor.element_size()
        found += steps.view(-1, *[1] * (tensor.ndim - 1 - axis))
    return set((found + tensor.data_ptr()).flatten().tolist())


def _leaves(value):
    match value:
        case torch.Tensor():
            yield value.detach()
        case dict():
            for inner in value.values():
                yield from _leaves(inner)
        case list() | tuple():
            for inner in value:
                yield from _leaves(inner)
        case int() | float():
            yield torch.as_tensor(value)


def _leaves_unset(program, fresh):
    """Whether what the loop gives depends on what ``torch.empty`` does."""
    results = []
    for fill in (3, 6, 0, math.nan):  # 3 and 6 times infinity are infinity, and all times 0 are 0
        given = fresh.make(program)
        with _quiet(), FillUnsetMemory(fill):
            results.append([program.load("<fresh loop>")(**given), given])
    first, *others = results
    return any(_unequal(first, other) for other in others)


def _rounding(program, rewritten, fresh, wanted, got):
    """Whether the loop is as far from itself in float64 as the rewrite is."""
    function = program.load("<fresh loop>")
    exact, twin = fresh.make(program, wide=True), fresh.make(program, wide=True)
    try:
        with _quiet():
            wide = [function(**exact), exact]
            also = [rewritten(**twin), twin]
    except Exception:
        return False
    if _unequal(wide, also, strict=False, close={"rtol": 1e-7, "atol": 1e-9}):
        return False
    a, b, c = ([*_leaves(values)] for values in (wanted, got, wide))
    if not [v.shape for v in a] == [v.shape for v in b] == [v.shape for v in c]:
        return False
    for a, b, c in zip(a, b, c, strict=True):
        own, other = ((v.double() - c.double()).abs().nan_to_num() for v in (a, b))
        if own.numel() and bool((other > _TIMES_THE_LOOP * own.max() + 1e-5).any()):
            return False
    return True


def _other_gradients(program, rewritten, fresh):
    function = program.load("<fresh loop>")
    try:
        with _quiet(), FillUnsetMemory(3):
            wanted = _gradients(function, fresh.make(program, requires_grad=True))
    except Exception:  # the loop writes to what autograd needs
        return ""
    if wanted is None:
        return ""
    try:
        with _quiet(), FillUnsetMemory(3):
            got = _gradients(rewritten, fresh.make(program, requires_grad=True))
    except Exception as error:
        if str(error).startswith(_STORED_LEAF):
            return ""  # the loop stores into it as well, but for the values of this input
        return f"gradient: raises {type(error).__name__}: {error}"
    if got is None:
        return "the rewrite has no gradient"
    for number, (a, b) in enumerate(zip(wanted, got, strict=True)):
        if (a is None) != (b is None) and bool((a if b is None else b).any()):
            return f"gradient {number} is there in one of the two alone"
        if a is None or b is None:
            continue
        what = _unequal([a], [b], close=_GRADIENTS_CLOSE)
        if what and not _equal_in_float64(program, rewritten, fresh):
            return f"gradient {number}: {what}"
    return ""


def _equal_in_float64(program, rewritten, fresh):
    """Whether gradients differ by what float32 rounds or cannot hold: a product overflows."""
    function = program.load("<fresh loop>")
    try:
        with _quiet(), FillUnsetMemory(3):
            wanted = _gradients(function, fresh.make(program, requires_grad=True, wide=True))
            got = _gradients(rewritten, fresh.make(program, requires_grad=True, wide=True))
    except Exception:
        return False
    if wanted is None or got is None:
        return False
    pairs = [(a, b) for a, b in zip(wanted, got, strict=True) if a is not None and b is not None]
    return not any(_unequal([a], [b], close=_GRADIENTS_CLOSE) for a, b in pairs)


def _gradients(function, given):
    tensors = [t for v in given.values() for t in (v if isinstance(v, list) else [v])]
    asked = [t for t in tensors if isinstance(t, torch.Tensor) and t.requires_grad]
    result = function(**given)
    parts = [t.sum() for t in _tensors(result) if t.requires_grad and t.is_floating_point()]
    if not parts or not asked:
        return None
    return torch.autograd.grad(sum(parts), asked, allow_unused=True)


def _tensors(value):
    match value:
        case torch.Tensor():
            yield value
        case dict():
            for inner in value.values():
                yield from _tensors(inner)
        case list() | tuple():
            for inner in value:
                yield from _tensors(inner)


@contextlib.contextmanager
def _quiet():
    with torch.random.fork_rng(devices=[]):
        yield
