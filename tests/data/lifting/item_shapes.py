"""Parts of an item, and an item's dimensions under other names."""

import torch
import torch.nn.functional as F
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 6)})
def gated(x):
    out = []
    for row in x:
        value, gate = row.chunk(2)
        out.append(value * torch.sigmoid(gate))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4, 9)})
def heads_split(x):
    out = []
    for item in x:
        q, k, v = torch.split(item, 3, dim=-1)
        out.append(F.softmax(q @ k.T, dim=-1) @ v)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 7)})
def split_by_sizes(x):
    centers = torch.zeros(len(x), 3)
    spreads = torch.zeros(len(x), 4)
    for i in range(len(x)):
        center, spread = x[i].split([3, 4])
        centers[i] = center.tanh()
        spreads[i] = spread.exp()
    return centers, spreads


@sized(lambda n: {"x": torch.randn(n, 6)})
def first_of_three(x):
    out = []
    for row in x:
        out.append(torch.tensor_split(row, 3)[0].sum())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3, 4)})
def ravelled(x):
    out = []
    for item in x:
        out.append(item.moveaxis(0, 1).ravel())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4, 6)})
def spectra(x):
    out = torch.zeros(len(x), 4, 6)
    for i in range(len(x)):
        out[i] = torch.fft.fftshift(torch.fft.fft2(x[i])).abs()
    return out


@sized(lambda n: {"x": torch.randn(n, 4, 6)})
def spectra_over_both(x):
    out = []
    for item in x:
        out.append(torch.fft.rfft2(item, norm="ortho").abs() + torch.fft.fftn(item).real[:, :4])
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(3, 4)})
def beside_rows(x, y):
    out = []
    for row in x:
        out.append(torch.cat([row.expand_as(y), y], dim=1))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4)})
def told_apart(x):
    out = []
    for row in x:
        out.append(row.broadcast_to(3, 4))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4), "allowed": torch.tensor([1, 4, 5])})
def special_functions(x, allowed):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        known = torch.isin((x[i] * 3).long(), allowed)
        out[i] = torch.where(known, torch.special.expit(x[i]), F.softshrink(x[i], 0.2))
    return out
