"""Inner loops whose steps need each other: each step is taken for all outer iterations at once."""

import torch
from sized import sized
from torch import nn


@sized(lambda n: {"x": torch.randn(n, 4, 3), "w": torch.randn(3, 5), "u": torch.randn(5, 5) / 3})
def last_states(x, w, u):
    outs = []
    for b in range(len(x)):
        h = torch.zeros(5)
        for t in range(x.shape[1]):
            h = torch.tanh(x[b, t] @ w + h @ u)
        outs.append(h)
    return torch.stack(outs)


@sized(lambda n: {"x": torch.randn(n, 4, 3), "w": torch.randn(3, 5), "u": torch.randn(5, 5) / 3})
def all_states(x, w, u):
    out = torch.zeros(x.size(0), x.size(1), 5)
    for b in range(x.size(0)):
        h = torch.zeros(5)
        for t in range(x.size(1)):
            h = torch.tanh(x[b, t] @ w + h @ u)
            out[b, t] = h
    return out


@sized(lambda n: {"x": torch.rand(n, 6)})
def spikes(x):
    out = torch.zeros_like(x)
    for neuron in range(x.shape[0]):
        v = torch.tensor(0.0)
        for t in range(x.shape[1]):
            v = v * 0.9 + x[neuron, t]
            if v > 1:
                v = v - 1
                out[neuron, t] = 1
    return out


@sized(lambda n: {"x": torch.randn(n), "steps": 4})
def roots(x, steps):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        y = x[i].abs() + 1
        for _ in range(steps):
            y = y - (y * y - 2) / (2 * y)
        out[i] = y
    return out


@sized(lambda n: {"a": torch.rand(n, 4, 4)})
def largest_eigenvalues(a):
    values = torch.zeros(len(a))
    for i in range(len(a)):
        v = torch.ones(4)
        for _ in range(5):
            v = a[i] @ v
            v = v / v.norm()
        values[i] = v @ a[i] @ v
    return values


@sized(lambda n: {"x": torch.randn(n, 3), "coefficients": torch.randn(4)})
def polynomials(x, coefficients):
    out = []
    for row in x:
        total = torch.zeros(3)
        for c in coefficients:
            total = torch.tanh(total * row + c)
        out.append(total)
    return torch.stack(out)


@sized(lambda n: {"logits": torch.randn(n, 5, 3), "steps": torch.randn(3, 3)})
def partition_functions(logits, steps):
    scores = torch.zeros(len(logits))
    for b in range(len(logits)):
        alpha = logits[b, 0]
        for t in range(1, logits.shape[1]):
            alpha = torch.logsumexp(alpha[:, None] + steps, dim=0) + logits[b, t]
        scores[b] = torch.logsumexp(alpha, dim=0)
    return scores


@sized(lambda n: {"seen": torch.rand(n, 5, 3) + 0.1, "steps": torch.rand(3, 3)})
def likelihoods(seen, steps):
    found = torch.zeros(len(seen))
    for b in range(len(seen)):
        alpha = torch.ones(3) / 3
        for t in range(seen.shape[1]):
            alpha = (alpha @ steps) * seen[b, t]
            total = alpha.sum()
            found[b] += total.log()
            alpha = alpha / total
    return found


@sized(lambda n: {"places": torch.randn(n, 2), "speeds": torch.randn(n, 2)})
def orbits(places, speeds):
    path = torch.zeros(len(places), 5, 2)
    for i in range(len(places)):
        place, speed = places[i], speeds[i]
        for step in range(5):
            force = -place / (place.norm() ** 3 + 0.1)
            speed = speed + 0.01 * force
            place = place + 0.01 * speed
            path[i, step] = place
    return path


@sized(lambda n: {"m": torch.randn(n, 3, 3) / 3})
def exponentials(m):
    out = []
    for a in m:
        term = torch.eye(3)
        total = torch.eye(3)
        for k in range(1, 6):
            term = term @ a / k
            total = total + term
        out.append(total)
    return torch.stack(out)


@sized(lambda n: {"cell": nn.GRUCell(3, 4), "x": torch.randn(n, 5, 3)})
def cells_of_batches_of_one(cell, x):
    outs = []
    for i in range(len(x)):
        h = torch.zeros(1, 4)
        for t in range(x.shape[1]):
            h = cell(x[i, t].unsqueeze(0), h)
        outs.append(h.squeeze(0))
    return torch.stack(outs)


