"""Loops as users ask about them: losses and scores."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(1)
X = torch.randn(60)
Y = torch.randn(60)
ROWS = torch.randn(50, 6)
LAB = torch.randint(0, 10, (60,))
IMG = torch.rand(12, 3, 5, 5)
NET = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
EMB = nn.Embedding(20, 4)
TOK = torch.randint(0, 20, (40, 5))
MAT = torch.randn(30, 4, 4)
VEC = torch.randn(30, 4)
PTS = torch.randn(25, 3)
PTS2 = torch.randn(22, 3)


def relu_by_hand(x=X):
    """a: torch.where, torch.relu, torch.clamp"""
    y = torch.zeros_like(x)
    for i in range(x.size(0)):  # LOOP
        if x[i] > 0:
            y[i] = x[i]
    return y


def sigmoid_list(x=X):
    """b: elementwise"""
    result = []
    for value in x:  # LOOP
        result.append(1 / (1 + torch.exp(-value)))
    return torch.stack(result)


def act(v):
    return 1 / (1 + torch.exp(-v))


def sigmoid_helper(x=X):
    """b: elementwise"""
    result = torch.empty_like(x)
    for k, value in enumerate(x):  # LOOP
        result[k] = act(value)
    return result


def mse_manual(x=X, y=Y):
    """c: torch.sum, torch.nn.functional.mse_loss, torch.mean"""
    total = 0.0
    for p, t in zip(x, y):  # LOOP
        total += (p - t) ** 2
    return total / len(x)


def accuracy(x=ROWS, y=LAB[:50]):
    """d: torch.argmax, torch.eq, torch.sum"""
    correct = 0
    for i in range(len(x)):  # LOOP
        if torch.argmax(x[i]) == y[i]:
            correct += 1
    return correct


def count_positive(x=X):
    """e: torch.sum, torch.count_nonzero"""
    n = 0
    for v in x:  # LOOP
        if v.item() > 0:
            n += 1
    return n


def confusion(p=LAB, t=LAB.flip(0)):
    """f: torch.bincount, Tensor.index_put_, Tensor.scatter_add_"""
    m = torch.zeros(10, 10)
    for a, b in zip(t, p):  # LOOP
        m[a, b] += 1
    return m


def one_hot_long(y=LAB):
    """g: torch.nn.functional.one_hot, Tensor.scatter_"""
    out = []
    for label in y:  # LOOP
        v = torch.zeros(10)
        v[label] = 1.0
        out.append(v)
    return torch.stack(out)


def gather_last(h=IMG[:, 0], lengths=LAB[:12] % 5):
    """h: torch.gather, advanced_indexing"""
    last = []
    for b in range(h.shape[0]):  # LOOP
        last.append(h[b, lengths[b].item()])
    return torch.stack(last)


def embed_tokens(tok=TOK, w=EMB.weight):
    """i: torch.nn.functional.embedding, advanced_indexing, torch.index_select"""
    out = torch.zeros(40, 5, 4)
    for i in range(40):  # LOOP
        for j in range(5):
            out[i, j] = w[tok[i, j]]
    return out


def per_sample_net(xs=VEC, net=NET):
    """j: batched_call, torch.vmap"""
    outs = []
    for x in xs:  # LOOP
        outs.append(net(x.unsqueeze(0)))
    return torch.cat(outs)


def per_sample_linear_method(xs=VEC, net=NET):
    """j: batched_call, torch.vmap"""
    return torch.stack([net(x) for x in xs])  # LOOP


def batch_mm_mul(a=MAT, v=VEC):
    """k: torch.matmul, torch.bmm, torch.einsum"""
    res = torch.zeros(30, 4)
    for n in range(30):  # LOOP
        res[n] = torch.mv(a[n], v[n])
    return res


def batch_trace(a=MAT):
    """l: torch.einsum, torch.diagonal"""
    res = []
    for m in a:  # LOOP
        res.append(torch.trace(m))
    return torch.stack(res)


def batch_det_log(a=MAT):
    """m: torch.linalg.det, torch.linalg.slogdet"""
    return torch.stack([torch.det(m).abs().log() for m in a])  # LOOP


def cosine_pairs(a=PTS, b=PTS2):
    """n: torch.nn.functional.cosine_similarity, torch.matmul, broadcasting"""
    sim = torch.zeros(len(a), len(b))
    for i in range(len(a)):  # LOOP
        for j in range(len(b)):
            sim[i][j] = torch.dot(a[i], b[j]) / (a[i].norm() * b[j].norm())
    return sim


def nearest(a=PTS, b=PTS2):
    """o: torch.cdist, torch.argmin, broadcasting"""
    idx = []
    for p in a:  # LOOP
        d = torch.sum((b - p) ** 2, dim=1)
        idx.append(torch.argmin(d))
    return torch.stack(idx)


def knn_pairs(a=PTS):
    """p: torch.cdist, broadcasting"""
    n = a.shape[0]
    d = torch.zeros(n, n)
    for i in range(n):  # LOOP
        for j in range(n):
            d[i, j] = torch.sqrt(torch.sum((a[i] - a[j]) ** 2))
    return d


def gaussian_kernel(a=PTS, b=PTS2, s=0.5):
    """q: torch.cdist, broadcasting, torch.exp"""
    k = torch.zeros(len(a), len(b))
    for i, x in enumerate(a):  # LOOP
        for j, y in enumerate(b):
            k[i, j] = torch.exp(-torch.sum((x - y) ** 2) / (2 * s * s))
    return k


def standardize_columns(x=ROWS):
    """r: torch.std, torch.std_mean, broadcasting, torch.mean"""
    out = x.clone()
    for j in range(x.shape[0]):  # LOOP
        out[j] = (x[j] - x[j].mean()) / x[j].std()
    return out


def minmax_rows(x=ROWS):
    """s: torch.aminmax, torch.amin, torch.amax"""
    out = torch.zeros_like(x)
    for i in range(x.shape[0]):  # LOOP
        mn = x[i].min()
        mx = x[i].max()
        out[i] = (x[i] - mn) / (mx - mn)
    return out


def entropy_rows(x=ROWS.softmax(1)):
    """t: torch.sum, torch.special.entr"""
    h = []
    for p in x:  # LOOP
        h.append(-(p * p.log()).sum())
    return torch.stack(h)


def nll_manual(x=ROWS, y=LAB[:50] % 6):
    """u: torch.gather, torch.nn.functional.cross_entropy, advanced_indexing"""
    loss = 0.0
    for i in range(len(y)):  # LOOP
        loss = loss - torch.log_softmax(x[i], 0)[y[i]]
    return loss / len(y)


def ce_per_item(x=ROWS, y=LAB[:50] % 6):
    """v: torch.nn.functional.cross_entropy"""
    losses = []
    for i in range(len(y)):  # LOOP
        losses.append(F.cross_entropy(x[i : i + 1], y[i : i + 1]))
    return torch.stack(losses).mean()


def cumsum_list(x=X):
    """w: torch.cumsum"""
    total, sums = 0, []
    for v in x:  # LOOP
        total += v.item()
        sums.append(total)
    return torch.tensor(sums)
