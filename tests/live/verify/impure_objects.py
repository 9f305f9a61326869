"""What hides side effects: protocols, hooks, caches, and functions that call others."""

import array
import collections
import contextvars
import datetime
import functools
import gc
import hashlib
import io
import logging
import pickle
import queue
import sys
import threading
import time
import uuid
import weakref

import numpy as np
import torch
from impure import FLAG, Flipping, flip_again, flips
from torch import nn

NAMED_BELOW = datetime, gc, io, pickle, sys, time, uuid, weakref
CONTEXT = contextvars.ContextVar("context", default=0)
LOCK = threading.Lock()
SEEN = {}
WITH_FACTORY = collections.defaultdict(lambda: flips(0.0))


class Watched:
    """Every way to touch it is noticed."""

    def __init__(self):
        object.__setattr__(self, "rate", 2.0)

    def __setattr__(self, name, value):
        FLAG.append(name)

    def __delattr__(self, name):
        FLAG.append(name)

    def __setitem__(self, key, value):
        FLAG.append(key)

    def __contains__(self, key):
        FLAG.append(key)
        return True

    def __bool__(self):
        FLAG.append("bool")
        return True

    def __eq__(self, other):
        FLAG.append("eq")
        return True

    def __lt__(self, other):
        FLAG.append("lt")
        return True

    def __hash__(self):
        FLAG.append("hash")
        return 1

    def __index__(self):
        FLAG.append("index")
        return 1

    def __float__(self):
        FLAG.append("float")
        return 1.0

    def __str__(self):
        FLAG.append("str")
        return ""

    def __iadd__(self, other):
        FLAG.append("iadd")
        return self

    def __neg__(self):
        FLAG.append("neg")
        return self

    def __matmul__(self, other):
        FLAG.append("matmul")
        return other


class Missing:
    def __getattr__(self, name):
        FLAG.append(name)
        return 1.0


class Every:
    rate = 1.0

    def __getattribute__(self, name):
        FLAG.append(name)
        return 1.0


class Descriptor:
    def __get__(self, owner, cls):
        FLAG.append("get")
        return 1.0

    def __set__(self, owner, value):
        FLAG.append("set")


class Described:
    rate = Descriptor()


class Cached:
    @functools.cached_property
    def rate(self):
        FLAG.append("cached")
        return 2.0


class WithSetter:
    def __init__(self):
        self._rate = 1.0

    @property
    def rate(self):
        return self._rate

    @rate.setter
    def rate(self, value):
        FLAG.append("setter")
        self._rate = value


class Table(dict):
    def __missing__(self, key):
        FLAG.append(key)
        return 1.0


class Items(list):
    def append(self, item):
        FLAG.append(item)
        super().append(item)


class Counting(type):
    def __call__(cls, *args):
        FLAG.append("made")
        return super().__call__(*args)


class Made(metaclass=Counting):
    pass


class Opened:
    def __new__(cls, *args):
        FLAG.append("new")
        return super().__new__(cls)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(1, 1)
        self.logger = logging.getLogger("loopscope.tests")
        self.calls, self.history = 0, SEEN

    def run(self, v):
        self.logger.warning("a")
        return v

    def counted(self, v):
        self.history["calls"] = 1
        FLAG.append(1)
        return v

    def forward(self, v):
        return self.lin(v[None])


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, v):
        FLAG.append("forward")
        return v * 2

    @staticmethod
    def backward(ctx, gradient):
        FLAG.append("backward")
        return gradient * 2


@functools.lru_cache
def remembered(v):
    FLAG.append("cache")
    return v


def outer(v):
    def middle(w):
        def inner(z):
            FLAG.append("inner")
            return z

        return inner(w)

    return middle(v)


def counter():
    seen = [0]

    def count(v):
        seen[0] += 1
        return flips(v)

    return count


def with_default(v, table=SEEN):
    table["v"] = v
    return flips(v)


def prints_far_away(v):
    return prints_near(v)


def prints_near(v):
    print(v, file=Flipping())
    return v


def draws(v):
    return v + torch.randn(())


def draws_from_numpy(v):
    return v + float(np.random.rand())


def deletes(v):
    del SEEN["gone"]
    return flips(v)


def swallows(v):
    try:
        return flips(v)
    finally:
        FLAG.append("finally")


def generates(n):
    for k in range(n):
        FLAG.append(k)
        yield k


def doubles(v):
    return Double.apply(v)


STEPPED = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.1)


def steps(v):
    STEPPED.step()
    return flips(v)


def hooked_optimizer(weight):
    optimizer = torch.optim.SGD([weight], lr=0.1)
    optimizer.register_step_pre_hook(flip_again)
    return optimizer


async def awaits(v):
    FLAG.append("awaits")
    return v


def hidden_namespace():
    """What the bodies see."""
    pre_hooked, backward_hooked, inside = nn.Linear(1, 1), nn.Linear(1, 1), Model()
    pre_hooked.register_forward_pre_hook(flip_again)
    backward_hooked.register_full_backward_hook(flip_again)
    inside.lin.register_forward_hook(flip_again)
    weight = torch.ones(3, requires_grad=True)
    accumulated = torch.ones(3, requires_grad=True)
    accumulated.register_post_accumulate_grad_hook(flip_again)
    optimizer = torch.optim.Adam([weight])
    return {
        **globals(),
        "x": torch.arange(8.0),
        "out": torch.zeros(8),
        "watched": Watched(),
        "missing": Missing(),
        "every": Every(),
        "described": Described(),
        "cached": Cached(),
        "with_setter": WithSetter(),
        "table": Table(),
        "items": Items(),
        "model": Model(),
        "pre_hooked": pre_hooked,
        "backward_hooked": backward_hooked,
        "inside": inside,
        "weight": weight,
        "accumulated": accumulated,
        "optimizer": optimizer,
        "plain_optimizer": hooked_optimizer(weight),
        "digest": hashlib.sha256(),
        "buffer": bytearray(),
        "numbers": array.array("d"),
        "thread": threading.Thread(target=flips, args=(1,)),
        "scheduler": torch.optim.lr_scheduler.StepLR(optimizer, 1),
        "count": counter(),
        "generator": generates(3),
        "file": io.StringIO(),
        "queue_": queue.Queue(),
        "norm": nn.BatchNorm1d(1),
        "dropout": nn.Sequential(nn.Linear(1, 1), nn.Dropout(0.5)),
        "masked": np.ma.masked_array([1.0, 2.0]),
        "memory": torch.UntypedStorage(4),
    }
