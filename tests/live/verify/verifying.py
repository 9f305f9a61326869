"""Short ways to verify a rewrite in a test."""

import textwrap

import numpy as np
import torch
import torch.nn.functional as F

from loopscope.model.candidate import Candidate
from loopscope.verify.verify_rewrite import verify_rewrite


def verify(loop, rewrite, live, make, *, budget_ns=20 * 10**9, clock=None, **more):
    """Verify with a budget that is never reached. ``make`` gives the names that the loop reads."""
    settings = {k: more.pop(k) for k in ("min_speedup", "grad_enabled") if k in more}
    settings.setdefault("min_speedup", 0.0)
    if clock is not None:
        settings["clock"] = clock
    loop, rewrite = (textwrap.dedent(text).strip("\n") for text in (loop, rewrite))
    return verify_rewrite(
        Candidate(loop, rewrite, tuple(live.split()), **more),
        [lambda: {"torch": torch, "F": F, "np": np, **make()}],
        budget_ns=budget_ns,
        **settings,
    )


def randn(*shape, seed=0, **more):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), **more)


def randint(high, *shape, seed=0):
    return torch.randint(0, high, shape, generator=torch.Generator().manual_seed(seed))


def refuted(outcome):
    return outcome.status == "refuted"
