"""Loops as users ask about them: metrics and images."""

import numpy as np
import torch
from torch import nn

torch.manual_seed(1)
X = torch.randn(60)
Y = torch.randn(60)
ROWS = torch.randn(50, 6)
LAB = torch.randint(0, 10, (60,))
IMG = torch.rand(12, 3, 5, 5)
PTS = torch.randn(25, 3)
DICT = {f"p{k}": torch.randn(3) for k in range(30)}
MLP = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3))
BOX = torch.rand(30, 4)
ADJ = (torch.rand(20, 20) > 0.7).float()
BOOL = torch.rand(60) > 0.5


def kl_rows(p=ROWS.softmax(1), q=ROWS.flip(0).softmax(1)):
    """ad: torch.sum, torch.nn.functional.kl_div"""
    out = torch.zeros(50)
    for i in range(50):  # LOOP
        out[i] = (p[i] * (p[i] / q[i]).log()).sum()
    return out


def huber(x=X, y=Y):
    """ae: torch.where, torch.nn.functional.huber_loss, torch.nn.functional.smooth_l1_loss"""
    total = 0.0
    for i in range(60):  # LOOP
        d = abs(x[i] - y[i])
        if d < 1:
            total += 0.5 * d * d
        else:
            total += d - 0.5
    return total


def sign_changes(x=X):
    """af: torch.diff, torch.sum, elementwise"""
    n = 0
    for i in range(1, 60):  # LOOP
        if x[i] * x[i - 1] < 0:
            n += 1
    return n


def local_maxima(x=X):
    """ag: Tensor.unfold, elementwise, torch.nonzero, boolean_mask"""
    peaks = []
    for i in range(1, 59):  # LOOP
        if x[i] > x[i - 1] and x[i] > x[i + 1]:
            peaks.append(i)
    return torch.tensor(peaks)


def median_filter(x=X, k=5):
    """ah: Tensor.unfold"""
    out = x.clone()
    for i in range(2, 58):  # LOOP
        out[i] = x[i - 2 : i + 3].median()
    return out


def running_std(x=X, k=5):
    """ai: Tensor.unfold"""
    return torch.stack([x[max(0, i - k) : i + 1].std(correction=0) for i in range(60)])  # LOOP


def dist_to_center(x=PTS):
    """aj: torch.linalg.vector_norm, torch.cdist, torch.norm"""
    c = x.mean(0)
    out = []
    for p in x:  # LOOP
        out.append(torch.norm(p - c))
    return torch.stack(out)


def haversine(a=BOX):
    """ak: elementwise"""
    out = torch.zeros(30)
    for i in range(30):  # LOOP
        dlat = a[i, 2] - a[i, 0]
        dlon = a[i, 3] - a[i, 1]
        h = (
            torch.sin(dlat / 2) ** 2
            + torch.cos(a[i, 0]) * torch.cos(a[i, 2]) * torch.sin(dlon / 2) ** 2
        )
        out[i] = 2 * torch.asin(torch.sqrt(h))
    return out


def box_areas(b=BOX):
    """al: elementwise"""
    return torch.stack([(x[2] - x[0]) * (x[3] - x[1]) for x in b])  # LOOP


def grayscale(img=IMG):
    """am: elementwise, broadcasting, torch.einsum, torch.matmul, torch.sum"""
    out = torch.zeros(12, 5, 5)
    for b in range(12):  # LOOP
        out[b] = 0.3 * img[b, 0] + 0.6 * img[b, 1] + 0.1 * img[b, 2]
    return out


def hflip_batch(img=IMG, flip=BOOL[:12]):
    """an: torch.where, torch.flip"""
    out = img.clone()
    for b in range(12):  # LOOP
        if flip[b]:
            out[b] = img[b].flip(-1)
    return out


def crop_each(img=torch.rand(12, 3, 9, 9), top=LAB[:12] % 4):
    """ao: advanced_indexing, torch.gather, Tensor.unfold"""
    out = []
    for i in range(12):  # LOOP
        t = int(top[i])
        out.append(img[i, :, t : t + 5, :])
    return torch.stack(out)


def mixup(x=ROWS, lam=torch.rand(50), perm=torch.randperm(50)):
    """ap: elementwise, broadcasting, advanced_indexing"""
    out = torch.empty_like(x)
    for i in range(50):  # LOOP
        out[i] = lam[i] * x[i] + (1 - lam[i]) * x[perm[i]]
    return out


def params_to_vector(d=DICT):
    """aq: torch.cat, torch.nn.utils.parameters_to_vector"""
    flat = torch.tensor([])
    for name, p in d.items():  # LOOP
        flat = torch.cat([flat, p.view(-1)])
    return flat


