"""Lift loops to whole-tensor code.

``prepare`` reads what stands around a loop, ``lift_loop`` writes the code in its place; for lists
of tensors ``foreach`` does. In between, a ``Lifter`` knows what each name of the body stands for,
a ``Value``: its code for all iterations at once, with the loops that it depends on.

- ``expressions``, ``statements``, ``headers``, ``subscripts``: the body, read node by node.
- ``operators``: what any two values make; ``aligned`` those of each iteration alone, ``carries``
  those that an iteration passes on.
- ``ops``: how each op batches; an entry is found by its name.
- ``stores``: what the loop stored, written at once.
- ``region``, ``liveness``, ``edits``, ``layout``: the statements around, and the file's own lines.
"""
