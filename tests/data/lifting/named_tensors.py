"""Numbers of tensors that have names: reports of a module's parameters or of a dict."""

import torch
from sized import sized


def net_with_gradients(n):
    """A module, some of whose parameters have no gradient."""
    net = torch.nn.ModuleList(torch.nn.Linear(3, 2 + k % 2) for k in range(n))
    for k, p in enumerate(net.parameters()):
        p.grad = None if k % 5 == 3 else torch.randn_like(p)
    return net


@sized(lambda n: {"model": net_with_gradients(n)})
def report_of_gradients(model):
    report = {}
    total_norm = 0.0
    for name, param in model.named_parameters():
        if param.grad is None:
            continue
        grad_norm = param.grad.detach().norm(2).item()
        report["grad/" + name] = grad_norm
        total_norm += grad_norm**2
    report["grad/total"] = total_norm**0.5
    return report


@sized(lambda n: {"net": net_with_gradients(n), "logs": {"step": 3}})
def added_to_a_report(net, logs):
    for key, p in net.named_parameters():
        if p.grad is not None and "weight" in key:
            logs[f"{key}.grad"] = p.grad.abs().max().item()
    return logs


@sized(lambda n: {"state": {f"w{k}": torch.randn(2 + k % 3, 4) for k in range(n)}})
def means_of_a_dict(state):
    means = {}
    for k, v in state.items():
        means[k] = float(v.mean())
    return means


@sized(lambda n: {"net": net_with_gradients(n)})
def mean_and_size_of_each(net):
    stats = {}
    for name, p in net.named_parameters():
        stats[name] = {"mean": p.data.mean().item(), "largest": p.data.abs().max().item()}
    return stats


@sized(lambda n: {"self": torch.nn.ParameterDict({f"p{k}": torch.ones(k + 1) for k in range(n)})})
def norms_as_tensors(self):
    norms = {}
    for name, weight in self.named_parameters():
        norms[name.upper()] = weight.detach().norm()
    return norms


@sized(lambda n: {"net": net_with_gradients(n)})
def ratios_by_name(net):
    ratios = {}
    for name, p in net.named_parameters():
        if p.grad is None:
            continue
        ratios[name] = (p.grad.norm() / (p.detach().norm() + 1e-8)).item()
    return ratios


@sized(lambda n: {"net": net_with_gradients(n)})
def list_of_norms(net):
    norms, names = [], []
    for name, p in net.named_parameters():
        if p.grad is None:
            continue
        norms.append(p.grad.norm().item())
        names.append(name)
    return names, norms


@sized(lambda n: {"net": net_with_gradients(n)})
def total_alone(net):
    total = 0.0
    for p in net.parameters():
        if p.grad is not None:
            total += p.grad.data.norm(2).item() ** 2
    return total**0.5


@sized(lambda n: {"old": {f"w{k}": torch.randn(2, 1 + k % 3) for k in range(n)}})
def changes_by_name(old):
    new = {k: v + 1 for k, v in old.items()}
    moved = {}
    for k, v in new.items():
        moved[k] = (v - old[k]).abs().max().item()
    return moved


@sized(lambda n: {"net": net_with_gradients(n)})
def sorted_by_norm(net):
    rows = []
    worst = 0.0
    for name, p in net.named_parameters():
        if p.grad is None:
            continue
        size = torch.norm(p.grad, p=2).item()
        rows.append((name, size))
        worst = max(worst, size)
    rows.sort(key=lambda row: -row[1])
    return rows, worst


class Log:
    def __init__(self):
        self.metrics = {"loss": 0.5}


@sized(lambda n: {"self": Log(), "net": net_with_gradients(n)})
def into_an_attribute(self, net):
    for n, p in net.named_parameters():
        if not n.endswith("bias") and p.requires_grad:
            self.metrics["norm/" + n.replace(".", "/")] = torch.linalg.vector_norm(p.data).item()
    return self.metrics
