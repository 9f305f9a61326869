"""Programs as they should be: nothing here is to be reported as a loop to rewrite."""

import copy
import random
import time

import torch
import torch.nn.functional as F
from torch import nn


def small_net():
    return nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5))


def made_batches():
    return [(torch.randn(32, 20), torch.randint(0, 5, (32,))) for _ in range(30)]


def evaluation_in_slices():
    net, x, y = small_net(), torch.randn(640, 20), torch.randint(0, 5, (640,))
    correct = 0
    for i in range(0, len(x), 32):
        logits = net(x[i : i + 32])
        correct += (logits.argmax(1) == y[i : i + 32]).sum().item()
    return correct


def evaluation_of_batches():
    net, batches, total = small_net(), made_batches(), 0.0
    with torch.no_grad():
        for xb, yb in batches:
            total += F.cross_entropy(net(xb), yb).item()
    return total


def evaluate(net, loader):
    found = []
    with torch.no_grad():
        for xb, _ in loader:
            found.append(net(xb).argmax(1))
    return torch.cat(found)


def evaluation_in_a_function():
    return evaluate(small_net(), made_batches())


def prediction_of_splits():
    net, out = small_net(), []
    for xb in torch.randn(640, 20).split(32):
        out.append(net(xb))
    return torch.cat(out)


def chain_of_layers():
    layers, x = nn.ModuleList([nn.Linear(16, 16) for _ in range(24)]), torch.randn(8, 16)
    for _ in range(5):
        h = x
        for layer in layers:
            h = torch.relu(layer(h))
    return h


def branches_of_a_net():
    wide = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 4))
    branches = nn.ModuleList([nn.Linear(16, 4), wide, nn.Linear(16, 4)])
    x = torch.randn(8, 16)
    for _ in range(12):
        y = torch.cat([branch(x) for branch in branches], 1)
    return y


def ragged_sentences():
    sentences = [[random.randint(0, 9) for _ in range(3 + k % 7)] for k in range(300)]
    return nn.utils.rnn.pad_sequence([torch.tensor(s) for s in sentences], batch_first=True)


def best_weights_kept():
    net = nn.Sequential(*[nn.Linear(8, 8) for _ in range(40)])
    best = {}
    for name, value in net.state_dict().items():
        best[name] = value.clone()
    return best


