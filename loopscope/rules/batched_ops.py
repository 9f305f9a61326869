"""For what is called on one item: the op that does it for all of them.

One line an op family; a rule that wraps these adds its own ops before them.
"""

from __future__ import annotations

from collections.abc import Mapping

from loopscope.source.facts import LoopFacts

LAYERS = (
    "linear",
    "addmm",
    "conv1d",
    "conv2d",
    "conv3d",
    "convolution",
    "embedding",
    "layer_norm",
    "batch_norm",
    "lstm",
    "gru",
    "scaled_dot_product_attention",
    "_thnn_fused_lstm_cell",
)
LINALG = {
    "inverse": ("torch.linalg.inv",),
    "inv": ("torch.linalg.inv",),
    "pinv": ("torch.linalg.pinv",),
    "solve": ("torch.linalg.solve",),
    "lstsq": ("torch.linalg.lstsq",),
    "cholesky": ("torch.linalg.cholesky",),
    "cholesky_solve": ("torch.cholesky_solve",),
    "cholesky_inverse": ("torch.cholesky_inverse",),
    "solve_triangular": ("torch.linalg.solve_triangular",),
    "det": ("torch.linalg.det",),
    "slogdet": ("torch.linalg.slogdet",),
    "logdet": ("torch.logdet",),
    "svd": ("torch.linalg.svd",),
    "eigh": ("torch.linalg.eigh",),
    "eigvalsh": ("torch.linalg.eigvalsh",),
    "qr": ("torch.linalg.qr",),
    "matrix_exp": ("torch.linalg.matrix_exp",),
    "matrix_power": ("torch.linalg.matrix_power",),
    "trace": ("torch.einsum",),
}
PRODUCTS = {
    "outer": ("torch.einsum",),
    "ger": ("torch.einsum",),
    "dot": ("torch.einsum", "torch.matmul"),
    "inner": ("torch.einsum",),
    "vdot": ("torch.einsum",),
    "mv": ("torch.matmul",),
    "mm": ("torch.bmm", "torch.matmul"),
    "matmul": ("torch.matmul",),
    "bmm": ("torch.matmul",),
    "einsum": ("torch.einsum",),
    "addmm": ("torch.baddbmm",),
    "kron": ("torch.kron", "torch.einsum"),
    "cross": ("torch.linalg.cross",),
    "linear": ("torch.nn.functional.linear",),
    "conv1d": ("torch.nn.functional.conv1d",),
    "conv2d": ("torch.nn.functional.conv2d",),
}
REDUCTIONS = {
    "sum": ("torch.sum",),
    "mean": ("torch.mean",),
    "prod": ("torch.prod",),
    "max": ("torch.amax",),
    "amax": ("torch.amax",),
    "min": ("torch.amin",),
    "amin": ("torch.amin",),
    "argmax": ("torch.argmax",),
    "argmin": ("torch.argmin",),
    "var": ("torch.var",),
    "std": ("torch.std",),
    "median": ("torch.median",),
    "quantile": ("torch.quantile",),
    "norm": ("torch.linalg.vector_norm",),
    "vector_norm": ("torch.linalg.vector_norm",),
    "any": ("torch.any",),
    "all": ("torch.all",),
    "logsumexp": ("torch.logsumexp",),
    "count_nonzero": ("torch.count_nonzero",),
    "bincount": ("Tensor.scatter_add_", "torch.bincount"),
    "histc": ("torch.bucketize", "torch.bincount"),
    "cosine_similarity": ("torch.nn.functional.cosine_similarity",),
    "cross_entropy": ("torch.nn.functional.cross_entropy",),
    "mse_loss": ("torch.nn.functional.mse_loss",),
}
ROWS = {
    "softmax": ("torch.softmax",),
    "log_softmax": ("torch.log_softmax",),
    "normalize": ("torch.nn.functional.normalize",),
    "layer_norm": ("torch.nn.functional.layer_norm",),
    "sort": ("torch.sort",),
    "argsort": ("torch.argsort",),
    "topk": ("torch.topk",),
    "cumsum": ("torch.cumsum",),
    "cumprod": ("torch.cumprod",),
    "flip": ("torch.flip",),
    "diff": ("torch.diff",),
    "roll": ("torch.gather", "torch.take_along_dim"),
    "repeat": ("torch.repeat_interleave",),
    "diag": ("torch.diag_embed", "torch.diagonal"),
    "tril": ("torch.tril",),
    "triu": ("torch.triu",),
    "fft": ("torch.fft.fft",),
    "rfft": ("torch.fft.rfft",),
    "interpolate": ("torch.nn.functional.interpolate",),
    "searchsorted": ("torch.searchsorted",),
    "gather": ("torch.gather",),
    "one_hot": ("torch.nn.functional.one_hot",),
    "round": ("torch.round",),
    "clamp": ("torch.clamp",),
    "stack": ("torch.stack",),
}


def batched_ops(facts: LoopFacts, *families: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the whole-tensor ops for what the loop calls, without repeats."""
    ops = [
        op
        for family in families
        for name, found in family.items()
        if name in facts.calls
        for op in found
    ]
    if PRODUCTS in families and "MatMult" in facts.operators:
        ops.insert(0, "torch.matmul")
    return tuple(dict.fromkeys(ops))
