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


@sized(lambda n: {"x": torch.randn(n + 6), "k": torch.randn(3)})
def correlated(x, k):
    out = torch.zeros(len(x) - 2)
    for i in range(len(out)):
        for j in range(3):
            out[i] += x[i + j] * k[j]
    return out


@sized(lambda n: {"x": torch.randn(n + 2)})
def differences(x):
    d = []
    for i in range(1, len(x)):
        d.append(x[i] - x[i - 1])
    return torch.stack(d)


@sized(lambda n: {"x": torch.randn(n), "start": 0.0})
def moved_by_one(x, start):
    out = torch.empty_like(x)
    for i in range(len(x)):
        if i == 0:
            out[i] = start
        else:
            out[i] = x[i - 1]
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


@sized(lambda n: {"x": torch.randn(n + 2, n + 2)})
def means_of_neighbours(x):
    out = x.clone()
    for i in range(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            out[i, j] = (x[i - 1, j] + x[i + 1, j] + x[i, j - 1] + x[i, j + 1]) / 4
    return out


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


@sized(lambda n: {"x": torch.randn(2 * n, 3), "w": torch.randn(2 * n, 3)})
def two_items_at_once(x, w):
    out = []
    for a, b in zip(x[::2], w[1::2]):
        out.append(a * b)
    return torch.stack(out)


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


@sized(lambda n: {"u": torch.rand(n + 2), "old": torch.rand(n + 2), "alpha": 0.2})
def stencil_into_another(u, old, alpha):
    for i in range(1, len(old) - 1):
        u[i] = old[i] + alpha * (old[i + 1] - 2 * old[i] + old[i - 1])
    return u


@sized(
    lambda n: {
        "values": torch.randn(n, 2),
        "rewards": torch.randn(n, 2),
        "dones": (torch.rand(n, 2) < 0.2).float(),
        "last_value": torch.randn(2),
    }
)
def advantages_with_a_last_value(values, rewards, dones, last_value):
    T = rewards.shape[0]
    adv = torch.zeros_like(rewards)
    last = 0
    for t in reversed(range(T)):
        if t == T - 1:
            nextvalues = last_value
        else:
            nextvalues = values[t + 1]
        nonterminal = 1.0 - dones[t]
        delta = rewards[t] + 0.99 * nextvalues * nonterminal - values[t]
        adv[t] = last = delta + 0.99 * 0.95 * nonterminal * last
    return adv


@sized(lambda n: {"values": torch.randn(n), "rewards": torch.randn(n)})
def next_value_or_zero(values, rewards):
    out = torch.empty_like(rewards)
    for t in range(len(rewards)):
        nxt = values[t + 1] if t + 1 < len(values) else 0.0
        out[t] = rewards[t] + 0.9 * nxt - values[t]
    return out


@sized(lambda n: {"rewards": torch.randn(n), "values": torch.randn(n)})
def two_steps_ahead(rewards, values):
    T = len(rewards)
    out = torch.zeros(T)
    for t in range(T):
        g = rewards[t]
        if t + 2 < T:
            g = g + 0.9 * values[t + 2]
        out[t] = g
    return out


@sized(lambda n: {"x": torch.randn(n)})
def smoothed_with_repeated_edges(x):
    n = len(x)
    out = torch.zeros(n)
    for i in range(n):
        left = x[i - 1] if i > 0 else x[0]
        right = x[i + 1] if i < n - 1 else x[n - 1]
        out[i] = (left + x[i] + right) / 3
    return out


@sized(lambda n: {"x": torch.randn(n)})
def differences_from_zero(x):
    res = []
    for i, v in enumerate(x):
        if i == 0:
            prev = torch.tensor(0.0)
        else:
            prev = x[i - 1]
        res.append(v - prev)
    return torch.stack(res)


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


@sized(lambda n: {"series": torch.randn(2 * n + 9, 3), "history": 4, "horizon": 3, "col": 1})
def histories_and_what_follows(series, history, horizon, col):
    xs, ys = [], []
    for start in range(0, len(series) - history - horizon + 1, 2):
        stop = start + history
        xs.append(series[start:stop])
        ys.append(series[stop : stop + horizon, col])
    return torch.stack(xs), torch.stack(ys)


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


@sized(lambda n: {"signal": torch.randn(2 * n + 4), "size": 6, "hop": 2})
def sign_changes_of_each_frame(signal, size, hop):
    frames = 1 + (len(signal) - size) // hop
    rate = torch.zeros(frames)
    for f in range(frames):
        start = f * hop
        changes = 0
        for t in range(start + 1, start + size):
            if signal[t - 1] * signal[t] < 0:
                changes += 1
        rate[f] = changes / size
    return rate


@sized(lambda n: {"x": torch.randn(n + 3), "k": 3})
def moving_average_by_two_counters(x, k):
    out = torch.zeros(len(x) - k + 1)
    for i in range(len(x) - k + 1):
        total = 0.0
        for j in range(i, i + k):
            total += x[j]
        out[i] = total / k
    return out


@sized(lambda n: {"x": torch.randn(n, 2 * n + 1), "k": 3})
def sums_beside_the_diagonal(x, k):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        for j in range(i, i + k):
            out[i] += x[i, j]
    return out


@sized(lambda n: {"x": torch.randn(n, 7), "starts": torch.randint(0, 4, (n,))})
def sums_of_spans_from_data(x, starts):
    out = torch.zeros(len(x))
    for i in range(len(x)):
        first = int(starts[i])
        for j in range(first, first + 3):
            out[i] += x[i, j]
    return out


@sized(lambda n: {"scores": torch.randn(3, n, 2 * n - 1 if n else 0)})
def relative_scores_shifted(scores):
    heads, n, _ = scores.shape
    out = torch.zeros(heads, n, n)
    for h in range(heads):
        for i in range(n):
            out[h, i] = scores[h, i, n - 1 - i : 2 * n - 1 - i]
    return out


@sized(lambda n: {"signal": torch.randn(n + 6, dtype=torch.float64), "width": 4})
def windows_from_the_last(signal, width):
    out = []
    last = len(signal) - width
    for k in range(len(signal) - 6):
        out.append(signal[last - k : last - k + width].std())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3), "size": 3})
