"""Run torch.profiler and keep the loop clock."""
