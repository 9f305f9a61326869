"""Loops as users ask about them: masks and windows."""

import torch
from torch import nn

torch.manual_seed(2)
X = torch.randn(60)
Y = torch.randn(60)
ROWS = torch.randn(50, 6)
LAB = torch.randint(0, 10, (60,))
GRID = torch.rand(12, 12)
PTS = torch.randn(25, 3)
TARGET = torch.where(torch.rand(50) < 0.3, -100, torch.randint(0, 6, (50,)))
LINKS = torch.randint(0, 70, (40, 3))
MODEL = nn.Sequential(*[nn.Linear(4, 4) for _ in range(12)])
SHADOW = nn.Sequential(*[nn.Linear(4, 4) for _ in range(12)])


def causal(n=14):
    """a: torch.tril, torch.triu"""
    m = torch.zeros(n, n, dtype=torch.bool)
    for i in range(n):  # LOOP
        for j in range(n):
            if j > i:
                m[i, j] = True
    return m


def causal_rows(n=30):
    """a: torch.tril, torch.triu"""
    m = torch.zeros(n, n)
    for i in range(n):  # LOOP
        m[i, : i + 1] = 1
    return m


def relative_positions(n=14):
    """b: broadcasting, torch.arange"""
    m = torch.zeros(n, n)
    for i in range(n):  # LOOP
        for j in range(n):
            m[i, j] = j - i
    return m


def eye_by_hand(n=40):
    """c: torch.eye, torch.diagonal, torch.diag_embed"""
    m = torch.zeros(n, n)
    for i in range(n):  # LOOP
        m[i, i] = 1
    return m


def diag_read(m=GRID):
    """d: torch.diagonal, torch.trace"""
    t = 0
    for i in range(12):  # LOOP
        t += m[i, i]
    return t


def upper_pairs(x=X[:20]):
    """e: torch.triu_indices, torch.combinations, broadcasting"""
    out = []
    for i in range(len(x)):  # LOOP
        for j in range(i + 1, len(x)):
            out.append(x[i] * x[j])
    return torch.stack(out)


def symmetric_fill(p=PTS):
    """f: torch.cdist, broadcasting"""
    n = len(p)
    d = torch.zeros(n, n)
    for i in range(n):  # LOOP
        for j in range(i + 1, n):
            d[i, j] = (p[i] - p[j]).norm()
            d[j, i] = d[i, j]
    return d


def conv2d_by_hand(img=GRID, k=torch.randn(3, 3)):
    """g: torch.nn.functional.conv2d, torch.nn.functional.unfold, Tensor.unfold"""
    out = torch.zeros(10, 10)
    for i in range(10):  # LOOP
        for j in range(10):
            out[i, j] = (img[i : i + 3, j : j + 3] * k).sum()
    return out


def conv2d_full(img=GRID, k=torch.randn(3, 3)):
    """g: torch.nn.functional.conv2d, torch.nn.functional.unfold, Tensor.unfold"""
    out = torch.zeros(10, 10)
    for i in range(10):  # LOOP
        for j in range(10):
            for a in range(3):
                for b in range(3):
                    out[i, j] += img[i + a, j + b] * k[a, b]
    return out


