"""Variables that some iterations turn over."""

import torch
from sized import sized


def inside(x, y, polygon):
    odd = False
    j = len(polygon) - 1
    for i in range(len(polygon)):
        xi, yi = polygon[i]
        xj, yj = polygon[j]
        if (yi > y) != (yj > y) and x < (xj - xi) * (y - yi) / (yj - yi) + xi:
            odd = not odd
        j = i
    return odd


@sized(lambda n: {"points": torch.rand(n, 2), "polygon": torch.rand(7, 2)})
def points_in_a_polygon(points, polygon):
    flags = []
    for x, y in points:
        flags.append(inside(x, y, polygon))
    return torch.tensor(flags)


@sized(lambda n: {"rings": torch.rand(n, 6, 2)})
def areas_of_rings(rings):
    areas = torch.zeros(len(rings))
    for b in range(len(rings)):
        area = 0.0
        last = rings.shape[1] - 1
        for k in range(rings.shape[1]):
            area += rings[b, last, 0] * rings[b, k, 1] - rings[b, k, 0] * rings[b, last, 1]
            last = k
        areas[b] = area / 2
    return areas


@sized(lambda n: {"x": torch.rand(n, 3)})
def gaps_to_the_row_before(x):
    out = torch.zeros(len(x))
    before = 0
    for k in range(1, len(x)):
        out[k] = (x[k] - x[before]).norm()
        before = k
    return out


@sized(lambda n: {"signal": torch.randn(n)})
def even_number_of_crossings(signal):
    even = True
    for k in range(1, len(signal)):
        if (signal[k] > 0) != (signal[k - 1] > 0):
            even = not even
    return even


@sized(lambda n: {"bits": torch.randint(0, 2, (n, 9))})
def parity_of_each_word(bits):
    parities = torch.zeros(len(bits), dtype=torch.long)
    for i, word in enumerate(bits):
        parity = 0
        for bit in word:
            if bit == 1:
                parity = 1 - parity
        parities[i] = parity
    return parities


@sized(lambda n: {"words": torch.randint(0, 2, (n, 9))})
def odd_parity_bit_of_each_word(words):
    out = []
    for word in words:
        p = 1
        for bit in word:
            if bit.item() > 0:
                p ^= 1
        out.append(p)
    return torch.tensor(out)


@sized(lambda n: {"rows": torch.randn(n, 5)})
def sign_of_each_product(rows):
    signs = []
    for row in rows:
        sign = 1
        for v in row:
            if v < 0:
                sign = -sign
        signs.append(sign)
    return torch.tensor(signs)


@sized(lambda n: {"tokens": torch.randint(0, 4, (n,)), "quote": 2})
def positions_inside_quotes(tokens, quote):
    quoted = False
    mask = torch.zeros(len(tokens), dtype=torch.bool)
    for i, t in enumerate(tokens):
        if t == quote:
            quoted = not quoted
        mask[i] = quoted
    return mask


@sized(lambda n: {"tokens": torch.randint(0, 4, (n,)), "quote": 2})
def number_inside_quotes(tokens, quote):
    quoted = False
    count = 0
    for t in tokens:
        if t == quote:
            quoted = not quoted
        elif quoted:
            count += 1
    return count


@sized(lambda n: {"perm": torch.randperm(n)})
def permutation_is_even(perm):
    even = True
    for i in range(len(perm)):
        for j in range(i + 1, len(perm)):
            if perm[i] > perm[j]:
                even = not even
    return even


@sized(lambda n: {"hits": torch.rand(n) > 0.5, "flag": True})
def turned_by_each_hit(hits, flag):
    for hit in hits:
        flag ^= bool(hit)
    return flag


@sized(lambda n: {"a": torch.randn(n), "b": torch.randn(5)})
def odd_number_of_greater_pairs(a, b):
    odd = False
    for x in a:
        for y in b:
            if x > y:
                odd = not odd
    return odd
