"""Dicts as tables, and membership in sets, lists and dicts."""

import torch
from sized import sized


@sized(
    lambda n: {
        "seg": torch.randint(0, 5, (n, 4)),
        "colors": {k: torch.randint(0, 256, (3,), dtype=torch.uint8) for k in range(5)},
    }
)
def palette(seg, colors):
    h, w = seg.shape
    rgb = torch.zeros(3, h, w, dtype=torch.uint8)
    for y in range(h):
        for x in range(w):
            label = seg[y][x].item()
            rgb[:, y, x] = colors[label]
    return rgb


@sized(lambda n: {"labels": torch.randint(0, 9, (n,)), "ids": {1: 0, 4: 1, 7: 2}, "ignore": 255})
def remapped_labels(labels, ids, ignore):
    remapped = torch.empty_like(labels)
    for idx in range(labels.shape[0]):
        key = int(labels[idx])
        if key in ids:
            remapped[idx] = ids[key]
        else:
            remapped[idx] = ignore
    return remapped


@sized(lambda n: {"words": torch.randint(0, 9, (n,)), "vocab": {2: 10, 5: 11, 8: 12}})
def encoded_words(words, vocab):
    out = []
    for w in words:
        out.append(vocab.get(w.item(), 0))
    return torch.tensor(out)


@sized(lambda n: {"y": torch.randint(0, 3, (n,)), "weight": {0: 0.5, 1: 2.0, 2: 1.0}})
def class_weights(y, weight):
    return torch.tensor([weight[t] for t in y.tolist()])


@sized(
    lambda n: {
        "mask": torch.randint(0, 3, (n, 4)),
        "rgb": {0: (0, 0, 0), 1: (9, 0, 0), 2: (1, 2, 3)},
    }
)
def painted(mask, rgb):
    out = torch.zeros(*mask.shape, 3, dtype=torch.uint8)
    for i in range(mask.shape[0]):
        for j in range(mask.shape[1]):
            out[i, j] = torch.tensor(rgb[int(mask[i, j])])
    return out


@sized(lambda n: {"x": torch.randint(0, 12, (n,)), "stop": torch.tensor([1, 4, 6])})
def in_a_set(x, stop):
    special = set(stop.tolist())
    out = []
    for v in x:
        out.append(v.item() in special)
    return torch.tensor(out)


@sized(lambda n: {"ids": torch.randint(0, 12, (n,)), "stop": [1, 4, 6]})
def tokens_that_are_kept(ids, stop):
    kept = []
    for t in ids.tolist():
        if t not in stop:
            kept.append(t)
    return torch.tensor(kept)


@sized(lambda n: {"ids": torch.randint(0, 12, (n,)), "known": {3: "a", 4: "b"}})
def known_ids(ids, known):
    count = 0
    for i in range(len(ids)):
        if int(ids[i]) in known:
            count += 1
    return count
