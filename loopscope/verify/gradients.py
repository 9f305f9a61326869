"""Whether a rewrite's gradients are the loop's."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

import numpy as np
import torch

from loopscope.verify.replay import Ending
from loopscope.verify.within import tensors_within

_CLOSE = 1e-7  # relative to the largest gradient, in float64
_CLOSE_IN_FLOAT32 = 1e-3
_BYTES_PER_NS = 2  # that backward adds up


class Gradients(Enum):
    """What comparing gradients came to."""

    EQUAL = "equal"
    DIFFERENT = "different"
    PRESENCE = "zero in one and missing in the other"
    KEPT = "the rewrite keeps a result for backward that is changed later"
    NONE = "the loop has none"


def compare_gradients(
    loop: Ending,
    rewrite: Ending,
    live: Collection[str],
    changed: Collection[str] = (),
    *,
    only_finite: bool = False,
    seed: int = 31,
) -> Gradients:
    """Compare gradients for everything that was given, under one random cotangent.

    Args:
        loop: A run whose inputs were tracked.
        rewrite: The same of the rewrite.
        live: Names whose values the gradients are taken of.
        changed: Of these, names that are changed in place before.
        only_finite: Compare no values: what is finite must be finite.
        seed: Of the cotangent.
    """
    if loop.error is not None:
        return Gradients.NONE
    try:
        outputs = _outputs(loop, live)
        if not outputs or not loop.scene.leaves:
            return Gradients.NONE
        cotangents = _cotangents(outputs, seed)
        _change(loop, changed)
        wanted = _gradients(loop, outputs, cotangents)
    except RuntimeError:  # the loop writes to what its own backward needs
        return Gradients.NONE
    if rewrite.error is not None:
        return Gradients.DIFFERENT
    _change(rewrite, changed)
    try:
        got = _gradients(rewrite, _outputs(rewrite, live), cotangents)
    except (RuntimeError, ValueError) as error:
        return Gradients.KEPT if "modified by an inplace" in str(error) else Gradients.DIFFERENT
    compare = _compare_finite if only_finite else _compare
    answers = {compare(a, got.get(path)) for path, a in wanted.items()}
    for answer in (Gradients.DIFFERENT, Gradients.PRESENCE, Gradients.EQUAL):
        if answer in answers:
            return answer
    return Gradients.NONE


def backward_ns(loop: Ending, live: Collection[str]) -> float:
    """Estimate how long a loop's backward may take, in nanoseconds.

    Nothing can stop it once it runs, and the backward of reading or storing one item copies the
    gradient of the whole tensor.
    """
    try:
        tensors = [*_outputs(loop, live), *loop.scene.leaves.values()]
    except RuntimeError:  # autograd does not follow what the loop writes to
        return 0.0
    nbytes = float(sum(t.numel() * t.element_size() for t in tensors))
    return loop.ticks * nbytes / _BYTES_PER_NS


def _outputs(ending: Ending, live: Collection[str]) -> list[torch.Tensor]:
    names = ending.scene.names
    values: list[object] = [names[name] for name in live if name in names]
    values += [o for o in ending.scene.objects.values() if _written(o)]
    found = (t for t in tensors_within(values) if t.requires_grad and not _is_leaf_of(t, ending))
    return [t for t in found if t.is_floating_point() or t.is_complex()]


def _change(ending: Ending, names: Collection[str]) -> None:
    """Change tensors in place as later code will; their values stay."""
    values = [ending.scene.names[name] for name in names if name in ending.scene.names]
    with torch.no_grad():
        for tensor in tensors_within(values):
            tensor.add_(0)


def _written(value: object) -> bool:
    return isinstance(value, torch.Tensor) and value._version > 0


def _is_leaf_of(tensor: torch.Tensor, ending: Ending) -> bool:
    return any(tensor is leaf for leaf in ending.scene.leaves.values())


def _cotangents(outputs: list[torch.Tensor], seed: int) -> list[torch.Tensor]:
    rng = np.random.default_rng(seed)
    return [
        torch.from_numpy(rng.uniform(0.5, 1.5, tuple(t.shape))).to(t.device, t.dtype)
        for t in outputs
    ]


def _gradients(
    ending: Ending, outputs: list[torch.Tensor], cotangents: list[torch.Tensor]
) -> dict[str, torch.Tensor | None]:
    # A sum, not grad_outputs: with those, autograd imports what it needs for symbolic shapes.
    weighted = [(t * c).sum() for t, c in zip(outputs, cotangents, strict=True)]
    total = sum(t.real if t.is_complex() else t for t in weighted)
    leaves = ending.scene.leaves
    found = torch.autograd.grad(total, list(leaves.values()), allow_unused=True)
    return dict(zip(leaves, found, strict=True))


def _compare_finite(wanted: torch.Tensor | None, got: torch.Tensor | None) -> Gradients:
    if got is None:
        return Gradients.NONE
    finite = got.isfinite() if wanted is None else got.isfinite() | ~wanted.isfinite()
    return Gradients.NONE if bool(finite.all()) else Gradients.DIFFERENT


def _compare(wanted: torch.Tensor | None, got: torch.Tensor | None) -> Gradients:
    if wanted is None and got is None:
        return Gradients.NONE
    if wanted is None or got is None:
        there = wanted if wanted is not None else got
        zero = there is not None and not bool(there.count_nonzero())
        return Gradients.PRESENCE if zero else Gradients.DIFFERENT
    same = (wanted == got) | (wanted.isnan() & got.isnan())
    difference = (wanted - got).abs()[~same]
    if not difference.numel():
        return Gradients.EQUAL
    finite = wanted.abs()[wanted.isfinite()]
    close = _CLOSE if wanted.dtype == torch.float64 else _CLOSE_IN_FLOAT32
    bound = close * (float(finite.max()) if finite.numel() else 0.0)
    return Gradients.EQUAL if bool((difference <= bound).all()) else Gradients.DIFFERENT
