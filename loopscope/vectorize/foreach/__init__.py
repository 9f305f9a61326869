"""Loops over lists of tensors, such as parameters, as multi-tensor ops: ``torch._foreach_*``."""
