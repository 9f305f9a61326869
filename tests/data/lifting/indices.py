"""Places are read from data: gathers, scatters, histograms."""

import torch
from sized import sized


@sized(lambda n: {"guess": torch.randint(0, 5, (n,)), "truth": torch.randint(0, 5, (n,)), "k": 5})
def confusion_matrix(guess, truth, k):
    cm = torch.zeros(k, k, dtype=torch.long)
    for g, t in zip(guess, truth):
        cm[t, g] += 1
    return cm


@sized(
    lambda n: {
        "src": torch.randint(0, 9, (n,)),
        "dst": torch.randint(0, 9, (n,)),
        "h": torch.randn(9, 4),
        "n": 9,
    }
)
def messages_along_edges(src, dst, h, n):
    agg = torch.zeros(n, h.shape[1])
    for e in range(len(src)):
        agg[dst[e]] += h[src[e]]
    return agg


@sized(lambda n: {"edges": torch.randint(0, 8, (n, 2)), "n": 8})
def adjacency_matrix(edges, n):
    adj = torch.zeros(n, n)
    for u, v in edges:
        adj[u, v] = 1
        adj[v, u] = 1
    return adj


@sized(lambda n: {"edges": torch.randint(0, 7, (2, n)), "n": 7})
def degrees(edges, n):
    deg = torch.zeros(n)
    for e in range(edges.shape[1]):
        deg[edges[0, e]] += 1
    return deg


@sized(lambda n: {"x": torch.randn(7, 3), "ends": torch.randint(0, 7, (2, n))})
def joined_ends(x, ends):
    out = []
    for s, t in ends.t():
        out.append(torch.cat([x[s], x[t]]))
    return torch.stack(out)


@sized(lambda n: {"src": torch.randn(n, 3), "index": torch.randint(0, 6, (n,)), "n": 6})
def scattered_mean(src, index, n):
    total = torch.zeros(n, src.size(1))
    count = torch.zeros(n)
    for i in range(src.size(0)):
        total[index[i]] += src[i]
        count[index[i]] += 1
    return total / count.clamp(min=1).unsqueeze(1)


@sized(lambda n: {"v": torch.randn(n), "idx": torch.randint(0, 6, (n,)), "n": 6})
def scattered_greatest(v, idx, n):
    out = torch.full((n,), -1e9)
    for i in range(len(v)):
        if v[i] > out[idx[i]]:
            out[idx[i]] = v[i]
    return out


@sized(lambda n: {"points": torch.rand(n, 2) * 5, "feats": torch.randn(n, 3), "dims": 5})
def features_on_a_grid(points, feats, dims):
    grid = torch.zeros(dims, dims, feats.shape[1])
    for p, f in zip(points, feats):
        i, j = int(p[0]), int(p[1])
        grid[i, j] += f
    return grid


@sized(lambda n: {"x": torch.rand(n), "bins": 5})
def histogram_by_hand(x, bins):
    h = torch.zeros(bins)
    for v in x:
        b = int(v * bins)
        if b == bins:
            b = bins - 1
        h[b] += 1
    return h


@sized(lambda n: {"y": torch.randint(0, 5, (n,)), "k": 5, "eps": 0.1})
def smoothed_labels(y, k, eps):
    out = torch.full((len(y), k), eps / (k - 1))
    for i in range(len(y)):
        out[i, y[i]] = 1 - eps
    return out


@sized(lambda n: {"y": torch.randint(0, 5, (n,)), "k": 5})
def one_hot_rows(y, k):
    out = torch.zeros(len(y), k)
    for i in range(len(y)):
        out[i, y[i]] = 1
    return out


@sized(lambda n: {"x": torch.randn(n, 7, 3), "idx": torch.randint(0, 7, (n, 5))})
def gathered_by_two_loops(x, idx):
    out = torch.zeros(x.shape[0], idx.shape[1], x.shape[2])
    for b in range(x.shape[0]):
        for k in range(idx.shape[1]):
            out[b, k] = x[b, idx[b, k]]
    return out


@sized(
    lambda n: {
        "x": torch.randn(n, 3),
        "idx": torch.stack([torch.randperm(8)[:3] for _ in range(n)]),
        "size": 8,
    }
)
def put_back(x, idx, size):
    out = torch.zeros(x.shape[0], size)
    for b in range(x.shape[0]):
        for k in range(x.shape[1]):
            out[b, idx[b, k]] = x[b, k]
    return out


