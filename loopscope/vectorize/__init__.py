"""Lift loops to whole-tensor code.

``prepare`` reads what stands around a loop, ``lift_loop`` writes the code in its place; for lists
of tensors ``foreach`` does. In between, a ``Lifter`` knows what each name of the body stands for,
a ``Value``: its code for all iterations at once, with the loops that it depends on.

- ``normal_form``: the loop made plain before it is read; ``around`` what stands around it.
- ``expressions``, ``statements``, ``headers``, ``subscripts``: the body, read node by node.
- ``operators``: what any two values make; ``carries`` what an iteration passes on to the next.
- ``groups``: rows that belong together; ``spans`` slices whose length differs.
- ``ops``: how each op batches; an entry is found by its name.
- ``stores``: what the loop stored, written at once.
- ``finish``: the code as one would have typed it.
- ``kept_loops``: a loop that cannot be lifted whole, with what can before it.
"""
