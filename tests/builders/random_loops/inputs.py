"""What a random loop is given, made for any sizes, seed and kind of values."""

from dataclasses import dataclass

import torch

VALUES = ("plain", "ties", "zeros and signs", "equal", "not contiguous")


@dataclass(frozen=True)
class Input:
    """One argument of the loop.

    Attributes:
        what: ``tensor``, ``index``, ``order``, ``mask``, ``number``, ``size``, ``tensors`` or
            ``numbers``.
        dims: Names of its sizes; a list's length first.
        dtype: Of its items.
        below: Of an index: the name of the size that its values stay below.
    """

    what: str
    dims: tuple[str, ...] = ()
    dtype: torch.dtype = torch.float32
    below: str = ""


def make_inputs(inputs, sizes, seed, values="plain", *, requires_grad=False):
    """Return the arguments by name."""
    g = torch.Generator().manual_seed(seed)
    made = {name: _make(given, sizes, g, values) for name, given in inputs.items()}
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
    raise ValueError(given.what)


def _tensor(given, shape, g, values):
    drawn = _drawn(given.dtype, shape, g)
    match values:
        case "ties":
            return drawn.clamp(-1, 1).round() if drawn.is_floating_point() else drawn
        case "zeros and signs" if drawn.dtype != torch.bool:
            return drawn * torch.randint(-1, 2, shape, generator=g)
        case "equal" if drawn.numel():
            return torch.full_like(drawn, drawn.flatten()[0].item())
        case "not contiguous" if shape:
            spread = torch.stack([drawn, drawn + drawn], dim=-1)
            return spread[..., 0]
    return drawn


def _drawn(dtype, shape, g):
    if dtype == torch.bool:
        return torch.rand(shape, generator=g) > 0.5
    if not dtype.is_floating_point:
        return torch.randint(-3, 5, shape, generator=g, dtype=dtype)
    return torch.rand(shape, generator=g, dtype=dtype) * 4 - 2
