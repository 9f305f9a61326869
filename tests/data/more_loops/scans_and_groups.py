"""Loops as users ask about them: scans and groups."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(1)
X = torch.randn(60)
ROWS = torch.randn(50, 6)
LAB = torch.randint(0, 10, (60,))
IMG = torch.rand(12, 3, 5, 5)
SEQ = [torch.randn(1 + k % 6, 4) for k in range(40)]
MAT = torch.randn(30, 4, 4)
PTS = torch.randn(25, 3)
PTS2 = torch.randn(22, 3)
BOOL = torch.rand(60) > 0.5


def cummean(x=X):
    """x: torch.cumsum"""
    out = torch.zeros_like(x)
    for i in range(len(x)):  # LOOP
        out[i] = x[: i + 1].mean()
    return out


def expanding_max(x=X):
    """x2: torch.cummax"""
    out = torch.zeros_like(x)
    for i in range(len(x)):  # LOOP
        out[i] = x[: i + 1].max()
    return out


def gae(r=X, v=torch.randn(61), g=0.9, lam=0.95):
    """y: associative_scan, torch.nn.functional.conv1d, torch.matmul"""
    adv = torch.zeros_like(r)
    last = 0.0
    for t in reversed(range(len(r))):  # LOOP
        delta = r[t] + g * v[t + 1] - v[t]
        last = delta + g * lam * last
        adv[t] = last
    return adv


def gae_done(r=X, done=BOOL.float(), g=0.9):
    """z: associative_scan"""
    ret = []
    R = torch.zeros(())
    for t in range(len(r) - 1, -1, -1):  # LOOP
        R = r[t] + g * R * (1 - done[t])
        ret.insert(0, R)
    return torch.stack(ret)


def ema_list(x=X, a=0.1):
    """aa: associative_scan, torch.nn.functional.conv1d, torch.matmul"""
    s = x[0]
    out = [s]
    for v in x[1:]:  # LOOP
        s = a * v + (1 - a) * s
        out.append(s)
    return torch.stack(out)


def arrays_recurrence(x=X):
    """ab: torch.cumsum"""
    out = x.clone()
    for i in range(1, len(x)):  # LOOP
        out[i] = out[i - 1] + out[i]
    return out


def compound(x=torch.rand(60) * 0.1):
    """ac: torch.cumprod"""
    v = [torch.ones(())]
    for r in x:  # LOOP
        v.append(v[-1] * (1 + r))
    return torch.stack(v)


def fibonacci_mod(n=50):
    """ad (advice): torch.compile"""
    a = torch.zeros(())
    b = torch.ones(())
    for _ in range(n):  # LOOP
        a, b = b, (a + b) % 1000
    return a


def lstm_cell(x=torch.randn(30, 2, 4), cell=nn.LSTMCell(4, 8)):
    """ae (advice): torch.nn.LSTM, torch.compile"""
    h = torch.zeros(2, 8)
    c = torch.zeros(2, 8)
    out = []
    for t in range(x.shape[0]):  # LOOP
        h, c = cell(x[t], (h, c))
        out.append(h)
    return torch.stack(out)


def newton(x=torch.tensor(9.0), steps=30):
    """af (advice): torch.compile"""
    y = x
    for _ in range(steps):  # LOOP
        y = 0.5 * (y + x / y)
    return y


def power_iteration(a=MAT[0], n=40):
    """ag (advice): torch.compile"""
    v = torch.ones(4)
    for _ in range(n):  # LOOP
        v = a @ v
        v = v / v.norm()
    return v


def mcmc(n=60):
    """ah (advice): more_chains_in_batch, torch.compile"""
    torch.manual_seed(0)
    x = torch.zeros(())
    out = []
    for _ in range(n):  # LOOP
        prop = x + torch.randn(())
        if torch.rand(()) < torch.exp(-(prop**2 - x**2) / 2):
            x = prop
        out.append(x)
    return torch.stack(out)


def greedy_decode(w=MAT[0], n=30):
    """ai (advice): torch.compile, kv_cache"""
    tok = torch.tensor(0)
    out = []
    for _ in range(n):  # LOOP
        logits = w[tok]
        tok = logits.argmax()
        out.append(tok)
    return torch.stack(out)


def kmeans_assign(x=PTS, c=PTS2[:5]):
    """aj: torch.cdist, broadcasting"""
    lab = torch.zeros(len(x), dtype=torch.long)
    for i in range(len(x)):  # LOOP
        dist = torch.zeros(5)
        for k in range(5):
            dist[k] = torch.norm(x[i] - c[k])
        lab[i] = torch.argmin(dist)
    return lab


def kmeans_update(x=ROWS, lab=LAB[:50]):
    """ak: torch.index_add, Tensor.scatter_add_, torch.scatter_reduce"""
    cent = torch.zeros(10, 6)
    for k in range(10):  # LOOP
        members = x[lab == k]
        if len(members) > 0:
            cent[k] = members.mean(dim=0)
    return cent


def class_counts(y=LAB):
    """al: torch.bincount, torch.unique"""
    counts = []
    for c in range(10):  # LOOP
        counts.append((y == c).sum())
    return torch.stack(counts)


def group_max_where(x=X, lab=LAB):
    """am: torch.scatter_reduce, Tensor.index_reduce_"""
    out = torch.zeros(10)
    for k in torch.unique(lab):  # LOOP
        out[k] = x[torch.where(lab == k)[0]].max()
    return out


def segment_means(x=ROWS, lens=torch.tensor([5] * 10)):
    """an: torch.split, torch.segment_reduce, torch.index_add, torch.scatter_reduce"""
    out = []
    start = 0
    for n in lens:  # LOOP
        out.append(x[start : start + n].mean(0))
        start = start + n
    return torch.stack(out)


def unpad(x=IMG[:, 0], lens=LAB[:12] % 4 + 1):
    """ao: boolean_mask, torch.nn.utils.rnn.unpad_sequence, torch.split"""
    parts = []
    for i in range(len(x)):  # LOOP
        parts.append(x[i, : lens[i]])
    return torch.cat(parts)


def length_mask(lens=LAB[:40]):
    """ap: torch.arange, broadcasting"""
    m = torch.zeros(len(lens), 10)
    for i, n in enumerate(lens):  # LOOP
        m[i, :n] = 1
    return m


def pad_tokens(xs=SEQ):
    """aq: torch.nn.utils.rnn.pad_sequence"""
    longest = max(len(s) for s in xs)
    out = []
    for s in xs:  # LOOP
        out.append(F.pad(s, (0, 0, 0, longest - len(s))))
    return torch.stack(out)


def pad_cat_zeros(xs=SEQ):
    """ar: torch.nn.utils.rnn.pad_sequence"""
    longest = 6
    out = []
    for s in xs:  # LOOP
        out.append(torch.cat([s, torch.zeros(longest - s.shape[0], 4)]))
    return torch.stack(out)
