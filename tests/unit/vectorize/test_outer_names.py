import ast

import pytest

from loopscope.vectorize.finish.outer_names import with_outer_names
from loopscope.vectorize.value import NotLiftable

FUNCTION = "def f(a):\n    {declared}\n    for v in a:\n        x.add_(v)"


@pytest.mark.parametrize(
    ("declared", "rewrite", "kept"),
    [
        ("pass", "x += a.sum()", "x.add_(a.sum())"),
        ("pass", "if a:\n    x -= 2 * a.sum()", "if a:\n    x.sub_(2 * a.sum())"),
        ("pass", "x[:] = a", "x[:] = a"),
        ("pass", "a += 1", "a += 1"),
        ("x = 0", "x += a.sum()", "x += a.sum()"),
        ("nonlocal x; x = 0", "x += a.sum()", "x += a.sum()"),
        ("global x; x = 0", "x = a.sum()", "x = a.sum()"),
        ("pass", "y = [x for x in a]", "y = [x for x in a]"),
    ],
)
def test_a_name_from_around_the_function_stays_what_it_is(declared, rewrite, kept):
    function = ast.parse(FUNCTION.format(declared=declared)).body[0]

    made = with_outer_names(ast.parse(rewrite).body, function)

    assert "\n".join(map(ast.unparse, made)) == kept


@pytest.mark.parametrize("rewrite", ["x = a.sum()", "x **= 2"])
def test_one_that_would_have_to_be_bound_is_refused(rewrite):
    function = ast.parse(FUNCTION.format(declared="pass")).body[0]

    with pytest.raises(NotLiftable, match="x is a name of what is around the function"):
        with_outer_names(ast.parse(rewrite).body, function)


def test_names_of_a_module_are_its_own():
    module = ast.parse("for v in a:\n    x.add_(v)")

    (made,) = with_outer_names(ast.parse("x += a.sum()").body, module)

    assert ast.unparse(made) == "x += a.sum()"
