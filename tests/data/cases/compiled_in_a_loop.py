"""Calls a compiled function in a loop, compiles a loop, and changes a shape on the way.

Source: written for loopscope. Licence: Apache-2.0.
"""

import torch

compilations = []


def count(graph, example_inputs):
    compilations.append(len(graph.graph.nodes))
    return graph.forward


def make_inputs():
    return {"rows": torch.randn(30, 4)}


def loop(rows):
    @torch.compile(backend=count)
    def scale(row):
        return torch.sin(row) * row.sum()

    @torch.compile(backend=count)
    def fold(row):
        total = row[0]
        for k in range(1, 4):
            total = total * row[k]
        return total

    out = [scale(row) for row in rows]
    out += [fold(row) for row in rows]
    for width in (2, 3):
        for row in rows:
            out.append(scale(row[:width]))
    return out