def rows_put_ever_further_left(x, size):
    out = torch.zeros(len(x), len(x) + size - 1)
    for i in range(len(x)):
        out[i, len(x) - 1 - i : len(x) - 1 - i + size] = x[i]
    return out


@sized(lambda n: {"x": torch.randn(n + 2)})
def bands_of_a_row(x):
    size = len(x) // 2
    return torch.stack([x[size - k : 2 * size - k].sum() for k in range(size)])


@sized(lambda n: {"film": torch.randn(n + 12, 5), "count": 4, "gap": 3})
def clips_that_skip_frames(film, count, gap):
    clips = []
    for s in range(len(film) - (count - 1) * gap):
        clip = film[s : s + count * gap : gap]
        clips.append(clip - clip.mean(dim=0))
    return torch.stack(clips)


@sized(
    lambda n: {
        "audio": torch.randn(3, 2 * n + 9, dtype=torch.float64),
        "taps": torch.randn(4, dtype=torch.float64),
    }
)
def dilated_filter(audio, taps):
    out = torch.zeros(3, audio.shape[1] - 6, dtype=torch.float64)
    for t in range(audio.shape[1] - 6):
        out[:, t] = audio[:, t : t + 7 : 2] @ taps
    return out


@sized(lambda n: {"x": torch.randn(2 * n + 11), "width": 9, "hop": 2, "skip": 4})
def peaks_of_thinned_windows(x, width, hop, skip):
    peaks = []
    for s in range(0, x.shape[0] - width + 1, hop):
        peaks.append(x[s : s + width : skip].max())
    return torch.stack(peaks)


@sized(lambda n: {"x": torch.randn(n + 9), "starts": torch.randint(0, n + 1, (n,))})
def crops_that_skip(x, starts):
    rows = []
    for s in starts:
        rows.append(x[s : s + 9 : 3].square())
    return torch.stack(rows)
