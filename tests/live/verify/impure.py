"""Loops that do more than compute. Running one would set ``FLAG`` or be seen elsewhere."""

import functools
import logging
import os
import random
import socket
import subprocess
import threading
import time
import types
import warnings
from typing import ClassVar

import numpy as np
import torch
from torch import nn

FLAG = []
NAMED_BELOW = os, random, socket, subprocess, time, warnings
BUFFER = torch.zeros(8)
TABLE = {"calls": 0}
LOG = logging.getLogger("loopscope.tests")


class Handler(logging.Handler):
    def emit(self, record):
        FLAG.append("log")


LOG.addHandler(Handler())


def flips(v):
    FLAG.append("flips")
    return v


def prints(v):
    print(v, file=Flipping())
    return v


def calls_flips(v):
    return flips(v) + 1


def fills_a_global(v):
    BUFFER[0] = v
    FLAG.append(1)
    return v


def fills_through_an_alias(v):
    buffer = BUFFER
    buffer.add_(1)
    FLAG.append(1)
    return v


def hands_a_global_on(v):
    FLAG.append(1)
    return add_into(BUFFER, v)


def add_into(target, v):
    target += v
    return target


def remembers(v, seen=FLAG):
    seen.append(v)
    return v


def rebinds_a_global(v):
    global TABLE
    TABLE = {"calls": 1}
    FLAG.append(1)
    return v


def counts():
    total = 0

    def count(v):
        nonlocal total
        total += 1
        FLAG.append(1)
        return v

    return count


count = counts()


def decorated(function):
    @functools.wraps(function)
    def inner(v):
        FLAG.append(1)
        return function(v)

    return inner


@decorated
def looks_pure(v):
    return v + 1


class Flipping:
    def write(self, text):
        FLAG.append(text)

    def add(self, v):
        FLAG.append(v)

    def __getitem__(self, key):
        FLAG.append(key)
        return 1.0

    def __len__(self):
        FLAG.append("len")
        return 3

    def __iter__(self):
        FLAG.append("iter")
        return iter([1, 2, 3])

    def __add__(self, other):
        FLAG.append("add")
        return other

    def __radd__(self, other):
        FLAG.append("radd")
        return other

    def __call__(self, v):
        FLAG.append("call")
        return v

    def __enter__(self):
        FLAG.append("enter")

    def __exit__(self, *_):
        FLAG.append("exit")


class Property:
    @property
    def rate(self):
        FLAG.append("rate")
        return 2.0


class Shared:
    cache: ClassVar = {}

    def put(self, key, value):
        FLAG.append(1)
        self.cache[key] = value
        return value


class Deleting:
    rate = 2.0

    def __del__(self):
        FLAG.append("del")


class Layer(nn.Module):
    def forward(self, v):
        FLAG.append("forward")
        return v


class Hooked(nn.Linear):
    pass


