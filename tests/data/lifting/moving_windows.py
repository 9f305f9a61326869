"""Windows that begin at another place in each iteration, run backward or skip items."""

import torch
from sized import sized


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