@sized(lambda n: {"x": torch.randn(n, 5), "order": torch.randperm(n)})
def reordered(x, order):
    y = torch.zeros_like(x)
    for i in range(len(order)):
        y[i] = x[order[i]]
    return y


@sized(lambda n: {"p": torch.randperm(n)})
def inverse_permutation(p):
    out = torch.zeros_like(p)
    for i in range(len(p)):
        out[p[i]] = i
    return out


@sized(
    lambda n: {
        "image": torch.randn(6, 7),
        "ys": torch.randint(0, 6, (n,)),
        "xs": torch.randint(0, 7, (n,)),
    }
)
def pixels_by_python_numbers(image, ys, xs):
    vals = []
    for y, x in zip(ys.tolist(), xs.tolist()):
        vals.append(image[y, x])
    return torch.stack(vals)


@sized(lambda n: {"image": torch.rand(6, 7), "py": torch.rand(n) * 4.9, "px": torch.rand(n) * 5.9})
def sampled_between_pixels(image, py, px):
    out = torch.zeros(len(py))
    for q in range(len(py)):
        i, j = min(int(py[q]), 4), min(int(px[q]), 5)
        a, b = py[q] - i, px[q] - j
        top = (1 - b) * image[i, j] + b * image[i, j + 1]
        low = (1 - b) * image[i + 1, j] + b * image[i + 1, j + 1]
        out[q] = (1 - a) * top + a * low
    return out


@sized(lambda n: {"v": torch.randn(n), "idx": torch.randint(0, 6, (n,)), "m": torch.randn(n) > 0})
def scattered_where_told(v, idx, m):
    out = torch.zeros(6)
    for i in range(len(v)):
        if m[i]:
            out[idx[i]] += v[i]
    return out


@sized(lambda n: {"v": torch.randn(n, 3), "idx": torch.randint(0, 6, (n,))})
def scattered_difference(v, idx):
    out = torch.ones(6, 3)
    for i in range(len(v)):
        out[idx[i]] -= v[i]
    return out


@sized(lambda n: {"idx": torch.randint(0, 6, (n,)), "seen": torch.randint(0, 9, (6,))})
def counted_on_top(idx, seen):
    for i in idx:
        seen[i] += 2
    return seen


@sized(lambda n: {"v": torch.randn(n), "idx": torch.randint(0, 6, (n,)), "n": 6})
def scattered_product(v, idx, n):
    out = torch.ones(n)
    for i in range(len(v)):
        out[idx[i]] *= v[i]
    return out


@sized(lambda n: {"hits": torch.randint(0, 6, (n, 2))})
def counted_in_two_dimensions(hits):
    out = torch.zeros(6, 6, dtype=torch.long)
    for i in range(len(hits)):
        out[hits[i, 0], hits[i, 1]] += 1
    return out


@sized(lambda n: {"blocks": torch.randn(n, 3)})
def diagonal_blocks(blocks):
    out = torch.zeros(len(blocks), 3, 3)
    for k in range(len(blocks)):
        for i in range(3):
            out[k, i, i] = blocks[k, i]
    return out


@sized(lambda n: {"x": torch.randn(n), "k": 2})
def turned_around(x, k):
    out = torch.empty_like(x)
    for i in range(len(x)):
        out[i] = x[(i - k) % len(x)]
    return out


@sized(lambda n: {"v": torch.randn(n), "idx": torch.randint(0, 6, (n,))})
def scattered_smallest(v, idx):
    out = torch.full((6,), 9.0)
    for i in range(len(v)):
        out[idx[i]] = min(out[idx[i]], v[i])
    return out


@sized(lambda n: {"v": torch.randint(0, 5, (n,)), "idx": torch.randint(0, 6, (n,))})
def scattered_as_another_type(v, idx):
    out = torch.zeros(6)
    weights = torch.zeros(6, dtype=torch.float64)
    for i in range(len(v)):
        out[idx[i]] += v[i]
        weights[idx[i]] += 0.5
    return out, weights


@sized(lambda n: {"idx": torch.randint(0, 6, (n, 2))})
def weighed_pairs(idx):
    out = torch.zeros(6, 6)
    for i in range(len(idx)):
        out[idx[i, 0], idx[i, 1]] += 0.5
    return out


@sized(lambda n: {"idx": torch.randint(0, 6, (n,)), "m": torch.arange(n) % 2 > 0})
def marked_where_told(idx, m):
    out = torch.zeros(6)
    for i in range(len(idx)):
        if m[i]:
            out[idx[i]] = 1
    return out
