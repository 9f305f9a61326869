"""Sequences copied into a padded tensor are pad_sequence."""

import torch
from torch.nn.utils.rnn import pad_sequence


def inputs(n=400):
    return {"seqs": [torch.rand(1 + k % 9) for k in range(n)]}


def slow(seqs):
    out = torch.zeros(len(seqs), max([len(s) for s in seqs]))
    for i, s in enumerate(seqs):  # expect: LS402
        out[i, : len(s)] = s
    return out


def fast(seqs):
    return pad_sequence(seqs, batch_first=True)


def fine(seqs):
    """One number for each sequence: nothing is padded."""
    out = torch.zeros(len(seqs))
    for i, s in enumerate(seqs):
        out[i] = s.sum()
    return out
