"""Rows of which each iteration changes those items that a mask of its own holds."""

import torch
from sized import sized


@sized(lambda n: {"logits": torch.randn(n, 12), "top_k": 3})
def top_k_filter(logits, top_k):
    logits = logits.clone()
    i = 0
    while i < logits.shape[0]:
        kth = torch.topk(logits[i], top_k)[0][-1]
        remove = logits[i] < kth
        logits[i][remove] = -float("inf")
        i += 1
    return logits


@sized(lambda n: {"x": torch.randn(n, 5)})
def clipped_rows(x):
    out = x.clone()
    for b in range(len(out)):
        low = out[b] < out[b].mean()
        out[b, low] = 0
    return out


@sized(lambda n: {"scores": torch.rand(n, 6), "labels": torch.randint(0, 3, (n, 6))})
def damped_background(scores, labels):
    for row, kind in zip(scores, labels):
        row[kind == 0] *= 0.5
    return scores


@sized(lambda n: {"x": torch.randn(n, 6), "keep": torch.rand(n) > 0.5})
def masked_rows_under_a_test(x, keep):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        if keep[i]:
            out[i][x[i] > 0] = 1
    return out
