"""The catalogue's loops with inputs, as the verify room is handed them."""

import ast
import re
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from loopscope.model.candidate import Candidate

N = 24
SEED = 0
DATA = Path(__file__).parents[2] / "data" / "catalogue.txt"


def read_catalogue():
    """Number → heading, loop, rewrite."""
    blocks = re.findall(
        r"^## (\d+) ([^\n]+)\n\n```python\n(.*?)```", DATA.read_text(), re.M | re.S
    )
    return {
        int(number): (title, *(part.strip("\n") for part in text.split("#=>\n")))
        for number, title, text in blocks
    }


def make_candidate(number, rewrite=None, *, with_setup=True):
    """The candidate of a pair, and a factory of namespaces as they are at the loop."""
    _, text, reference = read_catalogue()[number]
    nodes = ast.parse(text).body
    first = next(n for n, node in enumerate(nodes) if holds_loop(node))
    prelude = "\n".join(ast.unparse(node) for node in nodes[:first])
    loop = "\n".join(ast.unparse(node) for node in nodes[first:])
    bound = {n.id for node in nodes[:first] for n in ast.walk(node)
             if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip
    live = ("out", *LIVE.get(number, ()))

    def make():
        namespace = {"torch": torch, "F": F, "nn": nn, **inputs(number)}
        exec(prelude, namespace)
        return namespace

    return Candidate(
        loop,
        reference if rewrite is None else rewrite,
        live,
        fresh=tuple(sorted(bound)),
        setup=prelude if with_setup else "",
    ), make


def holds_loop(node):
    loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
    return any(isinstance(n, loops) for n in ast.walk(node))


LIVE = {12: ("k",)}


def inputs(number):
    """What a pair reads."""
    g = torch.Generator().manual_seed(number + SEED)

    def randn(*shape):
        return torch.randn(*shape, generator=g)

    def rand(*shape):
        return torch.rand(*shape, generator=g)

    def ints(high, *shape):
        return torch.randint(0, high, shape, generator=g)

    def points(n):
        return torch.cat([low := rand(n, 2), low + 0.1 + rand(n, 2)], 1)

    match number:
        case 1 | 3 | 5 | 6 | 7 | 8 | 10 | 11 | 14 | 16 | 22 | 23:
            return {"x": randn(N)}
        case 2:
            return {"x": randn(N), "y": randn(N - 7)}
        case 4:
            return {"x": randn(N), "m": rand(N) > 0.5}
        case 9:
            return {"x": randn(N), "k": 5}
        case 12:
            return {"x": randn(N)}
        case 13:
            return {"x": randn(N), "w": randn(N)}
        case 15:
            return {"x": 0.8 * randn(N)}
        case 17 | 18 | 19 | 20:
            return {"x": randn(N, 6)}
        case 21:
            return {"x": randn(N, 9), "k": 3}
        case 24:
            return {"x": randn(N), "a": 0.9}
        case 25:
            return {"x": randn(N), "a": rand(N)}
        case 26:
            return {"x": randn(N), "g": 0.95}
        case 27:
            return {"A": randn(N, 3, 3) / 2}
        case 28:
            return {"A": randn(4, 4) / 2, "k": 12}
        case 29:
            return {"n": N}
        case 30:
            return {"x": randn(N), "c": randn(5)}
        case 31:
            return {"T": randn(11, 4), "i_": ints(11, N)}
        case 32:
            return {"x": randn(N, 7), "y": ints(7, N)}
        case 33:
            steps = torch.randint(1, 5, (N,), generator=g)
            off = torch.cat([torch.zeros(1, dtype=torch.long), steps.cumsum(0)])
            return {"x": randn(int(off[-1])), "off": off}
        case 34:
            return {"v": randn(N), "i_": torch.randperm(N, generator=g)}
        case 35 | 38 | 39:
            return {"v": randn(N), "i_": ints(6, N), "K": 6}
        case 36:
            return {"i_": ints(6, N), "K": 6}
        case 37:
            return {
                "x": randn(N),
                "edges": torch.tensor([-1.5, -1.0, -0.4, 0.0, 0.3, 0.7, 1.1, 1.9]),
            }
        case 40:
            return {"y": ints(7, N), "K": 7}
        case 41:
            return {"x": ints(20, N), "s": torch.tensor([1, 4, 7, 11])}
        case 42:
            return {"x": ints(6, N)}
        case 43:
            keys = torch.tensor([2, 3, 5, 8, 13, 21, 34, 55, 89])
            return {"keys": keys, "x": keys[ints(9, N)]}
        case 44:
            return {"p": torch.randperm(N, generator=g)}
        case 45 | 46:
            return {"a": randn(N, 3), "b": randn(N - 5, 3)}
        case 47:
            return {"a": randn(5, 6), "b": randn(6, 4)}
        case 48:
            return {"a": randn(N, 3, 4), "b": randn(N, 4, 5)}
        case 49:
            return {"x": randn(N, 5), "A": randn(5, 5)}
        case 50:
            return {"x": randn(N, 5)}
        case 51:
            A = randn(N, 4, 4)
            return {"A": A @ A.mT + torch.eye(4), "y": randn(N, 4)}
        case 52:
            return {"x": randn(N), "w": 5}
        case 53:
            return {"x": randn(N), "w": 5, "s": 2}
        case 54:
            return {"x": randn(N), "k": randn(3)}
        case 55:
            return {"img": randn(6, 7), "py": 4.9 * rand(N), "px": 5.9 * rand(N)}
        case 56:
            return {"x": randn(N, 3, 4, 5), "mu": randn(3), "sd": 0.5 + rand(3)}
        case 57:
            return {"x": randn(N, 6)}
        case 58:
            return {"a": points(N), "b": points(N - 9)}
        case 59:
            return {"x": randn(N, 3)}
        case 60:
            return {"x": randn(N, 4)}
        case 61:
            return {"n": N}
        case 62:
            return {"v": randn(N, 3), "M": N}
        case 63:
            lengths = torch.randint(1, 9, (N,), generator=g).tolist()
            return {"xs": [randn(n) for n in lengths]}
        case 64:
            return {"x": randn(5, N, 4), "lin": nn.Linear(4, 3)}
        case 65:
            return {"h": randn(N, 8, 4), "L": 1 + ints(8, N)}
        case 66:
            return {
                "q": randn(2, 7, 32),
                "k": randn(2, 7, 32),
                "v": randn(2, 7, 32),
                "H_": 8,
                "d": 4,
            }
        case 67:
            return {"x": randn(N, 2, 3), "W": randn(3, 4), "U": randn(4, 4) / 3}
        case 68:
            return {"x": randn(N, 5), "y": randn(N), "W": randn(5)}
        case 69:
            return {"x": randn(5), "A": randn(N, 5)}
        case 70:
            return {"x": randn(6, 4), "ms": [nn.Linear(4, 3) for _ in range(8)]}
        case 71:
            return {
                "ps": [randn(3) for _ in range(N)],
                "gs": [randn(3) for _ in range(N)],
                "lr": 0.1,
            }
        case 72:
            return {"gs": [randn(3, 2) for _ in range(N)], "D": torch.float32}
        case 73:
            return {"x": randn(N, 3), "y": ints(4, N), "Ws": randn(4, 3, 2)}
        case 74:
            return {"p": rand(N, 5)}
        case 75:
            return {"S": N, "K": 8}
        case 76:
            return {"c": rand(9, 11), "n": 9, "m": 11}
        case 77:
            return {"o": randn(N, 4), "T_": randn(4, 4)}
        case 78:
            return {"x": 0.5 + rand(N)}
        case 79:
            return {"xs": [randn(4) for _ in range(N)], "D": torch.float32}
        case 80:
            return {"xs": [[float(v) for v in randn(3)] for _ in range(N)]}
