"""Modules and autograd: 64 to 72 of the catalogue."""

import torch

torch.manual_seed(8)
STEPS = torch.randn(3, 24, 4)
LAYER = torch.nn.Linear(4, 5)
HIDDEN = torch.randn(24, 9, 4)
LENGTHS = torch.randint(1, 9, (24,))
HEADS, SIZE = 12, 2
Q, K, V = torch.randn(3, 2, 7, HEADS * SIZE)
W = torch.randn(4, 4)
U = torch.randn(4, 4)
ROWS = torch.randn(24, 4)
TARGETS = torch.randn(24)
A = torch.randn(12, 4)
MODELS = [torch.nn.Linear(4, 2) for _ in range(12)]
PARAMETERS = [torch.randn(3) for _ in range(24)]
GRADIENTS = [torch.randn(3) for _ in range(24)]


def loop_64(x=STEPS, lin=LAYER):
    """64 time-distributed layer: batched_call, torch.nn.functional.linear"""
    out = []
    for t in range(x.shape[1]):  # LOOP
        out.append(lin(x[:, t]))
    return torch.stack(out, 1)


def loop_65(h=HIDDEN, L=LENGTHS):
    """65 masked mean pooling: torch.where, torch.arange, Tensor.masked_fill"""
    out = []
    for b in range(len(h)):  # LOOP
        out.append(h[b, : L[b]].mean(0))
    return torch.stack(out)


def loop_66(q=Q, k=K, v=V, H_=HEADS, d=SIZE):
    """66 multi-head attention: torch.nn.functional.scaled_dot_product_attention"""
    out = []
    for h in range(H_):  # LOOP
        s = slice(h * d, (h + 1) * d)
        out.append((q[..., s] @ k[..., s].mT / d**0.5).softmax(-1) @ v[..., s])
    return torch.cat(out, -1)


def loop_67(x=HIDDEN[:, :2], W=W, U=U):
    """67 RNN time loop (advice): hoist_input_projection, torch.nn.RNN"""
    h = x.new_zeros(2, 4)
    out = []
    for t in range(len(x)):  # LOOP
        h = torch.tanh(x[t] @ W + h @ U)
        out.append(h)
    return torch.stack(out)


def loop_68(x=ROWS, y=TARGETS, W=W[0]):
    """68 per-sample gradients: torch.vmap, torch.func.grad"""
    out = []
    for i in range(len(x)):  # LOOP
        w = W.detach().requires_grad_()
        out.append(torch.autograd.grad((w @ x[i] - y[i]) ** 2, w)[0])
    return torch.stack(out)


def loop_69(x=ROWS[0], A=A):
    """69 Jacobian rows: torch.func.jacrev, torch.autograd.functional.jacobian"""
    z = x.detach().requires_grad_()
    y = torch.tanh(A @ z)
    out = []
    for i in range(len(y)):  # LOOP
        out.append(torch.autograd.grad(y[i], z, retain_graph=True)[0])
    return torch.stack(out)


def loop_70(ms=MODELS, x=ROWS):
    """70 ensemble: torch.func.stack_module_state, torch.func.functional_call, torch.vmap"""
    out = []
    for m in ms:  # LOOP
        out.append(m(x))
    return torch.stack(out)


def loop_71(ps=PARAMETERS, gs=GRADIENTS, lr=0.1):
    """71 optimizer loop: torch._foreach_add_"""
    out = [p.clone() for p in ps]
    for p, g in zip(out, gs, strict=True):  # LOOP
        p.add_(g, alpha=-lr)
    return out


def loop_72(gs=GRADIENTS):
    """72 gradient norm: torch._foreach_norm, torch.nn.utils.clip_grad_norm_"""
    t = 0.0
    for g in gs:  # LOOP
        t += g.norm().item() ** 2
    return torch.tensor(t**0.5)
