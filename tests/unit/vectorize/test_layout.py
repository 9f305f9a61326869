import ast

from loopscope.vectorize.around.layout import laid_out


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


def test_a_long_product_is_broken_before_its_operators():
    statement = ast.parse(
        "return first_of_all_the_matrices.movedim(2, 0) "
        "@ second_of_all_the_matrices.movedim(2, 0) @ (third - fourth)"
    ).body[0]

    assert laid_out(statement, ("",), 4).splitlines() == [
        "    return (",
        "        first_of_all_the_matrices.movedim(2, 0)",
        "        @ second_of_all_the_matrices.movedim(2, 0)",
        "        @ (third - fourth)",
        "    )",
    ]
