"""Lengths differ between iterations."""

import torch
from sized import sized
from torch.nn.utils.rnn import pad_sequence  # noqa: F401 (the rewrite uses what is imported)


@sized(lambda n: {"lengths": torch.randint(1, 9, (n,)), "T": 9})
def mask_of_lengths(lengths, T):
    mask = torch.zeros(len(lengths), T, dtype=torch.bool)
    for b, n in enumerate(lengths):
        mask[b, :n] = True
    return mask


@sized(lambda n: {"x": torch.randn(n, 6, 3), "lens": torch.randint(1, 7, (n,))})
def means_up_to_a_length(x, lens):
    out = torch.zeros(x.shape[0], x.shape[2])
    for i in range(x.shape[0]):
        out[i] = x[i, : lens[i]].mean(dim=0)
    return out


@sized(lambda n: {"x": torch.randn(n, 7), "lens": torch.randint(1, 8, (n,))})
def greatest_up_to_a_length(x, lens):
    out = []
    for row, n in zip(x, lens):
        out.append(row[:n].max())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 7), "lens": torch.randint(0, 8, (n,))})
def cleared_tails(x, lens):
    for i, n in enumerate(lens):
        x[i, n:] = 0
    return x


@sized(
    lambda n: {
        "images": torch.rand(n, 3, 10, 10),
        "ys": torch.randint(0, 6, (n,)),
        "xs": torch.randint(0, 6, (n,)),
        "size": 3,
    }
)
def squares_cut_out(images, ys, xs, size):
    for i in range(len(images)):
        y, x = ys[i], xs[i]
        images[i, :, y : y + size, x : x + size] = 0
    return images


@sized(lambda n: {"lens": [k % 4 + 1 for k in range(n)]})
def blocks_that_see_each_other(lens):
    total = sum(lens)
    mask = torch.zeros(total, total)
    start = 0
    for n in lens:
        mask[start : start + n, start : start + n] = 1
        start += n
    return mask


@sized(lambda n: {"parts": [torch.randn(k % 3 + 1, 4) for k in range(n)]})
def copied_one_behind_the_other(parts):
    total = sum(x.shape[0] for x in parts)
    out = torch.zeros(total, parts[0].shape[1])
    pos = 0
    for x in parts:
        out[pos : pos + x.shape[0]] = x
        pos += x.shape[0]
    return out


@sized(lambda n: {"parts": [torch.randn(3, 2) for k in range(n)]})
def blocks_on_the_diagonal(parts):
    out = torch.zeros(3 * len(parts), 2 * len(parts))
    r = 0
    c = 0
    for x in parts:
        out[r : r + x.shape[0], c : c + x.shape[1]] = x
        r += x.shape[0]
        c += x.shape[1]
    return out


@sized(lambda n: {"parts": [torch.randn(k % 5 + 1) for k in range(n)]})
def padded(parts):
    longest = max(len(x) for x in parts)
    out = torch.zeros(len(parts), longest)
    for i, x in enumerate(parts):
        out[i, : len(x)] = x
    return out


@sized(lambda n: {"parts": [torch.randn(k % 5 + 1, 2) for k in range(n)]})
def padded_with_another_number(parts):
    out = torch.full((len(parts), max(x.shape[0] for x in parts), 2), -1.0)
    for i, x in enumerate(parts):
        out[i, : x.shape[0]] = x
    return out


@sized(lambda n: {"x": torch.randn(n, 3), "reps": torch.randint(1, 4, (n,))})
def repeated_by_data(x, reps):
    out = []
    for v, k in zip(x, reps):
        for _ in range(k):
            out.append(v)
    return torch.stack(out)


@sized(lambda n: {"counts": torch.randint(0, 4, (n,))})
def owners_repeated(counts):
    owners = []
    for i in range(len(counts)):
        for _ in range(int(counts[i])):
            owners.append(i)
    return torch.tensor(owners)


