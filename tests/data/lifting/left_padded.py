"""Rows that are filled from behind: what each holds ends at the last place."""

import torch
from sized import sized


@sized(lambda n: {"mask": (torch.arange(6) >= torch.randint(0, 6, (n, 1))).long()})
def positions_of_left_padded_tokens(mask):
    batch, length = mask.shape
    positions = torch.ones((batch, length), dtype=torch.long)
    for b in range(batch):
        count = mask[b].sum().item()
        positions[b, length - count :] = torch.arange(count)
    return positions
