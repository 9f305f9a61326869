"""Loops that stay, with the tensor work that waits for no other step before them."""

import torch
from sized import sized


@sized(lambda n: {"losses": torch.rand(5 * n), "patience": 4})
def early_stopping(losses, patience):
    best, best_epoch, waited = float("inf"), 0, 0
    stopped = len(losses) - 1
    for epoch, loss in enumerate(losses):
        if loss.item() < best:
            best = loss.item()
            best_epoch = epoch
            waited = 0
        else:
            waited += 1
            if waited >= patience:
                stopped = epoch
                break
    return stopped, best_epoch, best


@sized(lambda n: {"tokens": torch.randint(0, 4, (4 * n,)), "blank": 0})
def collapsed_repeats(tokens, blank):
    out = []
    previous = None
    for i in range(len(tokens)):
        t = tokens[i].item()
        if t != blank and t != previous:
            out.append(t)
        previous = t
    return out, previous


@sized(lambda n: {"x": torch.rand(4 * n), "high": 0.7, "low": 0.3})
def with_hysteresis(x, high, low):
    state = False
    out = []
    for v in x:
        if state:
            if v < low:
                state = False
        elif v > high:
            state = True
        out.append(state)
    return out, state


@sized(lambda n: {"x": torch.randn(n, 3), "centers": torch.randn(4, 3), "names": list("abcd")})
def groups_by_name(x, centers, names):
    groups = {}
    for i in range(len(x)):
        d = ((centers - x[i]) ** 2).sum(1)
        k = int(d.argmin())
        groups.setdefault(names[k], []).append(f"item{i}")
    return groups, len(x)


@sized(lambda n: {"cost": torch.rand(4 * n), "value": torch.rand(4 * n), "most": 3.0})
def within_a_budget(cost, value, most):
    chosen, spent = [], 0.0
    for i in range(len(cost)):
        if value[i] > 0.5 and spent + cost[i].item() <= most:
            chosen.append(i)
            spent += cost[i].item()
    return chosen, spent


@sized(lambda n: {"x": torch.randn(n, 6), "vocab": ["a", "bb", "c", "d", "e", "f"]})
def greedy_words(x, vocab):
    words = []
    for row in x:
        best = row.argmax()
        words.append(vocab[best.item()])
    return " ".join(words), len(words)


@sized(lambda n: {"x": torch.randn(n, 4), "names": [f"p{k}" for k in range(60)], "least": 1.5})
def by_name_where_large(x, names, least):
    found = {}
    for i, row in enumerate(x):
        score = row.norm()
        if score > least and row[0] > 0:
            found[names[i]] = score.item()
    return found, len(x)


@sized(lambda n: {"mask": torch.rand(4 * n) < 0.5})
def runs_of_true(mask):
    out = []
    start = None
    for i in range(len(mask)):
        if mask[i] and start is None:
            start = i
        elif not mask[i] and start is not None:
            out.append((start, i))
            start = None
    return out, start


@sized(lambda n: {"frames": torch.rand(n, 8), "ratio": 0.9})
def key_frames(frames, ratio):
    last = None
    kept = []
    for frame in frames:
        energy = (frame**2).mean()
        if last is None or energy.item() > ratio * last:
            kept.append(frame)
            last = energy.item()
    return torch.stack(kept), last


@sized(lambda n: {"logits": torch.randn(n, 5), "vocab": list("abcde")})
def words_by_step(logits, vocab):
    words = []
    for step in range(logits.shape[0]):
        best = logits[step].argmax()
        words.append(vocab[int(best)])
    return " ".join(words), len(words)


@sized(lambda n: {"cost": torch.rand(4 * n), "most": 3.0})
def the_step_is_read_later(cost, most):
    spent = []
    for k in range(1, len(cost)):
        spent.append(cost[k].item())
        if sum(spent) > most:
            break
    return k, spent


@sized(lambda n: {"x": torch.rand(n), "decay": 0.5})
def all_waits_for_the_last_step(x, decay):
    """no work that waits for no other step"""
    state = torch.zeros(())
    for v in x:
        state = torch.sin(state * decay + v)
    return state, decay


@sized(lambda n: {"x": torch.rand(4 * n, 3)})
def changed_through_a_view(x):
    """no work that waits for no other step"""
    counts = []
    for i in range(len(x)):
        row = x[i]
        first = row[0]
        first += x[i].sum().abs()
        counts.append((x[i, 1] > 0.5).item())
    return counts


@sized(lambda n: {"x": torch.rand(4 * n, 3), "y": torch.rand(4 * n)})
def changed_after_it_is_made(x, y):
    counts = []
    for i in range(len(x)):
        row = x[i] * 2
        row += y[i]
        counts.append((row[0] > 1).item() and (x[i, 1] > 0.5).item())
    return counts


@sized(lambda n: {"x": torch.rand(4 * n), "y": torch.rand(4 * n)})
def items_of_what_is_changed(x, y):
    """no work that waits for no other step"""
    counts = []
    for v, u in zip(x, y):
        counts.append((v > 0.5).item())
        x[1:] += u
    return counts


@sized(lambda n: {"x": torch.randn(n, 4), "labels": torch.arange(n) % 2})
def temporaries_of_what_went_before(x, labels):
    losses = []
    loss = 0.0
    for i in range(len(x)):
        d = (x[i] - x).pow(2).sum(1)
        same = labels == labels[i]
        nearest = d[~same].min()
        loss = loss + (d[same].max() - nearest).relu()
        losses.append(float(loss))
    return losses
