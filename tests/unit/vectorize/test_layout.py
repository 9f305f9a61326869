import ast

from loopscope.vectorize.layout import laid_out


def test_a_long_line_is_broken_at_its_own_indentation():
    statement = ast.parse(
        "while step < len(last):\n"
        "    last = torch.cat([last[:step], last[step:] + decay ** step * last[:-step]])\n"
    ).body[0]

    assert laid_out(statement, ("",), 4).splitlines() == [
        "    while step < len(last):",
        "        last = torch.cat(",
        "            [last[:step], last[step:] + decay ** step * last[:-step]]",
        "        )",
    ]
