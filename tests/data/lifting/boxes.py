"""Extrema and counts of several columns at a row that is read from data."""

import torch
from sized import sized


@sized(lambda n: {"ids": torch.randint(0, 6, (n + 2, 7), dtype=torch.int32), "instances": 5})
def tight_boxes(ids, instances):
    height, width = ids.shape
    boxes = torch.tensor([[width, height, -1, -1]]).repeat(instances, 1)
    area = torch.zeros(instances, dtype=torch.long)
    for y in range(height):
        for x in range(width):
            k = int(ids[y, x]) - 1
            if k < 0:
                continue
            boxes[k, 0] = min(int(boxes[k, 0]), x)
            boxes[k, 1] = min(int(boxes[k, 1]), y)
            boxes[k, 2] = max(int(boxes[k, 2]), x)
            boxes[k, 3] = max(int(boxes[k, 3]), y)
            area[k] += 1
    return boxes, area


@sized(lambda n: {"prices": torch.randn(n), "day": torch.randint(0, 4, (n,)), "days": 4})
def lowest_and_highest_of_each_day(prices, day, days):
    span = torch.stack([torch.full((days,), 9.0), torch.full((days,), -9.0)], dim=1)
    for t, d in enumerate(day):
        span[d, 0] = torch.minimum(span[d, 0], prices[t])
        span[d, 1] = torch.maximum(span[d, 1], prices[t])
    return span


@sized(lambda n: {"x": torch.randn(n, 3), "group": torch.randint(0, 4, (n,)), "groups": 4})
def sums_and_counts_in_one_table(x, group, groups):
    table = torch.zeros(2, groups, 4)
    for i in range(len(x)):
        if x[i, 0] > 0:
            table[0, group[i], :3] += x[i]
            table[0, group[i], 3] += 1
    return table


@sized(lambda n: {"heights": torch.rand(n + 1, 4) * 9, "cells": torch.randint(0, 6, (n + 1, 4))})
def highest_point_of_each_cell(heights, cells):
    top = torch.zeros(6, dtype=torch.float64)
    for i in range(heights.shape[0]):
        for j in range(heights.shape[1]):
            c = cells[i, j]
            top[c] = max(top[c], heights[i, j])
    return top


@sized(lambda n: {"marks": torch.randint(0, 5, (n + 1, 6))})
def first_column_of_each_mark(marks):
    first = torch.full((5,), 99.0)
    for row in range(marks.shape[0]):
        for column in range(marks.shape[1]):
            m = marks[row, column].item()
            first[m] = min(first[m].item(), column)
    return first
