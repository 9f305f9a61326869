"""Stores into segments that lie one after the other, each as long as an item says."""

import torch
from sized import sized


def ends(n):
    return torch.cat([torch.zeros(1, dtype=torch.long), torch.randint(1, 9, (n,)).cumsum(0)])


@sized(lambda n: {"cu": ends(n), "chunk": 3})
def owner_and_place_of_chunks(cu, chunk):
    total = int(((cu.diff() + chunk - 1) // chunk).sum())
    owner = torch.full((total,), -1, dtype=torch.int64)
    local = torch.zeros(total, dtype=torch.int64)
    cursor = 0
    for i in range(len(cu) - 1):
        n = cu[i + 1].item() - cu[i].item()
        used = (n + chunk - 1) // chunk
        owner[cursor : cursor + used] = i
        local[cursor : cursor + used] = torch.arange(used)
        cursor += used
    return owner, local


@sized(lambda n: {"counts": torch.randint(0, 4, (n,))})
def graph_of_each_node(counts):
    batch = torch.zeros(int(counts.sum()), dtype=torch.long)
    at = 0
    for g, c in enumerate(counts.tolist()):
        batch[at : at + c] = g
        at += c
    return batch


@sized(lambda n: {"lengths": torch.randint(0, 4, (n,)), "pitch": torch.randn(n).double()})
def pitch_of_each_frame(lengths, pitch):
    frames = torch.zeros(int(lengths.sum()))
    begin = 0
    for k in range(len(lengths)):
        end = begin + lengths[k].item()
        frames[begin:end] = pitch[k]
        begin = end
    return frames


@sized(lambda n: {"lengths": torch.randint(1, 4, (n,))})
def positions_in_each_sequence(lengths):
    position = torch.full((int(lengths.sum()),), -1, dtype=torch.int32)
    at = 0
    for n in lengths.tolist():
        position[at : at + n] = torch.arange(n)
        at += n
    return position
