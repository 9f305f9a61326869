"""Lists of dicts: what the loop reads of each of them is a list for each key."""

import torch
from sized import sized
from torch import nn


def batch(n):
    return [
        {"image": torch.randn(3, 2), "label": k % 4, "bbox": [float(k), 2.0, 3.0, 1.5 * k]}
        for k in range(n)
    ]


@sized(lambda n: {"batch": batch(n + 1)})
def collated(batch):
    images, labels = [], []
    for s in batch:
        images.append(s["image"] * 2)
        labels.append(s["label"])
    return torch.stack(images), torch.tensor(labels)


@sized(lambda n: {"batch": batch(n + 1)})
def areas(batch):
    out = torch.zeros(len(batch))
    for i, s in enumerate(batch):
        x, y, w, h = s["bbox"]
        out[i] = w * h
    return out


@sized(lambda n: {"batch": batch(n + 1)})
def deviations(batch):
    total = 0
    for s in batch:
        img = s["image"]
        total = total + ((img - img.mean()) ** 2).mean() * s["label"]
    return total


@sized(lambda n: {"batch": batch(n + 1), "w": torch.randn(3)})
def by_comprehension(batch, w):
    return torch.stack([sample["image"].mean(dim=1) * w for sample in batch])


@sized(lambda n: {"batch": batch(n + 1)})
def by_number(batch):
    rows = []
    for i in range(len(batch)):
        rows.append(batch[i]["image"].flatten() * batch[i]["label"])
    return torch.stack(rows)


@sized(
    lambda n: {
        "boxes": torch.randn(n, 4),
        "image": torch.randint(0, 3, (n,)),
        "meta": [{"gain": 0.5 + k, "pad": (float(k), 2.0)} for k in range(3)],
    }
)
def moved_back(boxes, image, meta):
    out = torch.zeros_like(boxes)
    for i in range(len(boxes)):
        info = meta[int(image[i])]
        out[i] = (boxes[i] - info["pad"][0]) / info["gain"]
    return out


@sized(
    lambda n: {
        "a": [{"x": torch.randn(4)} for _ in range(n + 1)],
        "b": [{"y": torch.randn(4)} for _ in range(n + 1)],
    }
)
def two_lists(a, b):
    total = 0
    for p, q in zip(a, b):
        total = total + (p["x"] - q["y"]).abs().sum()
    return total


@sized(lambda n: {"batch": [{"ids": list(range(k % 5 + 1))} for k in range(n + 1)]})
def padded(batch):
    longest = max(len(s["ids"]) for s in batch)
    out = torch.zeros(len(batch), longest, dtype=torch.long)
    for i, s in enumerate(batch):
        out[i, : len(s["ids"])] = torch.tensor(s["ids"])
    return out


@sized(lambda n: {"preds": [{"boxes": torch.randn(5, 4), "scores": torch.rand(5)}] * (n + 1)})
def best_boxes(preds):
    found = []
    for p in preds:
        found.append(p["boxes"][p["scores"].argmax()])
    return torch.stack(found)


@sized(lambda n: {"batch": batch(n + 1)})
def kept_by_key(batch):
    out = {"image": [], "label": []}
    for s in batch:
        out["image"].append(s["image"] / 2)
        out["label"].append(s["label"])
    return {"image": torch.stack(out["image"]), "label": torch.tensor(out["label"])}


class Sample:
    def __init__(self, x, y):
        self.x, self.y = x, y


@sized(lambda n: {"data": [Sample(torch.randn(4), torch.randn(1)) for _ in range(n + 1)]})
def of_objects(data):
    total = 0
    for s in data:
        total = total + (s.x.sum() - s.y[0]) ** 2
    return total


@sized(lambda n: {"data": [Sample(torch.randn(4), torch.randn(1)) for _ in range(n)]})
def of_objects_by_number(data):
    rows = []
    for i in range(len(data)):
        d = data[i]
        rows.append(d.x * d.y)
    return torch.stack(rows)


@sized(lambda n: {"layers": nn.ModuleList([nn.Linear(3, 2) for _ in range(n + 1)])})
def of_modules(layers):
    total = 0
    for layer in layers:
        total = total + (layer.weight**2).sum()
    return total


def overlap(a, b):
    return torch.minimum(a[1], b[1]) - torch.maximum(a[0], b[0])


@sized(
    lambda n: {
        "annotations": [{"span": torch.rand(2), "weight": 0.5 + k} for k in range(n + 1)],
        "window": torch.tensor([0.2, 0.7]),
    }
)
def shared_with_a_window(annotations, window):
    kept = torch.zeros(len(annotations))
    for i, ann in enumerate(annotations):
        shared = overlap(ann["span"], window)
        if shared > 0.1:
            kept[i] = shared * ann["weight"]
    return kept
