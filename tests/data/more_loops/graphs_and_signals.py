"""Loops as users ask about them: graphs and signals."""

import math

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(1)
X = torch.randn(60)
ROWS = torch.randn(50, 6)
LAB = torch.randint(0, 10, (60,))
VEC = torch.randn(30, 4)
PTS = torch.randn(25, 3)
QUAT = F.normalize(torch.randn(40, 4), dim=1)
TS = torch.randn(30, 2, 8)
TOKENS = [[1, 2, 3], [4, 5], [6]] * 15
CONV = nn.Conv1d(1, 2, 3)
MLP = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3))
GRU = nn.GRUCell(8, 5)
POLY = torch.randn(40, 5)
ADJ = (torch.rand(20, 20) > 0.7).float()
EDGES = torch.randint(0, 20, (60, 2))
FEAT = torch.randn(20, 4)


def quat_to_matrix(q=QUAT):
    """a: torch.stack, broadcasting, elementwise"""
    mats = []
    for i in range(len(q)):  # LOOP
        w, x, y, z = q[i]
        mats.append(
            torch.stack([1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)])
        )
    return torch.stack(mats)


def message_passing(edges=EDGES, h=FEAT):
    """b: torch.index_add, Tensor.scatter_add_"""
    out = torch.zeros_like(h)
    for src, dst in edges:  # LOOP
        out[dst] += h[src]
    return out


def message_passing_nested(adj=ADJ, h=FEAT):
    """c: torch.matmul, torch.einsum"""
    out = torch.zeros_like(h)
    for i in range(20):  # LOOP
        for j in range(20):
            out[i] += adj[i, j] * h[j]
    return out


def degree(edges=EDGES):
    """d: torch.bincount, Tensor.scatter_add_"""
    deg = torch.zeros(20)
    for s, t in edges.tolist():  # LOOP
        deg[s] += 1
    return deg


def adjacency(edges=EDGES):
    """e: Tensor.index_put_, advanced_indexing, Tensor.scatter_"""
    a = torch.zeros(20, 20)
    for i, j in edges:  # LOOP
        a[i, j] = 1
        a[j, i] = 1
    return a


def tfidf_like(docs=LAB.view(12, 5), w=torch.rand(10)):
    """f: advanced_indexing, torch.gather, torch.sum, torch.index_select"""
    scores = []
    for d in docs:  # LOOP
        scores.append(w[d].sum())
    return torch.stack(scores)


def pad_lists(tokens=TOKENS):
    """g: torch.nn.utils.rnn.pad_sequence"""
    n = max(map(len, tokens))
    out = torch.zeros(len(tokens), n, dtype=torch.long)
    for i in range(len(tokens)):  # LOOP
        out[i, : len(tokens[i])] = torch.tensor(tokens[i])
    return out


def bag_of_words(tokens=TOKENS):
    """h: Tensor.scatter_, torch.bincount, Tensor.index_put_, Tensor.scatter_add_"""
    out = torch.zeros(len(tokens), 8)
    for i, t in enumerate(tokens):  # LOOP
        for k in t:
            out[i, k] += 1
    return out


def frames(sig=torch.randn(300), n=20, hop=5):
    """i: Tensor.unfold, torch.stft"""
    win = torch.hann_window(n)
    out = []
    for s in range(0, 300 - n + 1, hop):  # LOOP
        seg = sig[s : s + n] * win
        out.append(torch.fft.rfft(seg).abs())
    return torch.stack(out)


def autocorr(x=X):
    """j: torch.nn.functional.conv1d, torch.fft.rfft, Tensor.unfold, torch.matmul"""
    out = []
    for lag in range(20):  # LOOP
        out.append((x[: 60 - lag] * x[lag:]).sum())
    return torch.stack(out)


def fir(x=X, h=torch.randn(5)):
    """k: torch.nn.functional.conv1d, Tensor.unfold"""
    y = torch.zeros(60)
    for n in range(60):  # LOOP
        for k in range(5):
            if n - k >= 0:
                y[n] += h[k] * x[n - k]
    return y


def iir(x=X, a=0.5, b=0.2):
    """l: associative_scan, torch.nn.functional.conv1d, torch.matmul"""
    y = torch.zeros(60)
    for n in range(1, 60):  # LOOP
        y[n] = b * x[n] + a * y[n - 1]
    return y


def iir2(x=X):
    """m: associative_scan, torch.compile, torch.nn.functional.conv1d"""
    y = torch.zeros(60)
    for n in range(2, 60):  # LOOP
        y[n] = x[n] + 0.5 * y[n - 1] - 0.2 * y[n - 2]
    return y


def poly_eval(c=POLY, x=torch.randn(40)):
    """n: torch.sum, broadcasting, elementwise, torch.vander"""
    out = torch.zeros(40)
    for i in range(40):  # LOOP
        acc = 0.0
        for k in range(5):
            acc = acc + c[i, k] * x[i] ** k
        out[i] = acc
    return out


def positional_encoding(n=40, d=8):
    """o: broadcasting, torch.arange, elementwise, torch.outer"""
    pe = torch.zeros(n, d)
    for pos in range(n):  # LOOP
        for i in range(0, d, 2):
            pe[pos, i] = math.sin(pos / (10000 ** (i / d)))
            pe[pos, i + 1] = math.cos(pos / (10000 ** (i / d)))
    return pe


