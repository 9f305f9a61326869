"""Slices that move with the loop."""

import torch
from sized import sized


@sized(lambda n: {"sig": torch.randn(4 * n + 8), "win": 8, "hop": 4})
def windowed_frames(sig, win, hop):
    out = []
    for s in range(0, len(sig) - win + 1, hop):
        out.append(sig[s : s + win] * torch.hann_window(win))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 5), "k": 4})
def means_of_windows(x, k):
    out = torch.zeros(len(x) - k + 1)
    for i in range(len(out)):
        out[i] = x[i : i + k].mean()
    return out


@sized(lambda n: {"x": torch.randn(n + 8), "w": 5})
def variances_behind(x, w):
    out = []
    for i in range(w, len(x) + 1):
        out.append(x[i - w : i].var())
    return torch.stack(out)


@sized(lambda n: {"image": torch.randn(n + 3, 9), "ker": torch.randn(3, 3)})
def filtered_image(image, ker):
    H, W = image.shape
    kh, kw = ker.shape
    out = torch.zeros(H - kh + 1, W - kw + 1)
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            out[i, j] = (image[i : i + kh, j : j + kw] * ker).sum()
    return out


@sized(lambda n: {"x": torch.randn(2 * n, 8)})
def pooled_by_two(x):
    H, W = x.shape
    out = torch.zeros(H // 2, W // 2)
    for i in range(H // 2):
        for j in range(W // 2):
            out[i, j] = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max()
    return out


@sized(lambda n: {"x": torch.randn(3 * n, 4), "g": 3})
def means_of_blocks(x, g):
    n = x.shape[0] // g
    out = torch.empty(n, x.shape[1])
    for i in range(n):
        out[i] = x[i * g : (i + 1) * g].mean(dim=0)
    return out


@sized(lambda n: {"x": torch.randn(2, 4 * n), "n": n})
def pieces_by_chunk(x, n):
    out = []
    for piece in torch.chunk(x, n, dim=1):
        out.append(piece.sum(dim=1))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(4 * n, 3)})
def pieces_by_split(x):
    means = []
    for piece in x.split(4):
        means.append(piece.mean(0))
    return torch.stack(means)


@sized(lambda n: {"x": torch.randn(n + 4), "k": 3})
def sorted_windows(x, k):
    return torch.stack([x[i : i + k].sort().values for i in range(len(x) - k + 1)])


@sized(lambda n: {"x": torch.randn(n, 3)})
def single_rows_as_slices(x):
    out = []
    for i in range(len(x)):
        out.append(x[i : i + 1] * 2)
    return torch.cat(out)


@sized(lambda n: {"x": torch.randn(3, n, 4)})
def slices_of_time(x):
    out = torch.zeros(3, x.shape[1])
    for t in range(x.shape[1]):
        out[:, t] = x[:, t].sum(-1)
    return out


@sized(lambda n: {"x": torch.randn(2 * n, 3)})
def every_second_row(x):
    out = []
    for i in range(0, len(x), 2):
        out.append(x[i])
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(4 * n), "n": n})
def first_windows_only(x, n):
    out = []
    for i in range(n):
        out.append(x[i : i + 3].sum())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(4 * n + 2, 3), "n": n})
def first_blocks_only(x, n):
    out = []
    for i in range(n):
        out.append(x[i * 4 : i * 4 + 4].sum(dim=0))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n + 9), "k": torch.randn(3), "n": n})
def correlated_at_first_places(x, k, n):
    out = torch.zeros(n)
    for i in range(n):
        for j in range(3):
            out[i] += x[i + j] * k[j]
    return out


@sized(lambda n: {"x": torch.randn(n, 5), "idx": torch.randint(0, 5, (n,))})
def picked_by_counter_and_data(x, idx):
    out = torch.zeros(len(x), 2)
    for i in range(len(x)):
        for j in range(2):
            out[i, j] = x[i, (idx[i] + j) % 5]
    return out


