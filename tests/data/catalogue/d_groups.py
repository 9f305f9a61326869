"""Gather, scatter and groups: 31 to 44 of the catalogue."""

import torch

torch.manual_seed(4)
K = 12
TABLE = torch.randn(20, 4)
WHERE = torch.randint(0, K, (60,))
ROWS = torch.randn(60, K)
X = torch.randn(60)
ORDER = torch.randperm(60)
OFFSETS = torch.tensor([0, 3, 7, 12, 20, 24, 30, 33, 41, 50, 55, 60])
EDGES = torch.tensor([-1.0, 0.0, 1.0])
COUNTS = torch.randint(0, 9, (60,))
KEYS = torch.arange(K)


def loop_31(T=TABLE, i_=WHERE):
    """31 row gather: advanced_indexing, torch.index_select, torch.nn.functional.embedding"""
    out = T.new_empty(len(i_), T.shape[1])
    for n in range(len(i_)):  # LOOP
        out[n] = T[i_[n]]
    return out


def loop_32(x=ROWS, y=WHERE):
    """32 pick per row: torch.gather, torch.take_along_dim, advanced_indexing"""
    out = x.new_empty(len(x))
    for i in range(len(x)):  # LOOP
        out[i] = x[i, y[i]]
    return out


def loop_33(x=X, off=OFFSETS):
    """33 ragged segment sum: torch.index_add, torch.segment_reduce, torch.repeat_interleave"""
    out = []
    for s in range(len(off) - 1):  # LOOP
        out.append(x[off[s] : off[s + 1]].sum())
    return torch.stack(out)


def loop_34(v=X, i_=ORDER):
    """34 scatter store: Tensor.index_put_, torch.scatter, advanced_indexing"""
    out = torch.zeros_like(v)
    for n in range(len(v)):  # LOOP
        out[i_[n]] = v[n]
    return out


def loop_35(v=X, i_=WHERE):
    """35 scatter add: torch.index_add, torch.scatter_add"""
    out = v.new_zeros(K)
    for n in range(len(v)):  # LOOP
        out[i_[n]] += v[n]
    return out


def loop_36(i_=WHERE):
    """36 histogram: torch.bincount"""
    out = torch.zeros(K, dtype=torch.long)
    for b in i_:  # LOOP
        out[b] += 1
    return out


def loop_37(x=X, edges=EDGES):
    """37 bin by edges: torch.bucketize, torch.searchsorted"""
    out = torch.empty(len(x), dtype=torch.long)
    for i in range(len(x)):  # LOOP
        k = 0
        while k < len(edges) and edges[k] <= x[i]:
            k += 1
        out[i] = k
    return out


def loop_38(v=X, i_=WHERE):
    """38 group extremum: torch.scatter_reduce, Tensor.index_reduce_"""
    out = v.new_full((K,), -torch.inf)
    for n in range(len(v)):  # LOOP
        out[i_[n]] = torch.maximum(out[i_[n]], v[n])
    return out


def loop_39(v=X, i_=WHERE):
    """39 group mean: torch.index_add, torch.scatter_reduce"""
    out = []
    for k in range(K):  # LOOP
        out.append(v[i_ == k].mean())
    return torch.stack(out)


def loop_40(y=WHERE):
    """40 one-hot: torch.nn.functional.one_hot, torch.scatter"""
    out = torch.zeros(len(y), K)
    for i in range(len(y)):  # LOOP
        out[i, y[i]] = 1
    return out


def loop_41(x=WHERE, s=ORDER[:6]):
    """41 membership: torch.isin"""
    S = set(s.tolist())
    out = []
    for v in x:  # LOOP
        out.append(v.item() in S)
    return torch.tensor(out)


def loop_42(x=COUNTS):
    """42 unique and count: torch.unique, torch.bincount"""
    c = {}
    for v in x.tolist():  # LOOP
        c[v] = c.get(v, 0) + 1
    return torch.tensor(sorted(c.items()))


def loop_42_tensor(x=COUNTS):
    """42 unique and count, of a tensor's items: torch.unique, torch.bincount"""
    c = {}
    for v in x:  # LOOP
        c[v.item()] = c.get(v.item(), 0) + 1
    return torch.tensor(sorted(c.items()))


def loop_43(x=WHERE, keys=KEYS):
    """43 dict remap: torch.searchsorted, advanced_indexing"""
    d = {k: n for n, k in enumerate(keys.tolist())}
    out = []
    for v in x:  # LOOP
        out.append(d[v.item()])
    return torch.tensor(out)


def loop_44(p=ORDER):
    """44 inverse permutation: torch.scatter, torch.argsort, Tensor.index_put_"""
    out = torch.empty_like(p)
    for i in range(len(p)):  # LOOP
        out[p[i]] = i
    return out
