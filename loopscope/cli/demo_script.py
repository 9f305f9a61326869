"""A training script as a user writes it, with three loops that a tensor op replaces."""

import torch
from torch import nn


def train(steps: int = 2, size: int = 10_000) -> float:
    """Train for ``steps`` steps on made-up data; return the last loss."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(steps):
        data = torch.rand(size)
        features = make_features(data)
        loss = (model(features).squeeze(1) - data).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return float(loss.detach())


def make_features(data: torch.Tensor) -> torch.Tensor:
    """Compute three features of shape ``(len(data),)``, one number at a time."""
    shifted = torch.zeros_like(data)
    for i in range(len(data)):
        shifted[i] = data[i] + 2

    current_sum = 0
    cumulative_sum = torch.zeros_like(data)
    for i in range(len(data)):
        current_sum += data[i]
        cumulative_sum[i] = current_sum

    result = torch.zeros_like(data)
    for i in range(len(data)):
        if data[i] > 0.5:
            result[i] = data[i]
        else:
            result[i] = 0
    return torch.stack([shifted, cumulative_sum / len(data), result], dim=1)
