"""What can be compared, to the bit, of values that a program made."""

import random

import numpy as np
import torch


def fingerprint(value):
    """Everything about a value that a program could notice, as something ``==`` compares."""
    match value:
        case torch.Tensor():
            return _tensor(value)
        case np.ndarray():
            return "array", value.dtype.str, value.shape, value.tobytes()
        case torch.nn.Module() | torch.optim.Optimizer():
            return type(value).__name__, fingerprint(value.state_dict())
        case dict():
            return tuple((repr(key), fingerprint(item)) for key, item in value.items())
        case list() | tuple():
            return type(value).__name__, tuple(fingerprint(item) for item in value)
        case float():
            return value.hex()
        case BaseException():
            return type(value).__name__, str(value)
        case int() | str() | bytes() | None:
            return value
    return type(value).__name__, fingerprint(vars(value))


def random_state():
    """The state of torch's, numpy's and Python's generators."""
    numpy_state = np.random.get_state(legacy=False)["state"]
    return (
        torch.get_rng_state().numpy().tobytes(),
        numpy_state["pos"],
        numpy_state["key"].tobytes(),
        random.getstate(),
    )


def autograd_graph(value):
    """The graph behind every tensor in a value: node names, shapes of leaves, edges in order."""
    numbers, nodes = {}, []

    def visit(node):
        if node is None:
            return None
        if node not in numbers:
            numbers[node] = len(numbers)
            leaf = getattr(node, "variable", None)
            shape = None if leaf is None else tuple(leaf.shape)
            entry = [node.name(), shape]
            nodes.append(entry)
            entry.append([(visit(inner), slot) for inner, slot in node.next_functions])
        return numbers[node]

    roots = [visit(tensor.grad_fn) for tensor in tensors(value)]
    return roots, nodes


def tensors(value):
    """All tensors in nested containers and modules, in order."""
    match value:
        case torch.Tensor():
            yield value
        case torch.nn.Module():
            yield from value.parameters()
        case dict():
            for item in value.values():
                yield from tensors(item)
        case list() | tuple():
            for item in value:
                yield from tensors(item)


def _tensor(value):
    plain = value.detach().contiguous()
    version = None if value.is_inference() else value._version
    return (
        str(value.dtype), tuple(value.shape), value.stride(), value.storage_offset(),
        value.requires_grad, value.is_leaf, version,
        plain.reshape(-1).view(torch.uint8).numpy().tobytes(),
    )  # fmt: skip