def max_pool(img=torch.rand(16, 16)):
    """h: torch.nn.functional.max_pool2d, torch.nn.functional.unfold, Tensor.unfold"""
    out = torch.zeros(8, 8)
    for i in range(8):  # LOOP
        for j in range(8):
            out[i, j] = img[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max()
    return out


def patches(img=torch.rand(3, 32, 32), p=4):
    """i: torch.nn.functional.unfold, Tensor.unfold"""
    out = []
    for i in range(0, 32, p):  # LOOP
        for j in range(0, 32, p):
            out.append(img[:, i : i + p, j : j + p].reshape(-1))
    return torch.stack(out)


def chunks_mean(x=X, w=5):
    """j: torch.reshape, Tensor.unfold, torch.nn.functional.avg_pool1d"""
    out = []
    for i in range(0, len(x), w):  # LOOP
        out.append(x[i : i + w].mean())
    return torch.stack(out)


def laplacian(u=X):
    """k: elementwise, torch.nn.functional.conv1d, Tensor.unfold"""
    out = torch.zeros_like(u)
    for i in range(1, len(u) - 1):  # LOOP
        out[i] = u[i - 1] - 2 * u[i] + u[i + 1]
    return out


def diff_prev(x=X):
    """l: torch.diff"""
    out = []
    prev = torch.zeros(())
    for v in x:  # LOOP
        out.append(v - prev)
        prev = v
    return torch.stack(out)


def reverse_list(x=X):
    """m: torch.flip"""
    out = []
    for i in range(len(x) - 1, -1, -1):  # LOOP
        out.append(x[i])
    return torch.stack(out)


def interleave(x=X, y=Y):
    """n: torch.stack, elementwise"""
    out = torch.zeros(120)
    for i in range(60):  # LOOP
        out[2 * i] = x[i]
        out[2 * i + 1] = y[i]
    return out


def repeat_items(x=X, k=3):
    """o: torch.repeat_interleave, advanced_indexing"""
    out = torch.zeros(180)
    for i in range(180):  # LOOP
        out[i] = x[i // k]
    return out


def repeat_by_count(x=X, c=LAB):
    """p: torch.repeat_interleave"""
    out = []
    for v, n in zip(x, c):  # LOOP
        out.extend([v] * int(n))
    return torch.stack(out)


def tile_rows(x=ROWS[0]):
    """q: Tensor.repeat, Tensor.expand, torch.tile, broadcasting"""
    out = torch.zeros(40, 6)
    for i in range(40):  # LOOP
        out[i] = x
    return out


def filter_counter(x=X):
    """r: boolean_mask, torch.masked_select"""
    out = torch.zeros_like(x)
    k = 0
    for v in x:  # LOOP
        if v > 0:
            out[k] = v
            k += 1
    return out[:k]


def filter_indices(x=X):
    """s: torch.nonzero, boolean_mask"""
    idx = []
    for i in range(len(x)):  # LOOP
        if x[i] > 0.5:
            idx.append(i)
    return torch.tensor(idx)


def filter_continue(x=ROWS):
    """t: boolean_mask, torch.masked_select"""
    out = []
    for row in x:  # LOOP
        if row[0] < 0:
            continue
        out.append(row)
    return torch.stack(out)


def argmax_manual(x=X):
    """u: torch.argmax, torch.max"""
    k = 0
    for i in range(1, len(x)):  # LOOP
        if x[i] > x[k]:
            k = i
    return k


def min_ifexp(x=X):
    """v: torch.min, torch.amin"""
    m = x[0]
    for v in x[1:]:  # LOOP
        m = v if v < m else m
    return m


def max_builtin(x=X):
    """w: torch.max, torch.amax"""
    m = x[0]
    for v in x:  # LOOP
        m = max(m, v)
    return m


def all_flag(x=X):
    """x: torch.all, torch.any"""
    ok = True
    for v in x:  # LOOP
        ok = ok and bool(v > -9)
    return ok


def any_generator(x=X):
    """y: torch.any"""
    return any(v > 9 for v in x)  # LOOP


def all_close(x=X, y=X.clone()):
    """z: torch.all, torch.allclose, torch.equal, torch.any"""
    for i in range(len(x)):  # LOOP
        if x[i] != y[i]:
            return False
    return True


def index_of(x=LAB, wanted=99):
    """aa: torch.nonzero, torch.argmax"""
    for i, v in enumerate(x):  # LOOP
        if v == wanted:
            return i
    return -1


def sum_generator(x=X):
    """ab: torch.sum"""
    return sum(v * v for v in x)  # LOOP


def norm_params(model=MODEL):
    """ac: torch._foreach_norm, torch.nn.utils.clip_grad_norm_, torch.nn.utils.get_total_norm"""
    total = 0.0
    for p in model.parameters():  # LOOP
        total += p.detach().norm(2).item() ** 2
    return total**0.5


def ema_models(model=MODEL, shadow=SHADOW, d=0.9):
    """ad: torch._foreach_lerp_, torch._foreach_mul_, torch._foreach_add_"""
    with torch.no_grad():
        for s, p in zip(shadow.parameters(), model.parameters()):  # LOOP
            s.mul_(d).add_(p, alpha=1 - d)
    return 0


def ignored_targets(logp=ROWS, target=TARGET):
    """ae: advanced_indexing, torch.gather"""
    loss = torch.zeros(len(target))
    for i in range(len(target)):  # LOOP
        if target[i] != -100:
            loss[i] = -logp[i, target[i]]
    return loss


def fallback_of_missing(ids=LAB, table=X[:7], other=0.5):
    """af: advanced_indexing, torch.gather"""
    return torch.stack([table[k] if k < len(table) else torch.tensor(other) for k in ids])  # LOOP


def neighbours_that_are_there(links=LINKS, feats=ROWS):
    """ag: advanced_indexing, torch.gather, torch.sum"""
    acc = torch.zeros(len(links), feats.shape[1])
    for i in range(len(links)):  # LOOP
        for k in range(3):
            j = int(links[i, k])
            if j < feats.shape[0]:
                acc[i] += feats[j]
    return acc
