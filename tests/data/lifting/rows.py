"""One reduction, sort or product an item."""

import torch
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 5)})
def smallest_and_greatest(x):
    mins, maxs = [], []
    for row in x:
        mins.append(row.min())
        maxs.append(row.max())
    mins = torch.stack(mins)
    maxs = torch.stack(maxs)
    return mins, maxs


@sized(lambda n: {"x": torch.randn(n, 5)})
def softmax_by_hand(x):
    return torch.stack([torch.exp(row) / torch.exp(row).sum() for row in x])


@sized(lambda n: {"x": torch.randn(7, n + 2)})
def columns_to_unit_range(x):
    out = torch.zeros_like(x)
    for c in range(x.shape[1]):
        col = x[:, c]
        out[:, c] = (col - col.min()) / (col.max() - col.min())
    return out


@sized(lambda n: {"p": torch.softmax(torch.randn(n, 5), 1)})
def entropies(p):
    h = torch.zeros(len(p))
    for i, row in enumerate(p):
        h[i] = -(row * row.log()).sum()
    return h


@sized(lambda n: {"data": torch.randn(9, n)})
def numbers_of_columns(data):
    means = []
    for i in range(data.shape[1]):
        means.append(data[:, i].mean().item())
    return torch.tensor(means)


@sized(lambda n: {"x": torch.randn(n, 4), "t": 1.0})
def any_above(x, t):
    flags = []
    for row in x:
        flags.append((row > t).any())
    return torch.stack(flags)


@sized(lambda n: {"codes": torch.randint(0, 2, (n, 6)), "q": torch.randint(0, 2, (6,))})
def hamming_distances(codes, q):
    d = []
    for c in codes:
        d.append((c != q).sum())
    return torch.stack(d)


@sized(lambda n: {"x": torch.randn(n, 5), "k": 2})
def greatest_marked(x, k):
    mask = torch.zeros_like(x, dtype=torch.bool)
    for i in range(len(x)):
        idx = x[i].topk(k).indices
        mask[i, idx] = True
    return mask


@sized(lambda n: {"x": torch.randn(n, 5)})
def sorted_with_places(x):
    values, places = [], []
    for row in x:
        v, p = torch.sort(row)
        values.append(v)
        places.append(p)
    return torch.stack(values), torch.stack(places)


@sized(lambda n: {"h": torch.randn(n, 5, 4), "mask": torch.rand(n, 5) > 0.3})
def pooled_by_mask(h, mask):
    out = []
    for i in range(h.shape[0]):
        w = mask[i].float()
        out.append((h[i] * w.unsqueeze(-1)).sum(0) / w.sum())
    return torch.stack(out)


@sized(lambda n: {"p": torch.rand(4, n, 5, 5), "t": torch.rand(4, n, 5, 5)})
def overlap_of_channels(p, t):
    total = 0
    for c in range(p.shape[1]):
        inter = (p[:, c] * t[:, c]).sum()
        union = p[:, c].sum() + t[:, c].sum()
        total = total + 2 * inter / (union + 1e-6)
    return total / p.shape[1]


@sized(lambda n: {"x": torch.randn(n, 8)})
def spectra(x):
    return torch.stack([torch.fft.rfft(row).abs() for row in x])


@sized(lambda n: {"mats": torch.randn(n, 3, 3)})
def determinants(mats):
    return torch.tensor([torch.det(m) for m in mats])


@sized(lambda n: {"m": torch.randn(n, 3, 3)})
def traces(m):
    t = []
    for i in range(len(m)):
        t.append(torch.trace(m[i]))
    return torch.stack(t)


def positive_definite(n):
    m = torch.randn(n, 3, 3)
    return m @ m.mT + torch.eye(3)


@sized(lambda n: {"A": positive_definite(n), "b": torch.randn(n, 3)})
def solved_by_factors(A, b):
    xs = []
    for i in range(A.shape[0]):
        L = torch.linalg.cholesky(A[i])
        xs.append(torch.cholesky_solve(b[i].unsqueeze(1), L).squeeze(1))
    return torch.stack(xs)


@sized(lambda n: {"A": positive_definite(n), "b": torch.randn(n, 3)})
def solved(A, b):
    out = torch.zeros(len(A), 3)
    for i in range(len(A)):
        out[i] = torch.linalg.solve(A[i], b[i])
    return out


@sized(lambda n: {"a": torch.randn(n, 3, 4), "b": torch.randn(n, 4, 5)})
def products(a, b):
    out = torch.zeros(a.shape[0], a.shape[1], b.shape[2])
    for i in range(a.shape[0]):
        out[i] = torch.mm(a[i], b[i])
    return out


@sized(lambda n: {"x": torch.randn(n, 3), "A": torch.randn(3, 4), "y": torch.randn(n, 4)})
def bilinear_values(x, A, y):
    vals = torch.zeros(len(x))
    for i, (u, v) in enumerate(zip(x, y)):
        vals[i] = u @ A @ v
    return vals


@sized(lambda n: {"a": torch.randn(n, 3), "b": torch.randn(n, 4)})
def outer_products(a, b):
    return torch.stack([a[i].unsqueeze(1) * b[i].unsqueeze(0) for i in range(len(a))])


