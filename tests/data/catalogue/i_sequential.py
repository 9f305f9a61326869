"""Random, sequential, sync: 73 to 80 of the catalogue."""

import torch

torch.manual_seed(9)
K = 10
X = torch.randn(60, 4)
EXPERT = torch.randint(0, K, (60,))
WEIGHTS = torch.randn(K, 4, 2)
P = torch.rand(40, 5)
COST = torch.rand(12, 10)
EMISSIONS = torch.randn(20, 4)
TRANSITIONS = torch.randn(4, 4)
POSITIVE = torch.rand(40) + 0.5
PARTS = [torch.randn(5) for _ in range(40)]
LISTS = [[float(k), float(k + 1)] for k in range(40)]


def loop_73(x=X, y=EXPERT, Ws=WEIGHTS):
    """73 expert dispatch: torch.einsum, torch.bmm, advanced_indexing"""
    out = x.new_zeros(len(x), 2)
    for k in range(K):  # LOOP
        s = y == k
        out[s] = x[s] @ Ws[k]
    return out


def loop_74(p=P):
    """74 weighted sampling: torch.multinomial"""
    torch.manual_seed(0)
    out = []
    for r in p:  # LOOP
        out.append(torch.multinomial(r, 1))
    return torch.stack(out)


def loop_75(S=40, m=16):
    """75 Monte Carlo: torch.rand"""
    torch.manual_seed(0)
    out = []
    for _ in range(S):  # LOOP
        p = torch.rand(m, 2)
        out.append((p.norm(dim=1) < 1).float().mean())
    return torch.stack(out).mean()


def loop_76(c=COST, n=12, m=10):
    """76 lattice of prefixes (advice): torch.compile, torch.diagonal"""
    T = torch.full((n + 1, m + 1), torch.inf, dtype=c.dtype)
    T[0, 0] = 0
    for i in range(1, n + 1):  # LOOP
        for j in range(1, m + 1):
            T[i, j] = c[i - 1, j - 1] + min(T[i - 1, j], T[i, j - 1], T[i - 1, j - 1])
    return T[n, m]


def loop_77(o=EMISSIONS, T_=TRANSITIONS):
    """77 Viterbi (advice): torch.amax, broadcasting, torch.compile"""
    s = o[0]
    for t in range(1, len(o)):  # LOOP
        s = torch.stack([(s + T_[:, j]).max() + o[t, j] for j in range(4)])  # LOOP
    return s.max()


def loop_78(x=POSITIVE):
    """78 converge per item (advice): torch.where, check_convergence_less_often"""
    out = torch.empty_like(x)
    for i in range(len(x)):  # LOOP
        y = x[i]
        while (y * y - x[i]).abs() > 1e-6:
            y = (y + x[i] / y) / 2
        out[i] = y
    return out


def loop_79(xs=PARTS):
    """79 sync in loop: torch.stack, torch.sum"""
    t = 0.0
    for v in xs:  # LOOP
        t += v.mean().item()
    return torch.tensor(t)


def loop_80(xs=LISTS):
    """80 many small copies: torch.tensor, torch.as_tensor, torch.stack"""
    out = []
    for v in xs:  # LOOP
        out.append(torch.tensor(v).to("cpu"))
    return torch.stack(out)