@sized(lambda n: {"x": torch.randn(n), "counts": torch.randint(0, 4, (n,))})
def values_repeated(x, counts):
    return torch.stack([v * 2 for v, k in zip(x, counts.tolist()) for _ in range(k)])


@sized(lambda n: {"spans": torch.randint(0, 5, (n, 2)), "T": 12})
def spans_marked(spans, T):
    out = torch.zeros(len(spans), T)
    for i, (a, b) in enumerate(spans):
        out[i, a : a + b] = 2.0
    return out


@sized(lambda n: {"x": torch.randn(n, 6), "lens": torch.randint(1, 7, (n,))})
def softmax_up_to_a_length(x, lens):
    out = []
    for i in range(len(x)):
        out.append(torch.softmax(x[i, : lens[i]], dim=0).max())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 6), "lens": torch.randint(1, 7, (n,))})
def sums_divided_by_lengths(x, lens):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        part = x[i, : lens[i]]
        out[i] = (part * part).sum() / len(part)
    return out


@sized(lambda n: {"starts": torch.randint(0, 5, (n,)), "T": 9})
def covered_by_any(starts, T):
    out = torch.zeros(T)
    for s in starts:
        out[s : s + 3] = 1.0
    return out


@sized(lambda n: {"x": torch.randn(n, 6, 2), "lens": torch.randint(1, 7, (n,))})
def parts_computed_on(x, lens):
    out = []
    for i in range(len(x)):
        part = x[i, : lens[i]]
        out.append(torch.relu(part[:, 0] * 2).sum() + part[:, 1].exp().mean())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 6, 2), "lens": torch.randint(1, 7, (n,))})
def greatest_of_parts_by_column(x, lens):
    out = torch.zeros(len(x), 2)
    for i in range(len(x)):
        out[i] = x[i, : lens[i]].max(dim=0).values
    return out


@sized(
    lambda n: {
        "x": torch.randn(9, 6),
        "rows": torch.randint(0, 9, (n,)),
        "lens": torch.randint(1, 7, (n,)),
    }
)
def parts_of_chosen_rows(x, rows, lens):
    out = torch.zeros(len(rows))
    for k in range(len(rows)):
        out[k] = x[rows[k], : lens[k]].sum()
    return out


@sized(lambda n: {"x": torch.randn(n, 7), "v": torch.randn(n), "lens": torch.randint(0, 8, (n,))})
def heads_filled_with_a_value(x, v, lens):
    for i in range(len(x)):
        x[i, : lens[i]] = v[i]
    return x


@sized(lambda n: {"lens": torch.randint(0, 8, (n,)), "m": torch.randn(n) > 0})
def heads_marked_where_told(lens, m):
    out = torch.zeros(len(lens), 8)
    for i in range(len(lens)):
        if m[i]:
            out[i, : lens[i]] = 1
    return out


@sized(lambda n: {"parts": [torch.randint(0, 9, (k % 5 + 1,)) for k in range(n)]})
def padded_as_another_type(parts):
    out = torch.zeros(len(parts), max(x.numel() for x in parts))
    for i, x in enumerate(parts):
        out[i, : x.size(0)] = x
    return out


@sized(lambda n: {"parts": [torch.randn(k % 5 + 1) for k in range(n)]})
def sizes_of_parts(parts):
    out = torch.zeros(len(parts), dtype=torch.long)
    for i, x in enumerate(parts):
        out[i] = x.numel() + x.size(0) + len(x)
    return out


@sized(
    lambda n: {
        "preds": [torch.randn(3 + i % 4) for i in range(n)],
        "targets": [torch.randn(3 + i % 4) for i in range(n)],
    }
)
def loss_of_each_pair(preds, targets):
    losses = []
    for p, t in zip(preds, targets):
        losses.append(((p - t) ** 2).mean())
    return torch.stack(losses).mean()


