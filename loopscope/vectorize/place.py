"""What one subscript of an item takes."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from loopscope.vectorize.axes import Counter
from loopscope.vectorize.value import Value


@dataclass(frozen=True, slots=True)
class Place:
    """One subscript of an item.

    Attributes:
        dim: Dimension of the item that it takes; -1 for ``None``.
        fixed: Code of a subscript that does not move, slices included.
        drops: A fixed subscript that takes the dimension away.
        rank: Dimensions of a fixed index tensor; 0 for anything else.
        counter: A counter.
        window: Width of a slice that moves with ``counter``.
        skips: Step of such a slice, or of one that ``index`` stands for.
        index: Anything else: an index read from data.
        crops: ``index`` stands for a slice: it does not move together with other indices.
        crop: Of such a slice: where it begins, and its width.
        span: Bounds of a slice whose length differs between iterations.
        every: It takes ``every * counter``: a slice with a step.
        stride: How far apart windows begin, where that is not the counter's step.
    """

    dim: int
    fixed: ast.expr | None = None
    drops: bool = False
    rank: int = 0
    counter: Counter | None = None
    window: ast.expr | None = None
    skips: ast.expr | None = None
    index: Value | None = None
    crops: bool = False
    crop: tuple[Value, ast.expr] | None = None
    span: tuple[Value | None, Value | None] | None = None
    every: int = 1
    stride: ast.expr | None = None

    @property
    def keeps(self) -> bool:
        """Whether the item that it is a subscript of keeps a dimension there, or gets one."""
        if self.window is not None or self.span is not None:
            return True
        if self.index is not None:
            return self.index.rank > 0
        return self.counter is None and not self.drops
