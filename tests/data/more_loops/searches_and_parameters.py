"""Loops as users ask about them: searches and parameters."""

import torch
from torch import nn

torch.manual_seed(2)
X = torch.randn(60)
ROWS = torch.randn(50, 6)
LAB = torch.randint(0, 10, (60,))
IMG = torch.rand(12, 3, 5, 5)
PTS = torch.randn(25, 3)
BOOL = torch.rand(60) > 0.5
MODEL = nn.Sequential(*[nn.Linear(4, 4) for _ in range(12)])
SHADOW = nn.Sequential(*[nn.Linear(4, 4) for _ in range(12)])
LST = [torch.randn(3) for _ in range(40)]
NPA = [torch.randn(3).numpy() for _ in range(40)]


def ema_state_dict(model=MODEL, shadow=SHADOW, d=0.9):
    """ae: torch._foreach_lerp_, torch._foreach_mul_, torch._foreach_add_, torch._foreach_copy_"""
    with torch.no_grad():
        target = shadow.state_dict()
        for k, v in model.state_dict().items():  # LOOP
            target[k].copy_(d * target[k] + (1 - d) * v)
    return 0


def l2_penalty(model=MODEL):
    """af: torch._foreach_norm, torch.sum, torch.nn.utils.parameters_to_vector"""
    reg = 0
    for p in model.parameters():  # LOOP
        reg = reg + (p**2).sum()
    return reg.detach()


def zero_grads(ps=LST):
    """ag: torch._foreach_zero_, torch._foreach_mul_, torch._foreach_add_"""
    ps = [p.clone() for p in ps]
    for p in ps:  # LOOP
        p.zero_()
    return ps


def isin_loop(x=LAB, allowed=torch.tensor([1, 3, 5])):
    """al: torch.isin"""
    keep = torch.zeros(60, dtype=torch.bool)
    for i in range(60):  # LOOP
        keep[i] = x[i] in allowed
    return keep


def isin_any(x=LAB, allowed=torch.tensor([1, 3, 5])):
    """al: torch.isin, broadcasting, torch.any"""
    out = []
    for v in x:  # LOOP
        out.append((allowed == v).any())
    return torch.stack(out)


def remap(x=LAB, table={k: (k * 3) % 10 for k in range(10)}):
    """am: advanced_indexing, torch.searchsorted"""
    out = torch.zeros_like(x)
    for i in range(len(x)):  # LOOP
        out[i] = table[x[i].item()]
    return out


def bucket_break(x=X, edges=torch.tensor([-1.0, 0.0, 1.0])):
    """an: torch.bucketize, torch.searchsorted"""
    out = torch.full((60,), 3)
    for i, v in enumerate(x):  # LOOP
        for k, e in enumerate(edges):
            if v < e:
                out[i] = k
                break
    return out


def forward_fill(x=X, ok=BOOL):
    """aq: torch.cummax"""
    out = torch.zeros_like(x)
    last = torch.zeros(())
    for i in range(60):  # LOOP
        if ok[i]:
            last = x[i]
        out[i] = last
    return out


def welford(x=X):
    """ar: torch.var, torch.var_mean, torch.std"""
    mean = torch.zeros(())
    m2 = torch.zeros(())
    n = 0
    for v in x:  # LOOP
        n += 1
        delta = v - mean
        mean = mean + delta / n
        m2 = m2 + delta * (v - mean)
    return m2 / n


def einsum_rows(a=ROWS, b=ROWS.flip(0)):
    """as: torch.einsum, torch.sum, torch.matmul, torch.linalg.vecdot"""
    out = []
    for i in range(50):  # LOOP
        out.append(torch.dot(a[i], b[i]))
    return torch.stack(out)


def row_sums_nested(x=ROWS):
    """at: torch.sum"""
    out = torch.zeros(50)
    for i in range(50):  # LOOP
        s = 0.0
        for j in range(6):
            s += x[i, j]
        out[i] = s
    return out


def matmul_lists(a=ROWS[:12], b=ROWS[:6].T):
    """au: torch.matmul, torch.einsum"""
    res = torch.zeros(12, 6)
    for i in range(12):  # LOOP
        for j in range(6):
            acc = 0.0
            for k in range(6):
                acc = acc + a[i][k] * b[k][j]
            res[i][j] = acc
    return res


