"""Several stores to one place, each to fields of its own."""

import torch
from sized import sized


def boxes(n):
    cell = torch.randperm(4 * n)[:n]
    return {"cell": torch.stack([cell // 4, cell % 4], dim=1), "box": torch.rand(n, 4) + 0.1}


@sized(lambda n: {**boxes(n), "target": torch.zeros(n, 4, 6)})
def fields_of_each_cell(cell, box, target):
    for k in range(len(box)):
        gy, gx = cell[k]
        target[gy, gx, 0] = box[k, 0] * 2
        target[gy, gx, 1] = box[k, 1] - 1
        target[gy, gx, 2:4] = torch.log(box[k, 2:])
        target[gy, gx, 4] = 1.0
    return target


@sized(lambda n: {**boxes(n), "n": n})
def channels_of_each_cell(cell, box, n):
    grid = torch.zeros(5, n, 4)
    for (row, col), b in zip(cell.tolist(), box):
        grid[0, row, col] = 1
        grid[1:3, row, col] = b[:2]
        grid[-2, row, col] = b[2].sqrt()
        grid[-1, row, col] = b[3].sqrt()
    return grid


@sized(lambda n: {**boxes(n), "n": n})
def fields_of_cells_with_large_boxes(cell, box, n):
    found = torch.zeros(n, 4, 5)
    for k in range(len(box)):
        if box[k, 2] > 0.5:
            found[cell[k, 0], cell[k, 1], :-1] = box[k]
            found[cell[k, 0], cell[k, 1], -1] += 1
    return found
