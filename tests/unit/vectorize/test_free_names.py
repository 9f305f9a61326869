import ast

import pytest

from loopscope.vectorize.around.free_names import free_names


@pytest.mark.parametrize(
    ("source", "free"),
    [
        ("def f(d):\n    for v in d:\n        print(v)", {"print"}),
        ("def f(d):\n    return v", {"v"}),
        ("def f(d):\n    global v\n    v = d\n    return v", {"v"}),
        ("def f(v=v):\n    return v", {"v"}),
        ("@v\ndef f():\n    v = 1", {"v"}),
        ("def f(d):\n    return [v for v in d]", set()),
        ("def f(d):\n    return [v for v in v]", {"v"}),
        ("def f(d):\n    return [v for v in d], v", {"v"}),
        ("def f(d):\n    def g(v):\n        return v\n    return g(v)", {"v"}),
        ("def f(v):\n    return lambda: v", set()),
        ("def f():\n    def g():\n        v = 1\n        return v\n    return v", {"v"}),
        ("class A:\n    v = v\n    def g(self):\n        return v", {"v"}),
        ("async def f():\n    return v", {"v"}),
    ],
)
def test_what_a_function_reads_from_around_it(source, free):
    assert free_names(ast.parse(source).body[0]) == free
