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


def test_arguments_that_are_too_long_are_broken_in_their_turn():
    statement = ast.parse(
        "scores = torch.where(step < lengths[:, None], moves[tags[:, :longest - 1], "
        "tags[:, 1:longest]] + emissions[rows[:, None], step, tags[:, 1:longest]], 0).sum(1)"
    ).body[0]

    assert laid_out(statement, ("",), 4).splitlines() == [
        "    scores = torch.where(",
        "        step < lengths[:, None],",
        "        moves[tags[:, :longest - 1], tags[:, 1:longest]]",
        "        + emissions[rows[:, None], step, tags[:, 1:longest]],",
        "        0,",
        "    ).sum(1)",
    ]


def test_a_short_index_is_not_broken_where_what_is_behind_it_stays_too_long():
    statement = ast.parse(
        "bank[:, :longest] = torch.where((step >= first[:, None]) & (step < last[:, None]), "
        "rising[:, None] / width, bank[:, :longest])"
    ).body[0]

    assert laid_out(statement, ("",), 4).splitlines()[0] == "    bank[:, :longest] = torch.where("