def softmax_nested(x=ROWS):
    """av: torch.softmax"""
    out = torch.zeros_like(x)
    for i in range(50):  # LOOP
        m = x[i].max()
        e = torch.exp(x[i] - m)
        out[i] = e / e.sum()
    return out


def topk_mask(x=ROWS, k=2):
    """aw: torch.topk, Tensor.scatter_"""
    out = torch.zeros_like(x)
    for i in range(50):  # LOOP
        idx = x[i].topk(k).indices
        out[i, idx] = x[i, idx]
    return out


def swap_channels(img=IMG):
    """ax: torch.flip, advanced_indexing, elementwise"""
    out = torch.empty_like(img)
    for b in range(12):  # LOOP
        for c in range(3):
            out[b, c] = img[b, 2 - c]
    return out


def normalize_images(imgs=IMG):
    """ay: torch.mean, torch.std, torch.std_mean, broadcasting"""
    out = []
    for img in imgs:  # LOOP
        out.append((img - img.mean()) / (img.std() + 1e-6))
    return torch.stack(out)


def shuffle_rows(x=ROWS):
    """az: torch.argsort, torch.gather, torch.rand, torch.take_along_dim"""
    torch.manual_seed(0)
    out = torch.empty_like(x)
    for i in range(50):  # LOOP
        out[i] = x[i][torch.randperm(6)]
    return out


def bootstrap(x=X):
    """ba: torch.randint, advanced_indexing"""
    torch.manual_seed(0)
    means = []
    for _ in range(40):  # LOOP
        idx = torch.randint(0, 60, (60,))
        means.append(x[idx].mean())
    return torch.stack(means)


def pi(n=60):
    """bb: torch.rand"""
    torch.manual_seed(0)
    inside = 0
    for _ in range(n):  # LOOP
        p = torch.rand(2)
        if p[0] ** 2 + p[1] ** 2 < 1:
            inside += 1
    return inside


def dtw(c=torch.rand(10, 12)):
    """bc (advice): torch.compile, torch.diagonal"""
    n, m = c.shape
    D = torch.full((n + 1, m + 1), float("inf"))
    D[0, 0] = 0
    for i in range(1, n + 1):  # LOOP
        for j in range(1, m + 1):
            D[i, j] = c[i - 1, j - 1] + torch.min(
                torch.stack([D[i - 1, j], D[i, j - 1], D[i - 1, j - 1]])
            )
    return D[n, m]


def edit(a=LAB[:10], b=LAB[10:22]):
    """bd (advice): torch.compile, torch.diagonal"""
    D = torch.zeros(11, 13)
    for i in range(11):  # LOOP
        for j in range(13):
            if i == 0 or j == 0:
                D[i, j] = i + j
            else:
                D[i, j] = min(
                    D[i - 1, j] + 1, D[i, j - 1] + 1, D[i - 1, j - 1] + (a[i - 1] != b[j - 1])
                )
    return D[10, 12]


def jacobi_sweeps(u=X):
    """be (advice): torch.compile, keep_as_is"""
    for _ in range(30):  # LOOP
        v = u.clone()
        v[1:-1] = 0.5 * (u[:-2] + u[2:])
        u = v
    return u


def gauss_seidel(u=X.clone()):
    """bf (advice): torch.compile, keep_as_is"""
    u = u.clone()
    for i in range(1, len(u) - 1):  # LOOP
        u[i] = torch.sin(u[i - 1]) + u[i + 1]
    return u


def kmeanspp(x=PTS):
    """bg (advice): torch.compile, keep_as_is"""
    c = torch.zeros(10, 3)
    c[0] = x[0]
    for k in range(1, 10):  # LOOP
        d = torch.cdist(x, c[:k]).min(1).values
        c[k] = x[d.argmax()]
    return c


def beam(w=torch.randn(8, 8)):
    """bh (advice): torch.compile, kv_cache, keep_as_is"""
    s = torch.zeros(3)
    seq = torch.zeros(3, 1, dtype=torch.long)
    for _ in range(20):  # LOOP
        nxt = s[:, None] + w[seq[:, -1]]
        s, idx = nxt.flatten().topk(3)
        seq = torch.cat([seq[idx // 8], (idx % 8)[:, None]], 1)
    return seq