@sized(lambda n: {"lengths": torch.randint(1, 6, (n,)), "width": 6})
def position_ids_from_the_left(lengths, width):
    mask = torch.zeros(len(lengths), width, dtype=torch.bool)
    ids = torch.zeros(len(lengths), width, dtype=torch.long)
    for i, n in enumerate(lengths.tolist()):
        mask[i, -n:] = True
        ids[i, -n:] = torch.arange(n)
    return mask, ids


@sized(lambda n: {"lengths": torch.randint(0, 7, (n,))})
def position_ids_from_the_right(lengths):
    ids = torch.full((len(lengths), 6), -1)
    for i in range(len(lengths)):
        n = int(lengths[i])
        ids[i, :n] = torch.arange(n)
    return ids


@sized(
    lambda n: {
        "hidden": torch.randn(9, 3),
        "start": torch.randint(0, 5, (n,)),
        "end": torch.randint(5, 9, (n,)),
    }
)
def means_of_spans(hidden, start, end):
    pooled = []
    for a, b in zip(start, end):
        pooled.append(hidden[a:b].mean(dim=0))
    return torch.stack(pooled)


@sized(lambda n: {"hidden": torch.randn(n, 4), "durations": torch.arange(n) % 3})
def regulated(hidden, durations):
    pieces = []
    for vec, dur in zip(hidden, durations):
        frames = int(dur.item())
        if frames == 0:
            continue
        pieces.append(vec.unsqueeze(0).expand(frames, -1))
    return torch.cat(pieces, 0)


@sized(lambda n: {"x": torch.randn(n, 4), "counts": [k % 3 + 1 for k in range(n)]})
def repeated_by_a_list(x, counts):
    return torch.cat([x[i].repeat(counts[i], 1) for i in range(len(counts))])


@sized(
    lambda n: {
        "x": torch.randn(n, 4),
        "keep": torch.arange(n) % 2 > 0,
        "times": torch.arange(n) % 3,
    }
)
def repeated_where(x, keep, times):
    parts = []
    for i in range(len(x)):
        if keep[i]:
            parts.append((x[i] * 2).expand(times[i], 4))
    return torch.cat(parts)


def cut_attention(n):
    q, k, v = (torch.randn(n, 6, 2, 5) for _ in range(3))
    return {"q": q, "k": k, "v": v, "lengths": torch.randint(1, 7, (n,)), "slope": torch.rand(2)}


@sized(cut_attention)
def attention_to_the_keys_of_each_sample(q, k, v, lengths, slope):
    batch, steps, heads, dim = q.shape
    mixed = torch.zeros_like(q)
    place = torch.arange(steps)
    for b in range(batch):
        valid = int(lengths[b])
        for h in range(heads):
            keys, content = k[b, :valid, h], v[b, :valid, h]
            scores = q[b, :, h] @ keys.T / dim**0.5
            scores = scores - slope[h] * (place[:, None] - place[:valid]).abs()
            weight = scores.softmax(dim=-1)
            mixed[b, :, h] = weight @ content
    return mixed


@sized(
    lambda n: {
        "x": torch.randn(3, n, 6, dtype=torch.float64),
        "counts": torch.randint(1, 7, (n,)),
    }
)
def peaks_in_front_of_each_end(x, counts):
    peaks = torch.zeros(3, x.size(1), dtype=torch.float64)
    for channel in range(3):
        for i in range(x.size(1)):
            peaks[channel, i] = x[channel, i, : counts[i]].max()
    return peaks


@sized(
    lambda n: {
        "x": torch.randn(2, 6, n),
        "y": torch.randn(6, 2, n),
        "counts": torch.randint(1, 7, (n,)),
    }
)
def products_of_columns_of_each_length(x, y, counts):
    out = []
    for i in range(len(counts)):
        left, right = x[:, : counts[i], i], y[: counts[i], :, i]
        out.append(left @ right)
    return torch.stack(out)
