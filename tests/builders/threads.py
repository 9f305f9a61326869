"""What torch can record of other threads."""

import torch


def can_trace_all_threads():
    """Whether this torch has a switch for it: 2.6 has none."""
    return "profile_all_threads" in (torch.profiler._ExperimentalConfig.__init__.__doc__ or "")