@sized(lambda n: {"x": torch.randn(3 * n), "n": n})
def flat_places(x, n):
    out = torch.zeros(n, 3)
    for i in range(n):
        for j in range(3):
            out[i, j] = x[i * 3 + j]
    return out


@sized(lambda n: {"x": torch.randn(n, 4)})
def unbound_columns(x):
    out = []
    for column in x.unbind(1):
        out.append(column.cumsum(0))
    return torch.stack(out, dim=1)


@sized(lambda n: {"q": torch.randn(n, 3, 8), "k": torch.randn(n, 3, 8), "heads": 2, "d": 4})
def scores_head_by_head(q, k, heads, d):
    out = torch.zeros_like(q)
    for b in range(len(q)):
        for h in range(heads):
            part = slice(h * d, (h + 1) * d)
            weights = torch.softmax(q[b, :, part] @ k[b, :, part].t(), dim=-1)
            out[b, :, part] = weights @ k[b, :, part]
    return out


@sized(lambda n: {"x": torch.randn(n, 6), "size": 3})
def normalized_by_groups(x, size):
    out = torch.empty_like(x)
    for g in range(x.shape[1] // size):
        block = x[:, g * size : (g + 1) * size]
        out[:, g * size : (g + 1) * size] = block - block.mean(dim=1, keepdim=True)
    return out


@sized(lambda n: {"x": torch.randn(n + 5), "n": n + 2, "s": 2})
def every_other_window(x, n, s):
    out = []
    for i in range(0, n, s):
        out.append(x[i : i + 4].max())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 12), "groups": 3, "size": 4})
def norms_of_groups_of_columns(x, groups, size):
    return torch.stack([x[:, g * size : g * size + size].norm(dim=1) for g in range(groups)], 1)


@sized(lambda n: {"x": torch.randn(n + 5), "w": torch.randn(4)})
def convolution_by_hand(x, w):
    n, k = len(x), len(w)
    out = torch.zeros(n - k + 1)
    for i in range(n - k + 1):
        s = 0
        for j in range(k):
            s += x[i + j] * w[j]
        out[i] = s
    return out


@sized(lambda n: {"frames": torch.randn(n + 1, 6), "window": torch.rand(6), "hop": 4})
def frames_added_up(frames, window, hop):
    count, length = frames.shape
    signal = torch.zeros((count - 1) * hop + length)
    norm = torch.zeros((count - 1) * hop + length)
    for i in range(count):
        start = i * hop
        signal[start : start + length] += window * frames[i]
        norm[start : start + length] += window**2
    return signal / norm


@sized(lambda n: {"frames": torch.randn(n + 1, 2, 5)})
def channels_added_up(frames):
    out = torch.zeros(2, len(frames) * 3 + 2)
    for i, frame in enumerate(frames):
        out[:, i * 3 : i * 3 + 5] += frame
    return out


@sized(lambda n: {"pieces": torch.randn(n + 1, 4), "total": torch.randn(n + 4)})
def added_at_each_place(pieces, total):
    total = total.clone()
    for i in range(len(pieces)):
        total[i : i + 4] += pieces[i]
    return total


@sized(lambda n: {"w": torch.randn(4 * n + 4)})
def blocks_by_their_greatest(w):
    out = torch.zeros(len(w))
    for s in range(0, len(w), 4):
        block = w[s : s + 4]
        out[s : s + 4] = block / block.abs().max()
    return out


@sized(lambda n: {"w": torch.randn(4 * n + 4)})
def blocks_in_a_while(w):
    out = torch.zeros(w.numel(), dtype=torch.uint8)
    scales = []
    s = 0
    while s < w.numel():
        block = w[s : s + 4]
        scale = block.abs().max()
        out[s : s + 4] = (block / scale * 7).abs().to(torch.uint8)
        scales.append(scale.item())
        s += 4
    return out, torch.tensor(scales)
