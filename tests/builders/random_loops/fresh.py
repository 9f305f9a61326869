"""Inputs that verification never saw, and whether a rewrite's guards cover them."""

import copy
import re
import warnings
from dataclasses import dataclass

import torch

from random_loops.inputs import make_inputs

_CHANGES = (  # of n, m and k: by how much, or to which size; and the kind of values
    ((0, 0, 0), "plain"), ((3, 1, 2), "plain"), ((0, 0, 0), "ties"), ((9, 0, 0), "plain"),
    ((0, 0, 0), "zeros and signs"), ((-2, 1, -1), "equal"), ((2, 0, 1), "not contiguous"),
    (("1", 0, 0), "plain"), ((0, "1", "1"), "plain"), (("0", 0, 0), "plain"),
    ((1, "0", 0), "plain"), (("1", "1", "1"), "plain"), ((1, 2, 0), "nan"), ((2, 0, 1), "inf"),
    (("5", "5", "5"), "plain"), ((1, 1, 1), "transposed"), ((2, 1, 1), "in float64"),
    (("2", 0, "1"), "ties"),
)  # fmt: skip
_MORE = 1.1  # "as large as those observed", but for chance
_ONE_DIMENSION = {
    "is sorted": lambda v: bool((v[1:] >= v[:-1]).all()),
    "is sorted, largest first": lambda v: bool((v[1:] <= v[:-1]).all()),
    "has no value twice": lambda v: len(v.unique()) == v.numel(),
    "has every number once": lambda v: v.sort().values.tolist() == list(range(len(v))),
    "goes up by one at a time": lambda v: bool((v[1:] - v[:-1] <= 1).all()),
    "has no negative value": lambda v: bool((v >= 0).all()),
}


@dataclass(frozen=True)
class Fresh:
    """An input that verification never saw."""

    sizes: dict
    seed: int
    values: str

    def make(self, program, *, requires_grad=False, wide=False):
        """Return the arguments by name, made anew each time."""
        return make_inputs(
            program.inputs, self.sizes, self.seed, self.values,
            requires_grad=requires_grad or program.requires_grad,
            wide=wide or self.values == "in float64",
        )  # fmt: skip


def fresh_inputs(program):
    """Yield other seeds, sizes and kinds of values, 1 and 0 among the sizes."""
    for seed, (changes, values) in enumerate(_CHANGES, 100):
        sizes = {
            name: _changed(old, change)
            for (name, old), change in zip(program.sizes.items(), changes, strict=True)
        }
        yield Fresh(sizes, seed, values)


def _changed(size, change):
    """Return another size; what is there once is never taken away."""
    if isinstance(change, int):
        return max(size + change, 1)
    return int(change) if change != "0" or size > 1 else 1


@dataclass
class Entry:
    """A loop as it is entered.

    Attributes:
        names: What it can read, as it was then; attributes of the program's own objects by path.
        iterations: How often it, or a loop that is rewritten with it, goes round at the least.
    """

    names: dict
    iterations: int = 0

    def __post_init__(self):
        self.names = {name: _as_it_is(value) for name, value in self.names.items()}
        owners = {k: v for k, v in self.names.items() if _is_own(v)}
        for name, owner in owners.items():
            self.names |= {f"{name}.{key}": value for key, value in vars(owner).items()}


def _as_it_is(value):
    """Return a value that what the program does to it later does not change."""
    match value:
        case torch.Tensor():
            return value.detach().clone()
        case list():
            return [_as_it_is(item) for item in value]
        case _ if _is_own(value):
            made = copy.copy(value)
            vars(made).update({key: _as_it_is(held) for key, held in vars(value).items()})
            return made
    return value


def _is_own(value):
    """Whether it is an object of one of the program's own classes."""
    return type(value).__module__ == "random_loop"


def covers(guards, entry, observed):
    """Whether what is entered is what the guards of a rewrite speak of.

    Args:
        guards: As the rewrite has them: expressions, and sentences of verification's.
        entry: The loop's entry on the input in question.
        observed: The entry that verification was shown.
    """
    return all(_holds(guard, entry, observed) for guard in guards)


def _holds(guard, entry, observed):
    if guard.startswith("later code ") or guard.endswith(" contiguous later"):
        return True
    if guard.endswith((" holds in no iteration", " holds whenever it is tested")):
        return True  # where it does not, the rewrite should do the same all the same
    if guard == "inputs are finite":
        return all(map(_finite, entry.names.values()))
    if guard == "no value is negative":
        return all(_smallest(value) >= 0 for value in entry.names.values())
    if guard == "inputs have the observed dtype":
        return all(_dtypes(entry.names.get(name)) <= _dtypes(value)
                   for name, value in observed.names.items())  # fmt: skip
    if guard in ("the loop goes round at least once", "the list is not empty"):
        return entry.iterations > 0
    if guard == "no dimension is empty":
        return all(size for value in entry.names.values() for size in _sizes(value))
    if guard == "values as large as those observed":
        return all(_largest(entry.names.get(name)) <= _MORE * _largest(value)
                   for name, value in observed.names.items())  # fmt: skip
    if size := re.match(r"no size (\d+) instead of \d+", guard):
        sizes = [s for v in entry.names.values() for s in _sizes(v)]
        return entry.iterations > int(size[1]) and min(sizes, default=9) > int(size[1])
    if size := re.match(r"no size less than (\d+) instead of \d+", guard):
        return min((s for v in entry.names.values() for s in _sizes(v)), default=9) >= int(size[1])
    if re.fullmatch(r"\d+ stays a multiple of \d+", guard):
        return _all_sizes(entry) == _all_sizes(observed)
    if held := re.fullmatch(r"`(\S+)` holds (tensors|numbers) alone", guard):
        kind = torch.Tensor if held[2] == "tensors" else int | float
        return all(isinstance(item, kind) for item in eval(held[1], dict(entry.names)))
    if told := re.fullmatch(r"`(\S+)` (.+)", guard):
        values = torch.as_tensor(eval(told[1], dict(entry.names)))
        return _ONE_DIMENSION[told[2]](values)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return bool(eval(guard, dict(entry.names)))
    except NameError:  # it speaks of what is set only inside the loop
        return True
    except (IndexError, RuntimeError):  # of an empty input nothing holds, as verification has it
        return False


def _largest(value):
    match value:
        case torch.Tensor() if value.numel() and value.dtype != torch.bool:
            return float(value.detach().abs().max())
        case list():
            return max(map(_largest, value), default=0.0)
        case float():
            return abs(value)
    return 0.0


def _finite(value):
    match value:
        case torch.Tensor() if value.is_floating_point():
            return bool(value.isfinite().all())
        case list():
            return all(map(_finite, value))
    return True


def _smallest(value):
    match value:
        case torch.Tensor() if value.numel() and value.is_floating_point():
            return float(value.detach().min())
        case list():
            return min(map(_smallest, value), default=0.0)
    return 0.0


def _dtypes(value):
    match value:
        case torch.Tensor():
            return {value.dtype}
        case list():
            return {dtype for item in value for dtype in _dtypes(item)}
    return set()


def _all_sizes(entry):
    return {name: tuple(_sizes(value)) for name, value in entry.names.items()}


def _sizes(value):
    match value:
        case torch.Tensor():
            return list(value.shape)
        case list():
            return [len(value), *(s for v in value[:1] for s in _sizes(v))]
        case int() if not isinstance(value, bool):
            return [value]
    return []
