"""What a random loop is given, made for any sizes, seed and kind of values."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Input:
    """One argument of the loop.

    Attributes:
        what: ``tensor``, ``index``, ``order``, ``mask``, ``number``, ``size``, ``tensors``,
            ``numbers``; or ``same`` or ``shifted``, what shares its memory with ``below``.
        dims: Names of its sizes; a list's length first.
        dtype: Of its items.
        below: Of an index: the name of the size that its values stay below. Of what shares
            memory: with which argument, from its first row on or from its second.
    """

    what: str
    dims: tuple[str, ...] = ()
    dtype: torch.dtype = torch.float32
    below: str = ""


def make_inputs(inputs, sizes, seed, values="plain", *, requires_grad=False, wide=False):
    """Return the arguments by name; ``wide`` gives the same numbers in float64."""
    g = torch.Generator().manual_seed(seed)
    made = {name: _make(given, sizes, g, values) for name, given in inputs.items()}
    if wide:
        made = {name: _widened(value) for name, value in made.items()}
    for name, given in inputs.items():
        if given.what in ("same", "shifted"):
            made[given.below], made[name] = _overlapping(made[given.below], given.what)
    if requires_grad:
        for value in made.values():
            for tensor in value if isinstance(value, list) else [value]:
                if isinstance(tensor, torch.Tensor) and tensor.is_floating_point():
                    tensor.requires_grad_()
    return made


def _make(given, sizes, g, values):
    shape = [sizes[d] for d in given.dims]
    match given.what:
        case "tensor":
            return _tensor(given, shape, g, values)
        case "index":
            return torch.randint(0, max(sizes[given.below], 1), shape, generator=g)
        case "order":
            return torch.randperm(shape[0], generator=g)
        case "mask":
            return torch.rand(shape, generator=g) > 0.4
        case "number":
            return round(0.2 + float(torch.rand((), generator=g)), 3)
        case "size":
            return sizes[given.below]
        case "tensors":
            return [_tensor(given, shape[1:], g, values) for _ in range(shape[0])]
        case "numbers":
            return _drawn(given.dtype, shape, g).tolist()
        case "same" | "shifted":
            return None  # of another argument's memory, once that is made
    raise ValueError(given.what)


def _tensor(given, shape, g, values):
    """Without -0.0: of both zeros PyTorch's own extrema may give either."""
    drawn = _drawn(given.dtype, shape, g)
    match values:
        case "ties":
            return drawn.clamp(-1, 1).round() + 0.0 if drawn.is_floating_point() else drawn
        case "zeros and signs" if drawn.dtype != torch.bool:
            return drawn * torch.randint(-1, 2, shape, generator=g) + 0
        case "equal" if drawn.numel():
            return torch.full_like(drawn, drawn.flatten()[0].item())
        case "nan" | "inf" if drawn.is_floating_point():
            return drawn.masked_fill(torch.rand(shape, generator=g) < 0.2, float(values))
        case "transposed" if len(shape) > 1:
            return drawn.mT.contiguous().mT
        case "not contiguous" if shape:
            spread = torch.stack([drawn, drawn + drawn], dim=-1)
            return spread[..., 0]
    return drawn


def _widened(value):
    match value:
        case torch.Tensor() if value.is_floating_point():
            # Laid out as it was: what is not contiguous stays so.
            return torch.empty_strided(value.shape, value.stride(), dtype=torch.float64).copy_(
                value
            )
        case list():
            return [_widened(v) for v in value]
    return value


def _overlapping(value, what):
    """Return two tensors of one shape in the same memory."""
    if what == "same" or not len(value):
        return value, value
    memory = torch.cat([value, value[:1]])
    return memory[:-1], memory[1:]


def _drawn(dtype, shape, g):
    if dtype == torch.bool:
        return torch.rand(shape, generator=g) > 0.5
    if not dtype.is_floating_point:
        return torch.randint(-3, 5, shape, generator=g, dtype=dtype)
    return torch.rand(shape, generator=g, dtype=dtype) * 4 - 2
