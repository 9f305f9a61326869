"""Keep torch.compile away from code of ours that runs in the user's threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import torch

Function = TypeVar("Function", bound=Callable[..., Any])


def interpreted(function: Function) -> Function:
    """Mark a function: torch.compile leaves it, and all that it calls, to the interpreter.

    While a compiled function runs, every Python frame of its thread goes to Dynamo first, those
    of trace callbacks too: it would compile us, count graphs for us and break at us.
    ``torch.compiler.disable`` does the same but imports all of ``torch._dynamo``.
    """
    frames = torch._C._dynamo.eval_frame
    code = function.__code__
    if hasattr(frames, "set_code_exec_strategy"):
        skip = frames._FrameAction.SKIP
        frames.set_code_exec_strategy(code, frames._FrameExecStrategy(skip, skip))
    elif hasattr(frames, "skip_code"):  # torch 2.6: the function alone
        frames.skip_code(code)
    return function
