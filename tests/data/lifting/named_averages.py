"""Averages of tensors by name, made anew: of a state dict, or of a module's parameters."""

import torch
from sized import sized


def a_state(n):
    """Floating-point tensors of several sizes, and counters."""
    held = {f"w{k}": torch.randn(2 + k % 3, 4) for k in range(n)}
    return held | {f"steps{k}": torch.tensor(k) for k in range(n)}


class Average:
    def __init__(self, shadow, decay):
        self.shadow, self.decay = shadow, decay


@sized(lambda n: {"self": Average(a_state(n), 0.9), "state": a_state(n)})
def counters_are_copied(self, state):
    for key, value in state.items():
        if value.is_floating_point():
            self.shadow[key] = self.decay * self.shadow[key] + (1.0 - self.decay) * value
        else:
            self.shadow[key] = value.clone()
    return self.shadow


@sized(lambda n: {"ema": a_state(n), "new": a_state(n), "beta": 0.25})
def counters_are_taken_over(ema, new, beta):
    for k, v in new.items():
        if not v.dtype.is_floating_point:
            ema[k] = v
            continue
        ema[k] = (1 - beta) * v + ema[k] * beta
    return ema


@sized(lambda n: {"net": torch.nn.ModuleList(torch.nn.Linear(3, 2) for _ in range(n)), "d": 0.99})
@torch.no_grad()
def of_parameters(net, d):
    shadow = {name: p.detach() / 2 for name, p in net.named_parameters()}
    for name, param in net.named_parameters():
        if param.requires_grad:
            assert name in shadow
            new_average = (1.0 - d) * param.data + d * shadow[name]
            shadow[name] = new_average.clone()
    return shadow


@sized(lambda n: {"total": a_state(n), "state": a_state(n), "weight": 0.3})
def weighted_sum_of_states(total, state, weight):
    for k, v in state.items():
        if v.dtype.is_floating_point:
            total[k] = total[k] + weight * v
    return total


@sized(lambda n: {"mine": {f"w{k}": torch.randn(2 + k % 3) for k in range(n)}, "t": 0.1})
def towards_another_dict(mine, t):
    target = {k: v + 1 for k, v in mine.items()}
    for key in target:
        target[key] = t * mine[key] + (1 - t) * target[key]
    return target