@sized(lambda n: {"cell": nn.LSTMCell(3, 4), "head": nn.Linear(4, 2), "x": torch.randn(n, 5, 3)})
def outputs_of_cells(cell, head, x):
    out = []
    for sequence in x:
        h, c = torch.zeros(4), torch.zeros(4)
        steps = []
        for step in sequence:
            h, c = cell(step, (h, c))
            steps.append(head(h))
        out.append(torch.stack(steps))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 6)})
def fibonacci_like(x):
    out = torch.zeros(len(x))
    for i, row in enumerate(x):
        a, b = torch.tensor(0.0), torch.tensor(1.0)
        for v in row:
            a, b = b, torch.sin(a * v + b)
        out[i] = a + b
    return out


@sized(lambda n: {"x": torch.randn(n, 6)})
def numbered_steps(x):
    out = torch.zeros(len(x))
    for i, row in enumerate(x):
        state = torch.tensor(1.0)
        for k, v in enumerate(row):
            if k > 0:
                state = torch.sin(state * v) + k
        out[i] = state
    return out


@sized(lambda n: {"x": torch.randn(n, 4, 3)})
def grids(x):
    out = torch.zeros(x.shape[0], x.shape[1])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y = torch.tensor(1.0)
            for k in range(x.shape[2]):
                y = torch.sin(y + x[i, j, k])
            out[i, j] = y
    return out


@sized(lambda n: {"x": torch.randn(n, 3), "c": torch.randn(4)})
def polynomial_of_each(x, c):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        acc = 0.0
        for k in range(len(c)):
            acc = acc * x[i, 0] + c[k]
        out[i] = acc
    return out


@sized(lambda n: {"x": torch.rand(n) + 0.5, "tolerance": 1e-4})
def square_roots(x, tolerance):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        y = x[i]
        while (y * y - x[i]).abs() > tolerance:
            y = (y + x[i] / y) / 2
        out[i] = y
    return out


@sized(lambda n: {"x": torch.rand(n) + 0.5, "tolerance": 1e-3})
def square_roots_in_some_steps(x, tolerance):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        y = x[i]
        for _ in range(20):
            new = (y + x[i] / y) / 2
            if (new - y).abs() < tolerance:
                break
            y = new
        out[i] = y
    return out


@sized(lambda n: {"c": torch.complex(torch.randn(n), torch.randn(n))})
def escape_times(c):
    times = torch.zeros(len(c), dtype=torch.long)
    for i in range(len(c)):
        z = c[i] * 0
        for k in range(12):
            z = z * z + c[i]
            if z.abs() > 2:
                break
            times[i] = k
    return times


@sized(lambda n: {"x": torch.randint(1, 30, (n,))})
def steps_to_one(x):
    steps = torch.zeros(len(x), dtype=torch.long)
    for i in range(len(x)):
        v = x[i]
        count = 0
        while v != 1:
            v = torch.where(v % 2 == 0, v // 2, 3 * v + 1)
            count += 1
        steps[i] = count
    return steps


@sized(lambda n: {"parent": (torch.rand(n) * torch.arange(n)).long()})
def roots_of_trees(parent):
    root = torch.zeros_like(parent)
    for i in range(len(parent)):
        r = parent[i]
        while parent[r] != r:
            r = parent[r]
        root[i] = r
    return root


@sized(lambda n: {"x": torch.rand(n, 6)})
def first_passage(x):
    when = torch.full((len(x),), -1)
    for i in range(len(x)):
        level = torch.tensor(0.0)
        for t in range(x.shape[1]):
            level = torch.tanh(level) + x[i, t]
            if level > 1.2:
                when[i] = t
                break
    return when


@sized(lambda n: {"x": torch.rand(n) + 0.5})
def halved_until_small(x):
    out = torch.empty_like(x)
    for i in range(len(x)):
        y = x[i]
        while y > 0.1:
            y = y / 2
        out[i] = y
    return out


LINKS = [(0.5, 1.0), (0.25, -1.0), (0.1, 0.5)]


@sized(lambda n: {"joints": torch.randn(n, 3)})
def poses_of_chains(joints):
    poses = []
    for q in joints:
        pose = torch.eye(2)
        for theta, (a, d) in zip(q, LINKS):
            c, s = torch.cos(theta), torch.sin(theta)
            turn = torch.stack([torch.stack([c * a, -s]), torch.stack([s, c + d])])
            pose = pose @ turn
        poses.append(pose)
    return torch.stack(poses)
