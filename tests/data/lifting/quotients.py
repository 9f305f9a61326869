"""A place in a flattened tensor, divided into its row and column."""

import torch
from sized import sized


@sized(lambda n: {"maps": torch.rand(n, 2, 5, 4)})
def peaks_of_each_map(maps):
    n, k, height, width = maps.shape
    coords = torch.zeros(n, k, 2)
    for i in range(n):
        for j in range(k):
            py, px = divmod(int(maps[i, j].argmax()), width)
            coords[i, j, 0], coords[i, j, 1] = px, py
    return coords


@sized(lambda n: {"heat": torch.rand(n, 5, 3)})
def rows_and_columns_of_peaks(heat):
    rows, cols = [], []
    for frame in heat:
        where = divmod(frame.argmax().item(), frame.shape[1])
        rows.append(where[0])
        cols.append(where[1])
    return torch.tensor(rows), torch.tensor(cols)


@sized(lambda n: {"grid": torch.rand(n, 4), "width": 4})
def doubled_by_row_and_column(grid, width):
    out = torch.zeros(grid.numel())
    for k in range(grid.numel()):
        row, col = divmod(k, width)
        out[k] = grid[row, col] * 2
    return out


@sized(lambda n: {"heat": torch.rand(n, 6, 5)})
def peaks_moved_to_the_higher_neighbour(heat):
    n, height, width = heat.shape
    found = torch.zeros(n, 2)
    for i in range(n):
        h = heat[i]
        y, x = divmod(int(h.argmax()), width)
        found[i, 0], found[i, 1] = x, y
        if x > 0:
            found[i, 0] += torch.sign(h[y][x] - h[y][x - 1]) * 0.25
    return found
