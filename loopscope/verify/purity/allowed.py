"""What code may call without anybody noticing afterwards: tables of functions and methods."""

from __future__ import annotations

import builtins
import cmath
import collections
import copy
import functools
import itertools
import math
import operator
import statistics
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import torch
import torch.nn.functional as F


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RANDOM = _words("""
    alpha_dropout alpha_dropout_ bernoulli bernoulli_ binomial cauchy_ dropout dropout_ dropout1d
    dropout2d dropout3d exponential_ feature_alpha_dropout feature_alpha_dropout_ feature_dropout
    feature_dropout_ fractional_max_pool2d fractional_max_pool2d_with_indices
    fractional_max_pool3d fractional_max_pool3d_with_indices geometric_ gru gumbel_softmax
    initial_seed log_normal_ lstm manual_seed miopen_rnn multinomial native_dropout normal normal_
    pca_lowrank poisson rand rand_like randint randint_like randn randn_like random random_
    randperm rnn_relu rnn_tanh rrelu rrelu_ sample rsample sample_n seed svd_lowrank uniform
    uniform_ choice choices shuffle permutation standard_normal integers set_rng_state lobpcg
    """)
_TORCH_DENIED = _words(
    "embedding_renorm_ from_file resize_as_ resize_as_sparse_ set_ "
    "batch_norm_update_stats fused_moving_avg_obs_fake_quant sym_constrain_range "
    "sym_constrain_range_for_size multi_head_attention_forward"
)
_TORCH_MORE = _words(
    "broadcast_shapes compiler.is_compiling finfo from_dlpack get_default_dtype iinfo "
    "is_grad_enabled is_storage is_tensor lu typename unique unravel_index vmap Size device "
    "autograd.grad autograd.functional.hessian autograd.functional.hvp "
    "autograd.functional.jacobian autograd.functional.jvp autograd.functional.vhp "
    "autograd.functional.vjp func.functional_call func.grad func.grad_and_value func.hessian "
    "func.jacfwd func.jacrev func.jvp func.linearize func.stack_module_state func.vjp func.vmap "
    "nn.utils.parameters_to_vector nn.utils.clip_grad_norm_ nn.utils.clip_grad_value_ "
    "nn.utils.get_total_norm nn.Parameter nn.functional.relu_"
)
_DISTRIBUTIONS = _words(
    "Bernoulli Beta Categorical Cauchy Dirichlet Exponential Gamma HalfNormal Laplace LogNormal "
    "MultivariateNormal Normal OneHotCategorical Poisson StudentT Uniform kl_divergence"
)
_OF_DISTRIBUTIONS = _words("cdf entropy icdf log_prob")
_CONTEXTS = _words("no_grad enable_grad set_grad_enabled")
_BUILTINS = _words(
    "abs all any bin bool bytes callable chr complex dict divmod enumerate filter float format "
    "frozenset getattr hasattr hash hex int isinstance issubclass len list map max min next iter "
    "object oct ord pow range repr reversed round set slice sorted str sum tuple type zip"
)
_NUMPY_DENIED = _words(
    "copyto empty empty_like fromfile fromregex genfromtxt get_include info load loadtxt "
    "nested_iters printoptions put put_along_axis place putmask fill_diagonal save savetxt savez "
    "savez_compressed set_printoptions setbufsize seterr seterrcall show_config show_runtime test "
    "frompyfunc memmap"
)
_METHODS_DENIED = _words(
    "backward data_ptr dump dumps map2_ module_load new pin_memory record_stream register_hook "
    "register_post_accumulate_grad_hook reinforce resize resize_ resize_as resize_as_ "
    "resize_as_sparse_ set_ setflags share_memory_ sparse_resize_ sparse_resize_and_clear_ "
    "storage tofile untyped_storage getfield setfield const_data_ptr"
)
MODULE_METHODS = _words(
    "buffers children eval extra_repr get_buffer get_parameter get_submodule modules "
    "named_buffers named_children named_modules named_parameters parameters requires_grad_ "
    "state_dict train zero_grad"
)
MUTATORS = _words(
    "append appendleft add clear discard extend extendleft fill insert itemset partition pop "
    "popitem popleft remove reverse rotate setdefault sort update train eval zero_grad resize "
    "difference_update intersection_update symmetric_difference_update byteswap"
)
_ITERTOOLS = _words(
    "accumulate chain combinations combinations_with_replacement compress dropwhile filterfalse "
    "groupby islice pairwise permutations product starmap takewhile tee zip_longest repeat"
)
_OPERATOR = _words(
    "abs add and_ concat contains countOf eq floordiv ge getitem gt index indexOf inv invert is_ "
    "is_not itemgetter le lshift lt matmul mod mul ne neg not_ or_ pos pow rshift sub truediv "
    "truth xor"
)
_OWNERS = (
    torch.Tensor, np.ndarray, np.generic, list, dict, set, frozenset, tuple, str, bytes, int,
    float, complex, range, slice, collections.deque, collections.Counter,
    collections.OrderedDict, collections.defaultdict, torch.Size,
)  # fmt: skip
TRUSTED_LIBRARIES = ("einops",)


