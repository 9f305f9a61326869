"""Sequences of differing length that are padded in front."""

import torch
from sized import sized


@sized(lambda n: {"prompts": [torch.randint(1, 9, (k % 4 + 1,)) for k in range(n + 1)], "pad": 0})
def left_padded(prompts, pad):
    longest = max(len(p) for p in prompts)
    ids = torch.full((len(prompts), longest), pad)
    keep = torch.zeros(len(prompts), longest, dtype=torch.bool)
    for row, prompt in enumerate(prompts):
        gap = longest - len(prompt)
        ids[row, gap:] = prompt
        keep[row, gap:] = True
    return ids, keep


@sized(lambda n: {"clips": [torch.randn(k % 3 + 1, 2) for k in range(n + 1)]})
def clips_at_the_end(clips):
    out = torch.zeros(len(clips), max(c.shape[0] for c in clips), 2)
    for k in range(len(clips)):
        out[k, -clips[k].shape[0] :] = clips[k]
    return out


@sized(lambda n: {"seqs": [torch.randn(k % 4 + 1) for k in range(n + 1)]})
def padded_up_to_width(seqs):
    out = torch.full((len(seqs), max(map(len, seqs))), -1.0)
    for i, s in enumerate(seqs):
        n = len(s)
        out[i, out.shape[1] - n :] = s
    return out
