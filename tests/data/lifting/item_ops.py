"""What torch does with one item, done with all of them."""

import torch
import torch.nn.functional as F
from sized import sized


@sized(lambda n: {"x": torch.randn(n, 4)})
def constants_of_an_item_s_shape(x):
    out = torch.zeros(len(x), 4)
    for i, row in enumerate(x):
        out[i] = torch.ones_like(row) + torch.full_like(row, 2.5) * row + row.new_zeros(4)
    return out


@sized(lambda n: {"x": torch.randn(n, 4, 5)})
def moved_dimensions(x):
    out = torch.zeros(len(x), 5, 4)
    for i in range(len(x)):
        out[i] = x[i].movedim(0, 1) + x[i].transpose(0, 1).unsqueeze(0).squeeze(0)
    return out


@sized(lambda n: {"x": torch.randn(n, 4, 1)})
def squeezed(x):
    out = []
    for m in x:
        out.append(m.squeeze() * m.view(-1) + m.squeeze(-1).squeeze())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 6)})
def flattened(x):
    out = []
    for row in x:
        out.append(row.flatten() + row.view(-1) + row.reshape((2, 3)).flatten())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def repeated_items(x):
    out = []
    for row in x:
        out.append(row.expand(2, 3) + row.unsqueeze(0).repeat(2, 1))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def diagonals(x):
    out = []
    for row in x:
        d = torch.diag(row)
        out.append(d + d.diagonal())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4, 4)})
def triangles_and_norms(x):
    out = []
    for m in x:
        out.append(torch.linalg.matrix_norm(m.tril()) + torch.linalg.norm(m, dim=1).sum())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4)})
def typed_like_an_item(x):
    out = []
    for row in x:
        out.append(row + torch.arange(4, dtype=row.dtype, device=row.device) * row.size(0))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4)})
def normalised_by_function(x):
    out = []
    for row in x:
        out.append(F.normalize(row, dim=0) + F.softmax(row, dim=-1))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3, 4)})
def places_of_extremes(x):
    out = torch.zeros(len(x), dtype=torch.long)
    for i in range(len(x)):
        out[i] = x[i].argmax() + x[i].amax(dim=(0, 1)).long()
    return out


@sized(lambda n: {"x": torch.randn(n)})
def reductions_of_numbers(x):
    out = []
    for v in x:
        out.append(v.sum() + v.norm() + v.mean() * v.any())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3)})
def python_s_own_reductions(x):
    out = []
    for row in x:
        a, b, c = row[0], row[1], row[2]
        out.append(max(a, b, c) - min(row) + sum([a, b]) + abs(c) + sum(row))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3).requires_grad_()})
def numbers_cut_from_the_graph(x):
    total = 0.0
    for row in x:
        total += row.sum().item() ** 2
    return total


@sized(lambda n: {"x": torch.arange(n)})
def converted_numbers(x):
    out = []
    for v in x:
        out.append(torch.tensor(v.item(), dtype=torch.float64) + torch.as_tensor(v) / 2)
    return torch.stack(out)


@sized(lambda n: {"logits": torch.randn(n, 5), "y": torch.randint(0, 5, (n,))})
def losses_of_each(logits, y):
    out = []
    for row, t in zip(logits, y):
        out.append(F.cross_entropy(row, t) + F.nll_loss(F.log_softmax(row, dim=0), t))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3), "y": torch.rand(n, 3)})
def losses_with_a_reduction(x, y):
    out = []
    for a, b in zip(x, y):
        each = F.binary_cross_entropy_with_logits(a, b, reduction="none")
        out.append(each.max() + F.l1_loss(a, b, reduction="sum"))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4)})
def rolled_alike(x):
    out = []
    for row in x:
        out.append(torch.roll(row, 1) - row.roll(-1, 0))
    return torch.stack(out)


@sized(lambda n: {"v": torch.randn(n, 3), "m": torch.randn(n, 3, 4)})
def row_times_matrix(v, m):
    out = []
    for i in range(len(v)):
        out.append(v[i] @ m[i] + torch.ones(3) @ m[i])
    return torch.stack(out)


@sized(lambda n: {"m": torch.randn(n, 3, 4), "v": torch.randn(4)})
def matrices_times_one_vector(m, v):
    out = []
    for a in m:
        out.append(a @ v + torch.mv(a, v))
    return torch.stack(out)


@sized(lambda n: {"m": torch.randn(n, 3, 3)})
def triangular_solves(m):
    out = []
    for a in m:
        lower = a.tril() + 4 * torch.eye(3)
        out.append(torch.linalg.solve_triangular(lower, a, upper=False))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 3), "y": torch.randn(n, 3)})
def each_with_each_by_dots(x, y):
    out = torch.zeros(len(x), len(y))
    for i, a in enumerate(x):
        for j, b in enumerate(y):
            out[i, j] = a.dot(b)
    return out


@sized(lambda n: {"x": torch.randn(n, 2, 3, 4)})
def permuted_more(x):
    out = []
    for t in x:
        out.append(t.permute(2, 0, 1).sum((0, 1)) + t.permute((1, 0, 2)).sum((1, 2)))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4), "w": torch.randn(n, 4)})
def where_and_masked_fill(x, w):
    out = []
    for a, b in zip(x, w):
        out.append(torch.where(a > 0, a, b).masked_fill(b < 0, 7.0).clamp(min=-1.0))
    return torch.stack(out)


@sized(lambda n: {"x": torch.rand(n, 4)})
def rounded_and_powered(x):
    out = []
    for row in x:
        out.append(torch.pow(row, 2) + row.pow(0.5) - torch.round(row) % 2 + row // 0.5)
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4)})
def windows_of_an_item(x):
    out = []
    for row in x:
        out.append(row.unfold(0, 2, 1).sum(dim=1) + row.narrow(0, 1, 3) + row.diff())
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4)})
def items_with_an_own_batch(x):
    out = []
    for row in x:
        out.append(torch.cat([row[None], row[None] * 2], dim=0))
    return torch.stack(out)


@sized(lambda n: {"x": torch.randn(n, 4)})
def operands_by_keyword(x):
    out = []
    for row in x:
        out.append(torch.softmax(input=row, dim=0) + torch.kron(input=row, other=row)[:4])
    return torch.stack(out)


@sized(lambda n: {"a": torch.randn(n, 4), "b": torch.randn(n, 4)})
def each_row_against_all_others(a, b):
    loss = 0
    for i in range(len(a)):
        logits = a[i] @ b.T / 0.1
        loss += F.cross_entropy(logits[None], torch.tensor([i]))
    return loss / len(a)