@functools.cache
def known_functions() -> dict[int, str]:
    """Return what may be called, by identity: its dotted name."""
    return {id(value): name for name, value in _known()}


@functools.cache
def known_methods() -> frozenset[str]:
    """Return method names that are harmless on every type of torch, numpy and Python's own."""
    names = {
        name
        for owner in _OWNERS
        for name in _public_names(owner)
        if callable(getattr(owner, name))
    }
    return frozenset(names - _METHODS_DENIED - RANDOM | MODULE_METHODS | _OF_DISTRIBUTIONS)


@functools.cache
def known_attributes() -> frozenset[str]:
    """Return names that may be read of such types, methods among them."""
    names = {name for owner in _OWNERS for name in _public_names(owner)}
    return frozenset(names - _METHODS_DENIED - RANDOM | MODULE_METHODS | _OF_DISTRIBUTIONS)


def _public_names(owner: type) -> list[str]:
    return [name for name in dir(owner) if not name.startswith("_")]


@functools.cache
def known_contexts() -> frozenset[int]:
    """Return what may stand in a ``with`` statement, by identity."""
    return frozenset(id(getattr(torch, name)) for name in _CONTEXTS) | {id(np.errstate)}


def _known() -> Iterator[tuple[str, object]]:
    functions = torch._C._VariableFunctions
    for name in dir(functions):
        if name.startswith("_") and not name.startswith("_foreach_"):
            continue
        if name not in RANDOM and name not in _TORCH_DENIED and hasattr(torch, name):
            yield f"torch.{name}", getattr(torch, name)
    for module, prefix in (
        (torch.functional, "torch"),
        (torch.linalg, "torch.linalg"),
        (torch.fft, "torch.fft"),
        (torch.special, "torch.special"),
        (F, "torch.nn.functional"),
        (torch.nn.utils.rnn, "torch.nn.utils.rnn"),
    ):
        yield from _public(module, prefix, RANDOM | _TORCH_DENIED)
    for dotted in (*_TORCH_MORE, "no_grad", "enable_grad"):
        value: object = torch
        for part in dotted.split("."):
            value = getattr(value, part, None)
        if value is not None:
            yield f"torch.{dotted}", value
    for name in _DISTRIBUTIONS:
        yield f"torch.distributions.{name}", getattr(torch.distributions, name)
    for name in _BUILTINS:
        yield name, getattr(builtins, name)
    for module in (math, cmath, statistics):
        yield from _public(module, module.__name__, frozenset())
    for module, names in (
        (itertools, _ITERTOOLS),
        (functools, ["partial", "reduce"]),
        (operator, _OPERATOR),
        (copy, ["copy", "deepcopy"]),
        (collections, ["Counter", "OrderedDict", "defaultdict", "deque"]),
    ):
        yield from (
            (f"{module.__name__}.{n}", getattr(module, n)) for n in names if hasattr(module, n)
        )
    yield from _public(np, "numpy", _NUMPY_DENIED)
    yield from _public(np.linalg, "numpy.linalg", frozenset(["test"]))
    yield from _public(np.fft, "numpy.fft", frozenset())


def _public(
    module: ModuleType, prefix: str, denied: frozenset[str]
) -> Iterator[tuple[str, object]]:
    for name, value in list(vars(module).items()):  # dir() would import lazy parts
        if name.startswith("_") or name in denied or not callable(value):
            continue
        if isinstance(value, type) and not issubclass(value, np.generic | tuple):
            continue
        yield f"{prefix}.{name}", value
