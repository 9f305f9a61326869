"""Whether calling a torch module only computes."""

from __future__ import annotations

import torch
from torch.nn.modules import module as torch_module

from loopscope.verify.purity.body import ImpureError

_DRAWS = ("Dropout", "AlphaDropout", "FeatureAlphaDropout", "RReLU", "FractionalMaxPool")
_GLOBAL_HOOKS = (
    "_global_forward_hooks",
    "_global_forward_pre_hooks",
    "_global_backward_hooks",
    "_global_backward_pre_hooks",
)
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def check_module(module: torch.nn.Module, name: str) -> tuple[torch.nn.Module, ...]:
    """Raise if calling a module does more than compute; else return those that users wrote.

    Raises:
        ImpureError: It has hooks, draws random numbers, or updates statistics.
    """
    if any(getattr(torch_module, hooks, None) for hooks in _GLOBAL_HOOKS):
        raise ImpureError("calls modules, for which global hooks are set")
    written = []
    for path, part in module.named_modules():
        label = f"{name}.{path}" if path else name
        if any(vars(part).get(hooks) for hooks in _HOOKS):
            raise ImpureError(f"calls `{label}`, which has hooks")
        library = type(part).__module__
        if not library.startswith("torch."):
            written.append(part)
        elif not library.startswith("torch.nn.modules.") or "Lazy" in type(part).__name__:
            raise ImpureError(f"calls `{label}`, a {type(part).__name__}")
        if part.training:
            _check_training(part, label)
    return tuple(written)


def makes_no_parameters(cls: type) -> bool:
    """Whether making a module of this class draws no random numbers."""
    plain = cls.__module__.startswith("torch.nn.modules.")
    return plain and not hasattr(cls, "reset_parameters") and not cls.__name__.startswith(_DRAWS)


def _check_training(module: torch.nn.Module, label: str) -> None:
    kind = type(module).__name__
    chance = vars(module).get("dropout", 0.0)
    if kind.startswith(_DRAWS) or (isinstance(chance, float) and chance > 0):
        if vars(module).get("p", 1.0) == 0.0:
            return
        raise ImpureError(
            f"calls `{label}`, a {kind} in training mode, which draws random numbers"
        )
    if vars(module).get("track_running_stats", False):
        raise ImpureError(
            f"calls `{label}`, a {kind} in training mode, which updates its statistics"
        )