@sized(lambda n: {"x": torch.randn(n, 3), "w": torch.rand(n)})
def weighted_covariance(x, w):
    cov = torch.zeros(x.shape[1], x.shape[1])
    mean = (w[:, None] * x).sum(0) / w.sum()
    for row, v in zip(x, w):
        d = row - mean
        cov += v * torch.outer(d, d)
    return cov / w.sum()


@sized(lambda n: {"feats": torch.randn(n, 3, 4, 4)})
def style_matrices(feats):
    G = torch.zeros(feats.shape[0], feats.shape[1], feats.shape[1])
    for b in range(feats.shape[0]):
        f = feats[b].view(feats.shape[1], -1)
        G[b] = f @ f.t() / f.numel()
    return G


@sized(lambda n: {"points": torch.randn(n, 2), "H": torch.randn(3, 3)})
def projected(points, H):
    out = []
    for p in points:
        q = H @ torch.cat([p, torch.ones(1)])
        out.append(q[:2] / q[2])
    return torch.stack(out)


@sized(lambda n: {"weights": torch.randn(n, 4, 3), "x": torch.randn(5, 4)})
def one_layer_a_weight(weights, x):
    return torch.stack([torch.tanh(x @ w) for w in weights])


@sized(lambda n: {"x": torch.randn(n, 5), "bounds": torch.rand(n, 5)})
def reduced_with_options(x, bounds):
    low = torch.zeros(len(x), 1)
    deviation = torch.zeros(len(x))
    place = torch.zeros(len(x), dtype=torch.long)
    for i in range(len(x)):
        low[i] = torch.minimum(x[i], bounds[i]).amin(0, keepdim=True)
        deviation[i] = torch.std(x[i], correction=0)
        place[i] = torch.max(x[i], 0).indices
    return low, deviation, place


@sized(lambda n: {"x": torch.randn(n, 6)})
def reshaped_rows(x):
    out = torch.zeros(len(x), 3, 2)
    for i in range(len(x)):
        out[i] = x[i].view(2, 3).T.softmax(0)
    return out


@sized(lambda n: {"x": torch.randn(n, 2, 3)})
def permuted_items(x):
    out = torch.zeros(len(x), 3, 2)
    for i in range(len(x)):
        out[i] = x[i].permute(1, 0).flip(0).cumsum(1)
    return out


@sized(lambda n: {"x": torch.randn(n, 4)})
def sizes_of_items(x):
    out = torch.zeros(len(x))
    for i, row in enumerate(x):
        out[i] = row.sum() / len(row) + row.shape[0] + row.numel() * row.dim()
    return out


@sized(lambda n: {"x": torch.randn(n, 4), "w": torch.randn(n, 4)})
def dot_products(x, w):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        out[i] = torch.dot(x[i], w[i]) + x[i] @ w[0]
    return out


@sized(lambda n: {"x": torch.randn(n, 4), "shift": torch.randint(0, 4, (n,))})
def rolled_by_item(x, shift):
    out = torch.empty_like(x)
    for i in range(len(x)):
        out[i] = x[i].roll(int(shift[i]))
    return out


@sized(lambda n: {"ids": torch.randint(0, 6, (n, 9)), "k": 6})
def counts_by_row(ids, k):
    out = []
    for row in ids:
        out.append(torch.bincount(row, minlength=k))
    return torch.stack(out)


@sized(lambda n: {"a": torch.randn(n, 3), "b": torch.randn(n, 3)})
def crossed(a, b):
    out = []
    for u, v in zip(a, b):
        out.append(torch.cross(u, v, dim=0))
    return torch.stack(out)


@sized(lambda n: {"a": torch.randint(0, 2, (n, 2)), "b": torch.randint(0, 2, (n, 2))})
def equal_items(a, b):
    same = []
    for u, v in zip(a, b):
        same.append(torch.equal(u, v))
    return torch.tensor(same)


@sized(lambda n: {"a": torch.randn(n, 3), "b": torch.randn(n, 3)})
def similar_items(a, b):
    out = torch.zeros(len(a))
    for i in range(len(a)):
        out[i] = torch.nn.functional.cosine_similarity(a[i], b[i], dim=0)
    return out


@sized(lambda n: {"x": torch.randn(n, 3, 4)})
def standardized_in_a_chain(x):
    x = x.clone()
    for i in range(x.size(0)):
        for c in range(x.size(1)):
            mean = x[i, c].mean()
            std = x[i, c].std()
            x[i, c].sub_(mean).div_(std + 1e-6)
    return x


@sized(lambda n: {"x": torch.randn(n, 4), "y": torch.randn(n, 4)})
def scaled_then_shifted(x, y):
    x = x.clone()
    for k in range(len(x)):
        x[k].mul_(2).add_(y[k])
    return x


@sized(lambda n: {"x": torch.randn(n, 6), "mask": torch.eye(n, 6) + torch.rand(n, 6).round() > 0})
def largest_of_the_chosen(x, mask):
    found = []
    for row, keep in zip(x, mask):
        found.append(row[keep].max() if keep.any() else row.new_tensor(0.0))
    return torch.stack(found)


@sized(lambda n: {"x": torch.randn(n, 6), "valid": torch.rand(n, 6) > -1})
def mean_of_the_valid(x, valid):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        out[i] = x[i][valid[i]].mean()
    return out
