"""Gives a loop's function inputs of any size."""


def sized(make):
    """``@sized(lambda n: {"x": torch.randn(n)})``: the arguments for about ``n`` iterations."""

    def mark(function):
        function.inputs = make
        return function

    return mark
