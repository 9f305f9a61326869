"""Loops as users ask about them: collected lists."""

import torch

torch.manual_seed(2)
X = torch.randn(60)
ROWS = torch.randn(50, 6)
LST = [torch.randn(3) for _ in range(40)]
NPA = [torch.randn(3).numpy() for _ in range(40)]


def numpy_to_tensor(arrays=NPA):
    """ah: numpy.stack, torch.from_numpy, torch.stack, torch.as_tensor"""
    out = []
    for a in arrays:  # LOOP
        out.append(torch.from_numpy(a).float())
    return torch.stack(out)


def floats_to_list(x=X):
    """ai: Tensor.tolist, torch.stack, Tensor.item"""
    out = []
    for v in x:  # LOOP
        out.append(float(v))
    return out


def losses_item(xs=LST):
    """aj: torch.stack, Tensor.item"""
    history = []
    for v in xs:  # LOOP
        loss = (v**2).mean()
        history.append(loss.item())
    return history


def growing_stack(xs=LST):
    """ak: torch.cat, torch.stack"""
    out = torch.empty(0, 3)
    for v in xs:  # LOOP
        out = torch.cat((out, v.unsqueeze(0)), dim=0)
    return out


def growing_vstack(xs=LST):
    """ak: torch.cat, torch.stack"""
    out = None
    for v in xs:  # LOOP
        out = v[None] if out is None else torch.vstack([out, v[None]])
    return out


def ranks(x=X):
    """ao: torch.argsort, torch.sum, torch.searchsorted, broadcasting"""
    out = torch.zeros(60)
    for i in range(60):  # LOOP
        out[i] = (x < x[i]).sum()
    return out


def first_per_row(x=ROWS):
    """ap: torch.argmax, torch.nonzero"""
    out = torch.full((50,), -1)
    for i in range(50):  # LOOP
        for j in range(6):
            if x[i, j] > 0:
                out[i] = j
                break
    return out
