"""Mutants that compute what the rewrite computes: the changed line, by pair, and why."""

AXIS = "the last axis is the only one, or the default"
ONLY_ONE = "the first of one is the last"
SAME = "the two names have the same length, dtype or device"
BEGINS_EQUAL = "the setup makes one a copy of the other"
NOT_READ = "what changes is never read"
MASKED = "what changes is masked out"
COMMUTES = "min, max, transpose, a square and a dot product commute"
DTYPE = "the same in the observed dtype; another dtype is a guard"
CHUNKS = "chunks of another size"
EXTRA = "a step more on an empty or finished range"

EQUIVALENT = {
    3: {
        "p = x >= 0": "the root and the negative of zero are zero",
        "out = torch.where(p, torch.sqrt(torch.where(p, x, 2.0)), -x)": MASKED,
        "out = torch.where(p, torch.sqrt(torch.where(p, x, 0.0)), -x)": MASKED,
    },
    4: {
        "out = out.masked_fill(m, -1000000000.0)": BEGINS_EQUAL,
        "out = x.masked_fill(m, -1000000001.0)": DTYPE,
        "out = x.masked_fill(m, -999999999.0)": DTYPE,
    },
    8: {"out = out.clone()": BEGINS_EQUAL},
    12: {"out, k = x.max(-1)": AXIS},
    13: {"out = x @ w": COMMUTES},
    21: {"out = x.topk(k).values": AXIS},
    22: {"out = x.cumsum(-1)": AXIS},
    23: {"out = x.cummax(-1).values": AXIS},
    24: {
        "t = torch.arange(len(x))": DTYPE,
        "t = torch.arange(len(out), dtype=x.dtype)": SAME,
        "t = torch.arange(len(x), dtype=out.dtype)": SAME,
        "out = (a ** (t[:, None] - t).clip_(min=0)).tril() @ x": "clamps a temporary in place",
        "out = (a ** (t[:, None] - t).clamp(min=-1)).tril() @ x": MASKED,
    },
    25: {
        "while d <= len(x):": EXTRA,
        "while d < len(A):": SAME,
        "while d < len(a):": SAME,
        "while d < len(out):": SAME,
        "    A = torch.cat([a[:d], A[d:] * A[:-d]])": NOT_READ,
        "    A = torch.cat([out[:d], A[d:] * A[:-d]])": NOT_READ,
        "    A = torch.cat([x[:d], A[d:] * A[:-d]])": NOT_READ,
    },
    26: {
        "t = torch.arange(len(x))": DTYPE,
        "t = torch.arange(len(out), dtype=x.dtype)": SAME,
        "t = torch.arange(len(x), dtype=out.dtype)": SAME,
        "out = (g ** (t - t[:, None]).clip_(min=0)).triu() @ x": "clamps a temporary in place",
        "out = (g ** (t - t[:, None]).clamp(min=-1)).triu() @ x": MASKED,
    },
    27: {"while d <= len(A):": EXTRA, "while d < len(out):": SAME},
    30: {"out = torch.zeros_like(out)": SAME},
    33: {"out = x.new_zeros(len(off) - 1).index_add(-1, ids, x)": AXIS},
    34: {
        "out = torch.ones_like(v).index_put((i_,), v)": "all are overwritten: a guard says so",
        "out = torch.zeros_like(out).index_put((i_,), v)": SAME,
    },
    35: {
        "out = v.new_zeros(K).index_add(-1, i_, v)": AXIS,
        "out = out.new_zeros(K).index_add(0, i_, v)": SAME,
    },
    38: {
        "out = v.new_full((K,), -torch.inf).scatter_reduce(-1, i_, v, 'amax')": AXIS,
        "out = out.new_full((K,), -torch.inf).scatter_reduce(0, i_, v, 'amax')": SAME,
    },
    39: {"s = v.new_zeros(K).index_add(-1, i_, v)": AXIS},
    44: {
        "out = torch.empty_like(p).scatter(-1, p, torch.arange(len(p)))": AXIS,
        "out = torch.empty_like(out).scatter(0, p, torch.arange(len(p)))": SAME,
        "out = torch.empty_like(p).scatter(0, p, torch.arange(len(out)))": SAME,
    },
    45: {"out = torch.cdist(a, b)": "up to 25 rows the mode makes no difference"},
    46: {
        "out = torch.cat([torch.exp(-((c[:, None] - b) ** 2).sum(2)).sum(1) for c in a.split(257)])": CHUNKS,
        "out = torch.cat([torch.exp(-((c[:, None] - b) ** 2).sum(2)).sum(1) for c in a.split(255)])": CHUNKS,
        "out = torch.cat([torch.exp(-((b - c[:, None]) ** 2).sum(2)).sum(1) for c in a.split(256)])": COMMUTES,
    },
    52: {
        "out = F.avg_pool1d(x[None, None], w, 1)[-1, 0]": ONLY_ONE,
        "out = F.avg_pool1d(x[None, None], w, 1)[0, -1]": ONLY_ONE,
    },
    53: {
        "out = x.unfold(0, w, s).sort().values": AXIS,
        "out = x.unfold(-1, w, s).sort(1).values": AXIS,
    },
    54: {
        "out = F.conv1d(x[None, None], k[None, None])[-1, 0]": ONLY_ONE,
        "out = F.conv1d(x[None, None], k[None, None])[0, -1]": ONLY_ONE,
    },
    55: {
        "g = torch.stack([px / (W - 1) * 2 - 1, py / (H - 1) * 2 - 1], +1)[None, None]": AXIS,
        "out = F.grid_sample(img[None, None], g, align_corners=True)[-1, 0, 0]": ONLY_ONE,
        "out = F.grid_sample(img[None, None], g, align_corners=True)[0, -1, 0]": ONLY_ONE,
        "out = F.grid_sample(img[None, None], g, align_corners=True)[0, 0, -1]": ONLY_ONE,
    },
    56: {"out = (out - mu[:, None, None]) / sd[:, None, None]": BEGINS_EQUAL},
    58: {
        "wh = (torch.minimum(a[:, None, 2:], b[:, 2:]) - torch.maximum(a[:, None, :2], b[:, :2])).clip_(0)": "clamps a temporary in place",
        "wh = (torch.minimum(b[:, 2:], a[:, None, 2:]) - torch.maximum(a[:, None, :2], b[:, :2])).clamp(0)": COMMUTES,
        "wh = (torch.minimum(a[:, None, 2:], b[:, 2:]) - torch.maximum(b[:, :2], a[:, None, :2])).clamp(0)": COMMUTES,
        "ar = lambda z: (z[:, :2] - z[:, 2:]).prod(1)": "the product of two negatives",
    },
    66: {
        "f = lambda z: z.unflatten(-1, (H_, d)).transpose(2, 1)": COMMUTES,
        "out = F.scaled_dot_product_attention(f(q), f(k), f(v)).transpose(1, 2).flatten(+2)": AXIS,
        "out = F.scaled_dot_product_attention(f(q), f(k), f(v)).transpose(2, 1).flatten(-2)": COMMUTES,
    },
    67: {
        "h = x.new_zeros(1, 4)": "zeros broadcast, and h itself is not live",
        "h = U.new_zeros(2, 4)": SAME,
        "h = W.new_zeros(2, 4)": SAME,
        "h = h.new_zeros(2, 4)": SAME,
    },
    68: {
        "out = vmap(grad(lambda w, a, b: (w @ a - b) ** 2), (None, 0, -1))(W, x, y)": AXIS,
        "out = vmap(grad(lambda w, a, b: (b - w @ a) ** 2), (None, 0, 0))(W, x, y)": COMMUTES,
        "out = vmap(grad(lambda w, a, b: (a @ w - b) ** 2), (None, 0, 0))(W, x, y)": COMMUTES,
    },
    70: {
        "out = vmap(lambda p, b: functional_call(ms[0], (p, b), (x,)))(b, p)": "both are dicts of tensors",
        "out = vmap(lambda p, b: functional_call(ms[1], (p, b), (x,)))(p, b)": "any of them is the skeleton",
        "out = vmap(lambda p, b: functional_call(ms[-1], (p, b), (x,)))(p, b)": "any of them is the skeleton",
    },
    76: {
        "T = torch.full((n + 1, m + 1), torch.inf)": DTYPE,
        "for s in range(1, n + m + 1):": EXTRA,
        "for s in range(2, n + m + 2):": EXTRA,
        "    i = torch.arange(max(s - m, 1), min(n, s - 1) + 1)": COMMUTES,
        "    i = torch.arange(max(1, s - m), min(s - 1, n) + 1)": COMMUTES,
        "T = torch.full((n + 2, m + 1), torch.inf, dtype=c.dtype)": NOT_READ,
        "T = torch.full((n + 1, m + 2), torch.inf, dtype=c.dtype)": NOT_READ,
        "T = torch.full((n + 1, m + 1), torch.inf, dtype=T.dtype)": SAME,
        "    i = torch.arange(max(0, s - m), min(n, s - 1) + 1)": "writes infinities that stay so",
        "    i = torch.arange(max(1, s - m), min(n, s + 1) + 1)": "overwritten later; a guard for m = 1",
        "    i = torch.arange(max(1, s - m), min(n, s - 0) + 1)": "overwritten later",
    },
    78: {
        "    out = torch.where(a, (out + x / out) / 2, x)": "lanes begin again until all end together",
        "while (a := ((out * out - x).abs() >= 1e-06)).any():": "a difference is never just 1e-6",
        "while (a := ((x - out * out).abs() > 1e-06)).any():": COMMUTES,
    },
    80: {
        "out = torch.tensor(xs).to('cpu')": "blocks or not",
        "out = torch.tensor(xs).to(non_blocking=True)": "is on the CPU already",
        "out = torch.tensor(xs).to('cpu', non_blocking=False)": "blocks or not",
    },
}  # fmt: skip