def training_with_an_optimizer():
    net = small_net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    losses = []
    for _ in range(20):
        loss = net(torch.randn(16, 20)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def training_by_hand():
    w = torch.randn(20, 5, requires_grad=True)
    x, y = torch.randn(64, 20), torch.randint(0, 5, (64,))
    for _ in range(40):
        F.cross_entropy(x @ w, y).backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
            w.grad = None
    return w


def functional_training():
    w = torch.randn(20, 5, requires_grad=True)
    x, y = torch.randn(64, 20), torch.randint(0, 5, (64,))
    for _ in range(40):
        (g,) = torch.autograd.grad(F.cross_entropy(x @ w, y), w)
        w = (w - 0.1 * g).detach().requires_grad_()
    return w


def accumulated_gradients():
    net, x = nn.Linear(20, 1), torch.randn(8, 16, 20)
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    for _ in range(5):
        optimizer.zero_grad()
        for k in range(8):
            (net(x[k]).mean() / 8).backward()
        optimizer.step()


def epochs_of_shuffled_slices():
    net, x = nn.Linear(20, 1), torch.randn(320, 20)
    optimizer = torch.optim.Adam(net.parameters())
    for _ in range(3):
        order = torch.randperm(320)
        for i in range(0, 320, 32):
            loss = net(x[order[i : i + 32]]).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return loss


def steps_on_made_up_data():
    w, total = torch.randn(20, 5), 0.0
    for _ in range(40):
        total += (torch.randn(64, 20) @ w).relu().mean().item()
    return total


def making_of_data():
    return [torch.randn(3, 8, 8) for _ in range(100)]


def initialization():
    net = nn.Sequential(*[nn.Linear(8, 8) for _ in range(40)])
    for module in net.modules():
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
    return net


def frozen_parameters():
    net = nn.Sequential(*[nn.Linear(8, 8) for _ in range(40)])
    count = 0
    for p in net.parameters():
        p.requires_grad_(False)
        count += p.numel()
    return count


def generation():
    embedding, head = nn.Embedding(50, 16), nn.Linear(16, 50)
    rnn = nn.GRU(16, 16, batch_first=True)
    token, state, out = torch.zeros(1, 1, dtype=torch.long), None, []
    with torch.no_grad():
        for _ in range(30):
            y, state = rnn(embedding(token), state)
            token = head(y[:, -1]).argmax(-1, keepdim=True)
            out.append(token)
    return torch.cat(out, 1)


def denoising():
    net = nn.Sequential(nn.Linear(17, 32), nn.SiLU(), nn.Linear(32, 16))
    x, betas = torch.randn(4, 16), torch.linspace(1e-4, 0.02, 30)
    with torch.no_grad():
        for t in reversed(range(30)):
            noise = net(torch.cat([x, torch.full((4, 1), t / 30)], 1))
            x = (x - betas[t] * noise) / (1 - betas[t]).sqrt()
    return x


def clipped_weights():
    net = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 1))
    optimizer = torch.optim.RMSprop(net.parameters())
    for _ in range(10):
        loss = net(torch.randn(16, 8)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        for p in net.parameters():
            p.data.clamp_(-0.01, 0.01)


def timing():
    x = torch.randn(32, 32)
    for _ in range(200):
        y = x @ x
    return y


def best_time_of_many():
    x, best = torch.randn(32, 32), float("inf")
    for _ in range(200):
        begun = time.perf_counter()
        x @ x
        best = min(best, time.perf_counter() - begun)
    return best


def clustering():
    x = torch.randn(500, 4)
    centers = x[:8].clone()
    for _ in range(15):
        nearest = torch.cdist(x, centers).argmin(1)
        sums = torch.zeros_like(centers).index_add_(0, nearest, x)
        centers = sums / torch.bincount(nearest, minlength=8).clamp(min=1)[:, None]
    return centers


def descent():
    x = torch.randn(10)
    for k in range(25):
        x = x - 0.1 * 2 * x / (1 + k)
    return x


class Deep(nn.Module):
    """Every layer has a head, and heads of further tasks have names."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(16, 16) for _ in range(10))
        self.heads = nn.ModuleList(nn.Linear(16, 5) for _ in range(10))
        self.tasks = nn.ModuleDict({f"task{k}": nn.Linear(16, 5 + k) for k in range(8)})

    def forward(self, x):
        outs = []
        for layer, head in zip(self.layers, self.heads, strict=True):
            x = torch.relu(layer(x))
            outs.append(head(x))
        return outs


def deep_supervision():
    net, x, y = Deep(), torch.randn(32, 16), torch.randint(0, 5, (32,))
    for _ in range(6):
        loss = 0.0
        for depth, out in enumerate(net(x), start=1):
            loss = loss + F.cross_entropy(out, y) * depth / 6
    return loss


def deep_supervision_of_a_named_list():
    net, x, y = Deep(), torch.randn(32, 16), torch.randint(0, 5, (32,))
    for _ in range(6):
        outs = net(x)
        loss = sum(F.cross_entropy(out, y) for out in outs)
        for i in range(len(outs)):
            loss = loss + outs[i].abs().mean()
    return loss


def averaged_checkpoints():
    net, states = Deep(), []
    for _ in range(4):
        states.append(copy.deepcopy(net.state_dict()))
    average = {}
    for key in states[0]:
        average[key] = torch.stack([s[key] for s in states]).mean(dim=0)
    soup = copy.deepcopy(states[0])
    for key in soup.keys():
        for s in states[1:]:
            soup[key] += s[key]
        soup[key] /= len(states)
    return {k: sum(s[k] for s in states) / len(states) for k in states[0]}


def average_of_states_so_far():
    net, average = Deep(), None
    for n in range(4):
        state = net.state_dict()
        if average is None:
            average = {k: v.clone() for k, v in state.items()}
        else:
            for k, v in state.items():
                average[k] = average[k] + (v - average[k]) / (n + 1)
    return average


def elastic_weights():
    net = Deep()
    old = {n: p.detach().clone() for n, p in net.named_parameters()}
    fisher = {n: torch.ones_like(p) for n, p in net.named_parameters()}
    penalty = 0
    for n, p in net.named_parameters():
        penalty = penalty + (fisher[n] * (p - old[n]) ** 2).sum()
    return penalty


def tasks_by_name():
    net, h, losses = Deep(), torch.randn(32, 16), {}
    for name, head in net.tasks.items():
        losses[name] = head(h).square().mean()
    return sum(losses.values())


def few_terms_of_a_loss():
    x = torch.randn(100)
    for _ in range(4):
        terms = [x.mean(), x.std(), x.norm(), x.var(), x.max(), x.min(), x.sum(), x.median()]
        loss = 0
        for weight, term in zip([0.1] * 8, terms, strict=True):
            loss = loss + weight * term
    return loss


def pyramid_of_pools():
    x = torch.randn(2, 3, 32, 32)
    for _ in range(5):
        outs = []
        for size in (1, 2, 3, 4, 5, 6, 7, 8):
            outs.append(F.adaptive_avg_pool2d(x, size).flatten(1))
        y = torch.cat(outs, 1)
    return y


def crops_of_student_and_teacher():
    net, crops = nn.Linear(16, 8), [torch.randn(32, 16) for _ in range(10)]
    for _ in range(3):
        student, teacher = [net(c) for c in crops], [net(c) for c in crops[:2]]
        total = 0
        for i, q in enumerate(teacher):
            for v in range(len(student)):
                if v != i:
                    total += (-q.softmax(-1) * student[v].log_softmax(-1)).sum(-1).mean()
    return total


PROGRAMS = [
    evaluation_in_slices,
    evaluation_of_batches,
    evaluation_in_a_function,
    prediction_of_splits,
    chain_of_layers,
    branches_of_a_net,
    ragged_sentences,
    best_weights_kept,
    training_with_an_optimizer,
    training_by_hand,
    functional_training,
    accumulated_gradients,
    epochs_of_shuffled_slices,
    steps_on_made_up_data,
    making_of_data,
    initialization,
    frozen_parameters,
    generation,
    denoising,
    clipped_weights,
    timing,
    best_time_of_many,
    clustering,
    descent,
    deep_supervision,
    deep_supervision_of_a_named_list,
    averaged_checkpoints,
    average_of_states_so_far,
    elastic_weights,
    tasks_by_name,
    few_terms_of_a_loss,
    pyramid_of_pools,
    crops_of_student_and_teacher,
]
