"""Entries that follow from their indices, in doubles; sums of products; columns."""

import math

import torch
from sized import sized

DOUBLES = {"dtype": torch.float64}


@sized(lambda n: {"size": n})
def cosine_basis(size):
    basis = torch.zeros(size, size, dtype=torch.float64)
    for k in range(size):
        for n in range(size):
            basis[k, n] = math.cos(math.pi * k * (2 * n + 1) / (2 * size))
            if k == 0:
                basis[k, n] *= math.sqrt(1.0 / size)
            else:
                basis[k, n] *= math.sqrt(2.0 / size)
    return basis


@sized(lambda n: {"signal": torch.randn(n, **DOUBLES)})
def cosine_transform(signal):
    n = len(signal)
    real = torch.zeros(n, dtype=signal.dtype)
    for k in range(n):
        for t, value in enumerate(signal):
            real[k] += value * math.cos(2 * math.pi * k * t / n)
    return real


@sized(lambda n: {"x": torch.randn(n, 4)})
def scaled_where_negative(x):
    out = torch.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] * 2 + 1
            if x[i, j] < 0:
                out[i, j] *= 0.1
    return out


@sized(lambda n: {"weights": torch.rand(n), "vols": torch.rand(n), "corr": torch.rand(n, n)})
def quadratic_form(weights, vols, corr):
    variance = 0.0
    for i in range(len(weights)):
        for j in range(len(weights)):
            variance += weights[i] * weights[j] * vols[i] * vols[j] * corr[i][j]
    return variance


@sized(lambda n: {"u": torch.randn(n), "m": torch.randn(n, 5), "v": torch.randn(5)})
def bilinear_form(u, m, v):
    total = torch.tensor(0.0)
    for i, a in enumerate(u):
        for j, b in enumerate(v):
            total += 0.5 * a * m[i, j] * b
    return total


@sized(lambda n: {"table": torch.randn(n + 2, 4)})
def columns_that_vary(table):
    for j in range(table.shape[1]):
        mu, sigma = table[:, j].mean(), table[:, j].std()
        if sigma < 0.5:
            continue
        table[:, j] = (table[:, j] - mu) / sigma
    return table


@sized(lambda n: {"a": torch.randn(n, 4), "b": torch.randn(n + 1, 4)})
def similarity(a, b):
    out = torch.zeros(len(a), len(b))
    for i, u in enumerate(a):
        for j, v in enumerate(b):
            out[i, j] = (u * v).sum() / (u.norm() * v.norm())
    return out


@sized(lambda n: {"x": torch.randn(4, n)})
def medians(x):
    m = torch.zeros(len(x))
    for i in range(len(x)):
        m[i] = x[i].mean() - x[i].median()
    return m


@sized(lambda n: {"scores": torch.randn(n), "labels": torch.arange(n) % 3, "margin": 0.5})
def ranked_pairs(scores, labels, margin):
    loss, pairs = 0, 0
    for i in range(len(scores)):
        for j in range(len(scores)):
            if labels[i] > labels[j]:
                loss = loss + torch.clamp(margin - (scores[i] - scores[j]), min=0)
                pairs += 1
    return loss / max(pairs, 1)


@sized(lambda n: {"s": torch.randn(n), "labels": torch.arange(n) % 2})
def unlike_pairs(s, labels):
    loss = 0.0
    for i in range(len(s)):
        for j in range(i + 1, len(s)):
            if labels[i] != labels[j]:
                loss = loss + torch.relu(1 - (s[i] - s[j]).abs())
    return loss


@sized(lambda n: {"x": torch.randn(n, 4), "prototypes": torch.randn(5, 4)})
def cosines_of_prototypes(x, prototypes):
    logits = []
    for b in range(x.size(0)):
        logits.append(torch.cosine_similarity(x[b].unsqueeze(0), prototypes, dim=1) / 0.1)
    return torch.stack(logits)


@sized(lambda n: {"spins": torch.randint(0, 2, (n, n)) * 2 - 1})
def periodic_energy(spins):
    side = spins.shape[0]
    energy = 0
    for i in range(side):
        for j in range(side):
            around = spins[(i + 1) % side, j] + spins[i, (j + 1) % side]
            energy += -(spins[i, j] * around).item()
    return energy / (side * side)