def rotate_points(p=PTS, a=torch.rand(25)):
    """p: torch.matmul, torch.bmm, torch.einsum, broadcasting, torch.stack"""
    out = torch.zeros(25, 2)
    for i in range(25):  # LOOP
        c, s = torch.cos(a[i]), torch.sin(a[i])
        r = torch.stack([torch.stack([c, -s]), torch.stack([s, c])])
        out[i] = r @ p[i, :2]
    return out


def triplet(e=ROWS, y=LAB[:50]):
    """q: torch.cdist, broadcasting"""
    losses = []
    for i in range(12):  # LOOP
        for j in range(12):
            if i != j:
                losses.append(torch.norm(e[i] - e[j]))
    return torch.stack(losses)


def hinge(x=ROWS, y=LAB[:50] % 6):
    """r: torch.clamp, torch.nn.functional.multi_margin_loss, torch.sum, torch.where"""
    loss = 0.0
    for i in range(50):  # LOOP
        correct = x[i, y[i]]
        for j in range(6):
            if j == y[i]:
                continue
            margin = x[i, j] - correct + 1
            if margin > 0:
                loss = loss + margin
    return loss


def mrr(scores=ROWS, target=LAB[:50] % 6):
    """s: torch.argsort, torch.gather, torch.sum, torch.topk, torch.sort, advanced_indexing"""
    total = 0.0
    for s, t in zip(scores, target):  # LOOP
        rank = (s > s[t]).sum() + 1
        total += 1.0 / rank
    return total


def per_class_accuracy(p=LAB, t=LAB.flip(0)):
    """t: torch.bincount, torch.scatter_reduce, torch.index_add, Tensor.scatter_add_"""
    acc = torch.zeros(10)
    for c in range(10):  # LOOP
        m = t == c
        acc[c] = (p[m] == c).float().mean()
    return acc


def iou_per_class(p=LAB, t=LAB.flip(0)):
    """u: torch.bincount, torch.logical_and, broadcasting, torch.nn.functional.one_hot"""
    out = []
    for c in range(10):  # LOOP
        inter = ((p == c) & (t == c)).sum()
        union = ((p == c) | (t == c)).sum()
        out.append(inter / union)
    return torch.stack(out)


def class_means_dict(x=ROWS, y=LAB[:50]):
    """v: torch.index_add, torch.scatter_reduce, Tensor.scatter_add_, torch.split, torch.unique"""
    groups = {}
    for v, c in zip(x, y):  # LOOP
        groups.setdefault(c.item(), []).append(v)
    return torch.stack([torch.stack(g).mean(0) for _, g in sorted(groups.items())])


def mlp_steps(x=TS, net=MLP):
    """w: batched_call, torch.vmap"""
    return torch.stack([net(x[t]) for t in range(30)])  # LOOP


def conv_per_signal(xs=VEC.repeat(1, 3), conv=CONV):
    """x: batched_call, torch.vmap"""
    outs = []
    for i in range(xs.shape[0]):  # LOOP
        outs.append(conv(xs[i][None, None]))
    return torch.cat(outs)


def gru_steps(x=TS, cell=GRU):
    """y (advice): torch.nn.GRU, torch.compile"""
    h = torch.zeros(2, 5)
    for t in range(30):  # LOOP
        h = cell(x[t], h)
    return h


def attention_row(q=torch.randn(40, 8), k=torch.randn(12, 8), v=torch.randn(12, 8)):
    """z: torch.nn.functional.scaled_dot_product_attention, torch.matmul, torch.softmax"""
    out = torch.zeros(40, 8)
    for i in range(40):  # LOOP
        s = torch.softmax(k @ q[i] / math.sqrt(8), dim=0)
        out[i] = s @ v
    return out


def attention_batch(q=torch.randn(20, 4, 8)):
    """z: torch.nn.functional.scaled_dot_product_attention, torch.bmm, torch.matmul"""
    outs = []
    for b in range(20):  # LOOP
        a = F.softmax(torch.matmul(q[b], q[b].transpose(0, 1)) / 8**0.5, dim=-1)
        outs.append(torch.matmul(a, q[b]))
    return torch.stack(outs)


def layer_norm_rows(x=ROWS, eps=1e-5):
    """aa: torch.nn.functional.layer_norm, torch.var_mean, torch.var"""
    out = torch.empty_like(x)
    for i, row in enumerate(x):  # LOOP
        mu = row.mean()
        var = ((row - mu) ** 2).mean()
        out[i] = (row - mu) / torch.sqrt(var + eps)
    return out


def l2_normalize_rows(x=ROWS):
    """ab: torch.nn.functional.normalize, torch.linalg.vector_norm"""
    out = []
    for row in x:  # LOOP
        n = torch.sqrt((row * row).sum())
        out.append(row / n)
    return torch.stack(out)


def cosine_rows(a=ROWS, b=ROWS.flip(0)):
    """ac: torch.nn.functional.cosine_similarity"""
    out = []
    for u, v in zip(a, b):  # LOOP
        out.append((u * v).sum() / (u.norm() * v.norm()))
    return torch.stack(out)
