"""Dotted names of ops, as torch's documentation has them."""

from __future__ import annotations

_LINALG = {
    "inv", "pinv", "det", "slogdet", "cholesky", "qr", "svd", "eigh", "eigvalsh", "eig", "eigvals",
    "svdvals", "matrix_exp", "matrix_power", "matrix_rank", "matrix_norm", "cond", "solve",
    "lstsq", "solve_triangular", "vector_norm", "cross", "vecdot",
}  # fmt: skip
_FFT = {
    "fft", "ifft", "rfft", "irfft", "fft2", "ifft2", "rfft2", "irfft2", "hfft", "ihfft",
    "fftn", "ifftn", "rfftn", "irfftn", "fftshift", "ifftshift",
}  # fmt: skip
_FUNCTIONAL = {
    "relu6", "gelu", "silu", "softplus", "softsign", "elu", "leaky_relu", "hardtanh",
    "hardsigmoid", "hardswish", "logsigmoid", "mish", "softmin", "normalize", "glu", "one_hot",
    "layer_norm", "pad", "hardshrink", "softshrink", "tanhshrink",
}  # fmt: skip
_SPECIAL = {
    "expit", "entr", "erfcx", "i0e", "i1", "i1e", "log_ndtr", "ndtr", "ndtri", "gammaln", "psi",
    "xlog1py", "zeta", "gammainc", "gammaincc",
}  # fmt: skip
CASTS = {
    "float", "double", "half", "bfloat16", "long", "int", "bool", "short", "char", "byte", "to",
    "type", "cpu", "cuda", "contiguous", "type_as",
}  # fmt: skip
_RENAMED = {"inverse": "inv", "norm": "vector_norm"}


def op_name(name: str) -> str:
    """Return ``torch.fft.rfft`` of ``rfft``."""
    name = _RENAMED.get(name, name)
    for names, prefix in (
        (_LINALG, "torch.linalg"),
        (_FFT, "torch.fft"),
        (_FUNCTIONAL, "torch.nn.functional"),
        (_SPECIAL, "torch.special"),
        (CASTS, "Tensor"),
    ):
        if name in names:
            return f"{prefix}.{name}"
    return f"torch.{name}"
