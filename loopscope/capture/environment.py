"""Versions and machine."""

from __future__ import annotations

import platform

import torch

from loopscope.model.recording import Environment


def read_environment() -> Environment:
    """Return what a report says of where it was made."""
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
    return Environment(
        python=platform.python_version(),
        torch=torch.__version__,
        platform=platform.platform(terse=True),
        device=device,
        num_threads=torch.get_num_threads(),
    )
