"""Modules, and functions that only run on one item."""

import torch
from sized import sized
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(4, 3)
        self.outer = nn.Linear(3, 2)
        self.scale = nn.Parameter(torch.ones(3))

    def forward(self, x):
        return self.outer(torch.relu(self.inner(x)))


@sized(lambda n: {"net": Net(), "x": torch.randn(n, 4)})
def each_sample_alone(net, x):
    out = []
    for row in x:
        out.append(net(row))
    return torch.stack(out)


@sized(lambda n: {"net": Net(), "x": torch.randn(n, 4)})
def each_sample_as_a_batch_of_one(net, x):
    out = []
    for i in range(len(x)):
        out.append(net(x[i].unsqueeze(0)))
    return torch.cat(out)


@sized(lambda n: {"layer": nn.Linear(4, 3), "x": torch.randn(3, n, 4)})
def each_time_step(layer, x):
    out = []
    for t in range(x.size(1)):
        out.append(torch.tanh(layer(x[:, t, :])))
    return torch.stack(out, dim=1)


@sized(
    lambda n: {
        "q": torch.randn(5, 4 * n),
        "k": torch.randn(5, 4 * n),
        "v": torch.randn(5, 4 * n),
        "heads": 4,
    }
)
def attention_by_heads(q, k, v, heads):
    d = q.shape[-1] // heads
    out = []
    for i in range(heads):
        qi = q[:, i * d : (i + 1) * d]
        ki, vi = k[:, i * d : (i + 1) * d], v[:, i * d : (i + 1) * d]
        w = torch.softmax(qi @ ki.T / d**0.5, dim=-1)
        out.append(w @ vi)
    return torch.cat(out, dim=-1)


def polynomial(v):
    return (v**2).sum() * v


@sized(lambda n: {"x": torch.randn(n, 3)})
def jacobians(x):
    out = []
    for row in x:
        out.append(torch.autograd.functional.jacobian(polynomial, row))
    return torch.stack(out)


@sized(
    lambda n: {
        "net": torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Tanh()),
        "x": torch.randn(n, 3),
    }
)
def jacobians_of_a_network(net, x):
    out = []
    for row in x:
        out.append(torch.autograd.functional.jacobian(net, row))
    return torch.stack(out)


@sized(lambda n: {"w": torch.randn(2, 3), "x": torch.randn(n, 3)})
def functional_layer(w, x):
    out = []
    for row in x:
        out.append(torch.nn.functional.linear(row, w))
    return torch.stack(out)


class Holder:
    def __init__(self, n):
        self.x = torch.randn(n, 3)
        self.total = torch.zeros(3)


@sized(lambda n: {"holder": Holder(n)})
def sum_in_an_attribute(holder):
    for row in holder.x:
        holder.total = holder.total + row
    return holder.total


def far_from(v, w):
    return ((v - w) ** 2).sum()


@sized(lambda n: {"distance": far_from, "x": torch.randn(n, 3), "y": torch.randn(n, 3)})
def mapped_function_of_two(distance, x, y):
    out = []
    for a, b in zip(x, y):
        out.append(distance(a, b))
    return torch.stack(out)


@sized(lambda n: {"distance": far_from, "x": torch.randn(n, 3), "y": torch.randn(3)})
def mapped_with_one_fixed(distance, x, y):
    out = []
    for a in x:
        out.append(distance(a, y))
    return torch.stack(out)


@sized(lambda n: {"net": Net(), "x": torch.randn(n, 4)})
def a_batch_of_one_by_none(net, x):
    out = []
    for row in x:
        out.append(net(row[None]))
    return torch.stack(out)


@sized(lambda n: {"net": torch.nn.Linear(4, 3), "x": torch.randn(n, 4)})
def predicted_one_by_one(net, x):
    labels, sure = [], []
    for i in range(x.shape[0]):
        with torch.no_grad():
            out = net(x[i].unsqueeze(0))
        prob = torch.softmax(out, dim=1)
        conf, label = prob.max(dim=1)
        labels.append(label.item())
        sure.append(float(conf))
    return torch.tensor(labels), torch.tensor(sure)


@sized(lambda n: {"net": torch.nn.Linear(4, 3), "x": torch.randn(n, 4)})
def embedded_without_gradients(net, x):
    out = torch.zeros(len(x), 3)
    with torch.no_grad():
        for i, row in enumerate(x):
            out[i] = net(row)
    found = []
    for row in x:
        with torch.no_grad():
            found.append(net(row).tanh())
    return out, torch.stack(found)


@sized(lambda n: {"layer": torch.nn.Linear(4, 2), "frames": torch.randn(3, n, 5, 4)})
def each_frame_of_a_batch(layer, frames):
    return torch.stack([layer(frames[:, t]).relu() for t in range(frames.size(1))], dim=1)


class Parts(nn.Module):
    """Submodules that are called like methods of tensors."""

    def __init__(self):
        super().__init__()
        self.norm, self.max, self.std = nn.LayerNorm(4), nn.Linear(4, 3), nn.Tanh()
        self.sort = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 2)])
        self.dropout = nn.Dropout(0.5).eval()


@sized(lambda n: {"parts": Parts(), "x": torch.randn(n, 4)})
def a_submodule_called_norm(parts, x):
    out = []
    for row in x:
        out.append(torch.relu(parts.norm(row)))
    return torch.stack(out)


@sized(lambda n: {"self": Parts(), "frames": torch.randn(2, n, 4, dtype=torch.float32)})
def submodules_called_max_and_std(self, frames):
    peaks = torch.zeros(2, frames.shape[1], 3)
    for t in range(frames.shape[1]):
        peaks[:, t] = self.std(self.max(frames[:, t])) * 2
    return peaks


@sized(lambda n: {"parts": Parts(), "x": torch.randn(n, 5, 4)})
def an_item_of_submodules_called_sort(parts, x):
    return torch.stack([parts.sort[1](sample).sum(dim=0) for sample in x])


@sized(lambda n: {"parts": Parts(), "x": torch.randn(n, 4)})
def dropout_that_drops_nothing(parts, x):
    out = []
    for i in range(len(x)):
        out.append(parts.dropout(parts.norm(x[i])))
    return torch.stack(out)


@sized(
    lambda n: {
        "words": torch.randint(0, 9, (n,)),
        "others": torch.randint(0, 9, (n, 3)),
        "table": nn.Embedding(9, 4),
    }
)
def alike_words(words, others, table):
    total = 0
    for w, row in zip(words, others):
        v = table(w)
        for o in row:
            total = total + torch.dot(v, table(o))
    return total
