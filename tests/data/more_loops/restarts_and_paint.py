"""Loops as users ask about them: what starts anew, what lies over the other, what is fed back."""

import torch
from torch import nn

torch.manual_seed(4)
DONE = torch.rand(60) < 0.2
GAIN = torch.randn(60)
MASKS = torch.rand(20, 6, 7) < 0.2
FRAMES = torch.randn(20, 12)
TOKENS = torch.randint(0, 30, (12, 10))
SCORES = torch.randn(12, 30)
PAST = torch.randn(2, 40, 3)
BEAMS = torch.randint(0, 40, (40,))
A, B = torch.randn(40, 15, 4), torch.randn(40, 15, 4)
LENGTHS = torch.randint(1, 15, (40,))
MODEL = nn.Sequential(*[nn.Linear(4, 4) for _ in range(12)])
SHADOW = {name: p.detach() * 2 for name, p in MODEL.named_parameters()}
POINTS = torch.rand(60, 3) + 0.1


def positions_in_a_pack(starts=DONE):
    """a: torch.cummax, torch.cumsum"""
    out = torch.zeros(len(starts), dtype=torch.long)
    p = 0
    for i in range(len(starts)):  # LOOP
        if starts[i]:
            p = 0
        out[i] = p
        p += 1
    return out


def totals_of_episodes(gain=GAIN, done=DONE):
    """b: Tensor.index_add_, torch.cumsum"""
    totals, total = [], 0.0
    for t in range(len(gain)):  # LOOP
        total += gain[t].item()
        if done[t]:
            totals.append(total)
            total = 0.0
    return totals


def label_map(masks=MASKS):
    """c: torch.where, torch.amax, advanced_indexing, torch.masked_fill"""
    labels = torch.zeros(6, 7, dtype=torch.long)
    for k in range(len(masks)):  # LOOP
        labels[masks[k]] = k + 1
    return labels


def overlapping_frames(frames=FRAMES, hop=5):
    """d: torch.index_add, torch.nn.functional.fold"""
    signal = torch.zeros((len(frames) - 1) * hop + frames.shape[1])
    for i in range(len(frames)):  # LOOP
        signal[i * hop : i * hop + frames.shape[1]] += frames[i]
    return signal


def penalty_on_what_was_said(tokens=TOKENS, scores=SCORES, penalty=1.3):
    """e: torch.gather, Tensor.scatter_, torch.where, advanced_indexing, Tensor.index_put_"""
    scores = scores.clone()
    for i in range(len(scores)):  # LOOP
        for token in set(tokens[i].tolist()):
            if scores[i, token] < 0:
                scores[i, token] *= penalty
            else:
                scores[i, token] /= penalty
    return scores


def beams_picked(past=PAST, beams=BEAMS):
    """f: advanced_indexing, torch.index_select"""
    kept = []
    for b in beams:  # LOOP
        kept.append(past[:, b].unsqueeze(1))
    return torch.cat(kept, dim=1)


def loss_up_to_each_length(a=A, b=B, lengths=LENGTHS):
    """g: torch.sum, torch.mean, torch.where"""
    loss = 0
    for i in range(len(a)):  # LOOP
        n = lengths[i].item()
        loss = loss + torch.nn.functional.l1_loss(a[i, :n], b[i, :n])
    return loss / len(a)


def average_by_name(model=MODEL, shadow=SHADOW, decay=0.9):
    """h: torch._foreach_mul_, torch._foreach_add_, torch._foreach_lerp_"""
    with torch.no_grad():
        for name, p in model.named_parameters():  # LOOP
            shadow[name].mul_(decay).add_(p, alpha=1 - decay)
    return [*shadow.values()]


def nearest_of_each_cell(points=POINTS, size=5):
    """i: torch.scatter_reduce, Tensor.index_reduce_, torch.minimum"""
    depth = torch.full((size, size), 9.0)
    for x, y, z in points:  # LOOP
        u, v = int(x * (size - 1)), int(y * (size - 1))
        if z < depth[v, u]:
            depth[v, u] = z
    return depth


def fed_back_error(x=GAIN):
    """j (advice): torch.compile"""
    bits = torch.zeros_like(x)
    error = torch.zeros(())
    for i in range(len(x)):  # LOOP
        wanted = x[i] + error
        bits[i] = torch.where(wanted >= 0, 1.0, -1.0)
        error = wanted - bits[i]
    return bits


def table_that_is_read_elsewhere(values=GAIN, states=BEAMS, after=BEAMS.flip(0)):
    """k (advice): torch.compile, keep_as_is"""
    values = values.clone()
    for s, s2 in zip(states, after):  # LOOP
        values[s] += 0.1 * (0.9 * values[s2] - values[s])
    return values
