"""Leave the program as it was, whatever is run in between."""

from __future__ import annotations

import contextlib
import random
import warnings
from collections.abc import Iterator

import numpy as np
import torch


@contextlib.contextmanager
def sandbox() -> Iterator[None]:
    """Restore random states, modes and defaults of torch, numpy and Python; silence warnings.

    Autograd is on inside, inference mode and autocast are off.
    """
    python_state = random.getstate()
    numpy_state = np.random.get_state()
    torch_state = torch.get_rng_state()
    cuda_states = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []
    dtype = torch.get_default_dtype()
    threads = torch.get_num_threads()
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    grad_enabled = torch.is_grad_enabled()
    try:
        with (
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            torch.inference_mode(False),
            torch.autocast("cpu", enabled=False),
            torch.autocast("cuda", enabled=False),
            torch.enable_grad(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_grad_enabled(grad_enabled)
        if deterministic != torch.are_deterministic_algorithms_enabled():
            torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        torch.set_default_dtype(dtype)
        for index, state in enumerate(cuda_states):
            torch.cuda.set_rng_state(state, index)
        torch.set_rng_state(torch_state)
        np.random.set_state(numpy_state)
        random.setstate(python_state)


@contextlib.contextmanager
def without_vmap_fallback() -> Iterator[None]:
    """Let ``torch.vmap`` raise for an op that it runs item by item, where it warns otherwise."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="There is a performance drop because")
        yield


@contextlib.contextmanager
def default_dtype(dtype: torch.dtype) -> Iterator[None]:
    """Let new tensors have another dtype for a while."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