@sized(lambda n: {"u": torch.randn(n + 2)})
def periodic_laplacian(u):
    out = torch.zeros_like(u)
    for i in range(len(u)):
        out[i] = u[(i - 1) % len(u)] - 2 * u[i] + u[(i + 1) % len(u)]
    return out


@sized(lambda n: {"boxes": torch.rand(n, 4), "deltas": torch.randn(n, 4)})
def decoded(boxes, deltas):
    out = torch.zeros_like(boxes)
    for i in range(len(boxes)):
        x1, y1, x2, y2 = boxes[i]
        w, h = x2 - x1, y2 - y1
        dx, dy, dw, dh = deltas[i]
        dw, dh = torch.clamp(dw, max=1.0), torch.clamp(dh, max=1.0)
        pw, ph = torch.exp(dw) * w, torch.exp(dh) * h
        out[i, 0] = x1 + dx * w - 0.5 * pw
        out[i, 1] = y1 + dy * h - 0.5 * ph
        out[i, 2] = x1 + dx * w + 0.5 * pw
        out[i, 3] = y1 + dy * h + 0.5 * ph
    return out


@sized(lambda n: {"frames": torch.rand(n, 5)})
def rescaled_in_steps(frames):
    out = []
    for frame in frames:
        frame = frame - frame.mean()
        half = frame / 2
        frame = frame / (frame.std() + 1e-5)
        frame = torch.tanh(frame) + half.abs().sum()
        out.append(frame * frame)
    return torch.stack(out)


@sized(lambda n: {"joints": 5 * torch.rand(n, 3, 2), "size": 6, "sigma": 1.5})
def bumps_at_joints(joints, size, sigma):
    maps = torch.zeros(len(joints), 3, size, size)
    xs = torch.arange(size, dtype=torch.float32)
    for b in range(len(joints)):
        for j in range(3):
            x, y = joints[b, j]
            maps[b, j] = torch.exp(-((xs - x) ** 2 + (xs[:, None] - y) ** 2) / (2 * sigma**2))
    return maps


@sized(lambda n: {"x": torch.randn(n), "y": torch.randn(n + 1), "t": 1.5})
def sums_of_any_sign(x, y, t):
    out = torch.zeros(len(x), len(y))
    for i in range(len(x)):
        for j in range(len(y)):
            out[i, j] = torch.exp((x[i] - y[j]) / t)
    return out


@sized(
    lambda n: {"img": torch.rand(n, 3, 4), "alpha": torch.rand(n, 1, 4), "back": torch.rand(3, 4)}
)
def blended_with_a_background(img, alpha, back):
    out = []
    for x, a in zip(img, alpha):
        out.append(x * a + back * (1 - a))
    return torch.stack(out)


@sized(lambda n: {"table": torch.rand(9), "at": 8 * torch.rand(n)})
def between_two_entries(table, at):
    out = torch.zeros(len(at))
    for i in range(len(at)):
        k = int(at[i])
        f = at[i] - k
        out[i] = table[k] * (1 - f) + table[k + 1] * f
    return out


@sized(lambda n: {"x": torch.rand(n, 3), "y": torch.rand(n, 3), "w": torch.rand(n)})
def weights_that_do_not_make_one(x, y, w):
    out = []
    for i in range(len(x)):
        out.append(w[i] * x[i] + (2 - w[i]) * y[i])
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3) * 9})
def cut_to_whole_numbers(x):
    out = []
    for row in x:
        out.append(row.round().int() // 2)
    return torch.stack(out)


@sized(lambda n: {"n": n + 1, "grid": torch.linspace(0, 1, 5, dtype=torch.float64)})
def phases_beside_a_number_in_floats(n, grid):
    rows = []
    for k in range(n):
        t = grid - k / n
        rows.append(torch.where(t == 0, torch.tensor(1.0).to(t), torch.sin(t)))
    return torch.stack(rows)


@sized(lambda n: {"n": n + 1, "grid": torch.linspace(0, 1, 5)})
def phases_of_floats_beside_a_double(n, grid):
    scale = torch.tensor(2.0, dtype=torch.float64)
    rows = []
    for k in range(n):
        rows.append((grid - k / n) * scale)
    return torch.stack(rows)
