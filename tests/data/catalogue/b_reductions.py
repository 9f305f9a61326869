"""Loops that fold: 10 to 21 of the catalogue."""

import torch

torch.manual_seed(2)
X = torch.randn(60)
W = torch.randn(60)
ROWS = torch.randn(50, 6)


def loop_10(x=X):
    """10 sum: torch.sum"""
    s = 0
    for v in x:  # LOOP
        s = s + v
    return s


def loop_11(x=X):
    """11 product: torch.prod"""
    out = 1.0
    for v in x:  # LOOP
        out = out * v
    return out


def loop_12(x=X):
    """12 extremum and index: torch.max, torch.argmax"""
    out, k = x[0], 0
    for i in range(1, len(x)):  # LOOP
        if x[i] > out:
            out, k = x[i], i
    return out, k


def loop_13(x=X, w=W):
    """13 weighted sum: torch.dot, torch.matmul"""
    out = 0
    for i in range(len(x)):  # LOOP
        out = out + w[i] * x[i]
    return out


def loop_14(x=X):
    """14 variance: torch.var, torch.var_mean"""
    s = q = 0.0
    for v in x:  # LOOP
        s = s + v
        q = q + v * v
    return q / len(x) - (s / len(x)) ** 2


def loop_15(x=X - 2):
    """15 any with break: torch.any"""
    out = torch.tensor(False)
    for v in x:  # LOOP
        if v > 2:
            out = torch.tensor(True)
            break
    return out


def loop_16(x=W.abs() - 9):
    """16 first match: torch.argmax, torch.nonzero"""
    out = torch.tensor(-1)
    for i in range(len(x)):  # LOOP
        if x[i] > 0:
            out = torch.tensor(i)
            break
    return out


def loop_17(x=ROWS):
    """17 per-row reduction: torch.sum"""
    out = []
    for r in x:  # LOOP
        out.append(r.sum())
    return torch.stack(out)


def loop_18(x=ROWS):
    """18 row normalize: torch.linalg.vector_norm, torch.nn.functional.normalize"""
    out = torch.empty_like(x)
    for i in range(len(x)):  # LOOP
        out[i] = x[i] / x[i].norm()
    return out


def loop_19(x=ROWS):
    """19 row softmax: torch.softmax"""
    out = []
    for r in x:  # LOOP
        ex = torch.exp(r)
        out.append(ex / ex.sum())
    return torch.stack(out)


def loop_20(x=ROWS):
    """20 logsumexp: torch.logsumexp"""
    out = []
    for r in x:  # LOOP
        out.append(r.exp().sum().log())
    return torch.stack(out)


def loop_21(x=ROWS, k=3):
    """21 per-row top-k: torch.topk, torch.sort"""
    out = []
    for r in x:  # LOOP
        out.append(r.sort(descending=True).values[:k])
    return torch.stack(out)
