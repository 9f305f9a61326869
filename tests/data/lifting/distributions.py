"""One distribution an item."""

import torch
from sized import sized
from torch import distributions
from torch.distributions import Categorical, Normal, kl_divergence


@sized(
    lambda n: {"logits": torch.randn(n, 4), "actions": torch.arange(n) % 4, "gain": torch.randn(n)}
)
def policy_loss(logits, actions, gain):
    log_probs, entropies = [], []
    for t in range(logits.size(0)):
        dist = Categorical(logits=logits[t])
        log_probs.append(dist.log_prob(actions[t]))
        entropies.append(dist.entropy())
    return -(torch.stack(log_probs) * gain).mean() - 0.01 * torch.stack(entropies).mean()


@sized(lambda n: {"mu": torch.randn(n, 3), "sd": torch.rand(n, 3) + 0.1, "x": torch.randn(n, 3)})
def likelihood(mu, sd, x):
    total = 0.0
    for m, s, v in zip(mu, sd, x):
        total += distributions.Normal(m, s).log_prob(v).sum()
    return total


@sized(lambda n: {"means": torch.randn(n, 3), "x": torch.randn(n, 3), "cov": torch.eye(3) * 0.5})
def gaussians(means, x, cov):
    return torch.stack(
        [distributions.MultivariateNormal(m, cov).log_prob(v) for m, v in zip(means, x)]
    )


@sized(lambda n: {"mu": torch.randn(n, 3), "sd": torch.rand(n, 3) + 0.1})
def divergences(mu, sd):
    out = torch.zeros(len(mu))
    for i in range(len(mu)):
        prior = Normal(torch.zeros_like(mu[i]), torch.ones_like(sd[i]))
        out[i] = kl_divergence(Normal(mu[i], sd[i]), prior).sum()
    return out