def adam_by_hand(ps=tuple(torch.randn(3) for _ in range(20))):
    """ar: torch._foreach_mul_, torch._foreach_add_, torch.optim.Adam"""
    ps = [p.clone() for p in ps]
    ms = [torch.zeros(3) for _ in ps]
    vs = [torch.zeros(3) for _ in ps]
    for p, m, v in zip(ps, ms, vs):  # LOOP
        g = p * 2
        m.mul_(0.9).add_(g, alpha=0.1)
        v.mul_(0.99).addcmul_(g, g, value=0.01)
        p.addcdiv_(m, v.sqrt().add_(1e-8), value=-0.1)
    return ps


def detach_losses(xs=ROWS):
    """as: torch.stack, Tensor.tolist, Tensor.item, torch.sum"""
    running = 0.0
    for x in xs:  # LOOP
        running += (x * x).mean().item()
    return running


def stack_numpy(xs=ROWS):
    """at: torch.stack, numpy.stack, Tensor.numpy, elementwise, Tensor.tolist"""
    out = []
    for r in xs:  # LOOP
        out.append((r * 2).numpy())
    return torch.tensor(np.stack(out))


def max_of_abs_builtin(x=X):
    """au: torch.amax, torch.max"""
    return max(abs(v) for v in x)  # LOOP


def while_counter(x=X):
    """av: elementwise"""
    i = 0
    out = torch.zeros(60)
    while i < 60:  # LOOP
        out[i] = x[i] ** 2
        i += 1
    return out


def lookups(x=LAB):
    """aw: advanced_indexing, torch.index_select, torch.gather"""
    table = torch.linspace(0, 1, 10)
    result = []
    for i in range(60):  # LOOP
        result.append(table[x[i].item()])
    return torch.stack(result)


def argsort_apply(x=ROWS):
    """ax: torch.gather, torch.take_along_dim, torch.sort, torch.argsort"""
    out = torch.empty_like(x)
    for i in range(50):  # LOOP
        order = torch.argsort(x[i])
        out[i] = x[i][order]
    return out


def nms_like_scores(s=X.sigmoid(), thr=0.5):
    """ay: boolean_mask, torch.nonzero, torch.where"""
    keep = []
    for i, v in enumerate(s):  # LOOP
        if v.item() > thr:
            keep.append(i)
    return keep


def cov(x=ROWS):
    """az: torch.cov, torch.matmul, torch.einsum"""
    mu = x.mean(0)
    c = torch.zeros(6, 6)
    for row in x:  # LOOP
        d = (row - mu).unsqueeze(1)
        c += d @ d.T
    return c / 49


def solve_each(n=20):
    """ba: torch.linalg.solve"""
    torch.manual_seed(0)
    a = torch.randn(n, 3, 3) + 5 * torch.eye(3)
    b = torch.randn(n, 3)
    xs = []
    for k in range(n):  # LOOP
        xs.append(torch.linalg.solve(a[k], b[k]))
    return torch.stack(xs)


def gram_schmidt(a=torch.randn(10, 10)):
    """bb, its inner loop: torch.matmul, torch.sum"""
    q = torch.zeros(10, 10)
    for i in range(10):
        v = a[i]
        for j in range(i):  # LOOP
            v = v - (q[j] @ a[i]) * q[j]
        q[i] = v / v.norm()
    return q


def cholesky(a=torch.eye(10) * 3 + 1):
    """bc (advice): torch.compile, keep_as_is, torch.linalg.cholesky, torch.diagonal"""
    L = torch.zeros(10, 10)
    for i in range(10):  # LOOP
        for j in range(i + 1):
            s = a[i, j] - (L[i, :j] * L[j, :j]).sum()
            L[i, j] = s.sqrt() if i == j else s / L[j, j]
    return L


def sgd_scalar(x=X, y=Y):
    """bd: associative_scan"""
    w = torch.zeros(())
    for a, b in zip(x, y):  # LOOP
        w = w - 0.1 * (w * a - b) * a
    return w


def kalman(z=X):
    """be (advice): torch.compile, keep_as_is, vmap_over_tasks"""
    m, p = torch.zeros(()), torch.ones(())
    out = []
    for v in z:  # LOOP
        p = p + 0.1
        k = p / (p + 1)
        m = m + k * (v - m)
        p = (1 - k) * p
        out.append(m)
    return torch.stack(out)


def logistic_map(n=50):
    """bf (advice): torch.compile, keep_as_is"""
    x = torch.tensor(0.3)
    for _ in range(n):  # LOOP
        x = 3.7 * x * (1 - x)
    return x


def euler(f=MLP[0], n=30):
    """bg (advice): torch.compile, keep_as_is"""
    y = torch.zeros(8)
    for _ in range(n):  # LOOP
        y = y + 0.1 * torch.tanh(f(y))
    return y


def bfs(adj=ADJ):
    """bh (advice): torch.compile, keep_as_is, check_convergence_less_often"""
    seen = torch.zeros(20)
    seen[0] = 1
    for _ in range(15):  # LOOP
        seen = ((adj @ seen + seen) > 0).float()
    return seen