class Scaled(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        FLAG.append("subclass")
        return super().__torch_function__(func, types, args, kwargs or {})


class Optimizer(torch.optim.SGD):
    def step(self, closure=None):
        FLAG.append("step")
        return super().step(closure)


def flip_again(*_):
    FLAG.append("hook")


SETTINGS = types.ModuleType("settings")
SETTINGS.rate, SETTINGS.rates = 1.0, [1.0]


def namespace():
    """What the bodies see."""
    x = torch.arange(8.0)
    hooked = nn.Linear(1, 1)
    hooked.register_forward_hook(flip_again)
    watched = torch.ones(3, requires_grad=True)
    watched.register_hook(flip_again)
    weight = torch.ones(3, requires_grad=True)
    return {
        **globals(),
        "x": x,
        "out": torch.zeros(8),
        "flipping": Flipping(),
        "flippers": [Flipping(), Flipping()],
        "functions": [flips],
        "with_property": Property(),
        "shared": Shared(),
        "deleting": Deleting(),
        "layer": Layer(),
        "hooked": hooked,
        "dropout": nn.Dropout(0.5),
        "norm": nn.BatchNorm1d(8),
        "watched": watched,
        "weight": weight,
        "optimizer": Optimizer([weight], lr=0.1),
        "scaled": x.as_subclass(Scaled),
        "generator": (FLAG.append(v) for v in range(9)),
        "iterator": iter([FLAG]),
        "partial": functools.partial(flips),
        "method": Flipping().add,
        "rng": np.random.default_rng(0),
        "torch_rng": torch.Generator(),
        "loader": torch.utils.data.DataLoader([1, 2, 3]),
        "event": threading.Event(),
        "settings": SETTINGS,
        "normal": torch.distributions.Normal(0.0, 1.0),
    }


BODIES = [
    "for v in x: flips(v)",
    "for v in x: prints(v)",
    "for v in x: calls_flips(v)",
    "for v in x: print(v, file=flipping)",
    "for v in x: FLAG.append(v), flips(v)",
    "for v in x: fills_a_global(v)",
    "for v in x: fills_through_an_alias(v)",
    "for v in x: hands_a_global_on(v)",
    "for v in x: remembers(v)",
    "for v in x: rebinds_a_global(v)",
    "for v in x: count(v)",
    "for v in x: looks_pure(v)",
    "for v in x: flipping.add(v)",
    "for f in flippers: f.add(1)",
    "for f in flippers: f.write('a')",
    "for i in range(3): out[i] = flipping[i]",
    "for i in range(len(flipping)): out[i] = 1",
    "for v in flipping: out[0] = v",
    "for v in x: out[0] = flipping + v",
    "for v in x: out[0] = v + flipping",
    "for v in x: flipping(v)",
    "for v in x:\n    with flipping: out[0] = v",
    "for v in x: out[0] = v * with_property.rate",
    "for i in range(3): shared.put(i, x[i])",
    "for v in x: out[0] = v * deleting.rate",
    "for v in x: layer(v)",
    "for part in layer.modules(): part(x)",
    "f = layer.eval()\nfor v in x: f(v)",
    "out = torch.vmap(layer)(x[None])",
    "for v in x: hooked(v[None])",
    "for v in x: dropout(v)",
    "norm(torch.stack([v * x for v in x]))",
    "for v in x: (watched * v).sum()",
    "for v in x: (weight * v).sum().backward()",
    "for v in x: optimizer.step()",
    "for v in scaled: v + 1",
    "for v in generator: out[0] = 1",
    "for v in iterator: v.append(1)",
    "for v in x: next(generator)",
    "for v in x: partial(v)",
    "for v in x: method(v)",
    "for f in functions: f(1)",
    "for v in map(flips, x): out[0] = v",
    "out = sorted(x, key=flips)",
    "out = [functools.reduce(flips, [v]) for v in x]",
    "out = torch.stack([torch.vmap(flips)(x) for v in x])",
    "f = flips\nfor v in x: f(v)",
    "for f in [flips]: f(1)",
    "for v in x: (lambda z: flips(z))(v)",
    "def local(v): return flips(v)\nfor v in x: local(v)",
    "for v in x: getattr(flipping, 'add')(v)",
    "for v in x: getattr(flipping, 'a' + 'dd')(v)",
    "for v in x: flipping.__len__()",
    "for v in x: out[0] = torch.rand(())",
    "for v in x: out[0] = random.random()",
    "for v in x: out[0] = np.random.rand()",
    "for v in x: out[0] = rng.normal()",
    "for v in x: out[0] = torch.empty(()).normal_()",
    "for v in x: out[0] = torch.nn.functional.dropout(v)",
    "for v in x: out[0] = normal.sample()",
    "for v in x: torch.manual_seed(0)",
    "for v in x: torch.set_default_dtype(torch.float64)",
    "for v in x: torch.set_grad_enabled(False)",
    "for v in x: torch.set_num_threads(1)",
    "for v in x: LOG.warning('a')",
    "for v in x: logging.warning('a')",
    "for v in x: warnings.warn('a')",
    "for v in x: time.sleep(0)",
    "for v in x: os.putenv('a', 'b')",
    "for v in x: os.environ.update(a='b')",
    "for v in x: open('/dev/null')",
    "for v in x: subprocess.run(['true'])",
    "for v in x: socket.socket()",
    "for v in x: threading.Thread(target=flips, args=(1,)).start()",
    "for v in x: event.set()",
    "for v in x: torch.save(v, '/dev/null')",
    "for v in x: exec('FLAG.append(1)')",
    "for v in x: eval('FLAG.append(1)')",
    "for v in x: __import__('os')",
    "for v in x:\n    import this",
    "for v in x:\n    from os import remove",
    "for v in x:\n    class A: FLAG.append(1)",
    "for v in x: setattr(shared, 'a', 1)",
    "for v in x: globals()['a'] = 1",
    "for v in x: Shared.cache = {}",
    "for v in x: Shared.cache['a'] = 1",
    "for v in x: settings.rate = v",
    "for v in x: settings.rates.append(v)",
    "for v in x: settings.rates[0] = v",
    "rates = settings.rates\nfor v in x: rates[0] = v",
    "for v in x: flips.seen = v",
    "for v in x: np.seterr(all='raise')",
    "for v in x: np.random.shuffle(BUFFER)",
    "for v in loader: out[0] = v",
    "for v in x: v.register_hook(flips)",
    "for v in x: input()",
    "for v in x: breakpoint()",
    "for v in x:\n    try: flips(v)\n    except: pass",
    "for v in x: nn.Linear(2, 2)",
    "for v in x: torch.compile(flips)(v)",
    "for v in x: torch.Tensor(3)",
    "for v in x: torch.load('/dev/null')",
    "for v in x: torch.randint(0, 3, (1,), generator=torch_rng)",
    "for v in x: x.numpy().tofile('/dev/null')",
    "flips(x)\nflips = x",
    "for v in x:\n    if v > 9: flips = len\n    flips(v)",
    "for v in x:\n    for w in []: flips = len\n    flips(v)",
    "for v in x:\n    f = lambda: flips(v)\n    f()\n    flips = v",
    "def local(v): return flips(v)\nfor v in x: local(v)\nflips = x",
]
