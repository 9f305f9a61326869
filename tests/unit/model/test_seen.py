"""What holds of an expression over several visits."""

from dataclasses import replace

from loopscope.model.seen import Seen, merge

MATRIX = Seen("tensor", "float32", (3, 4), "cpu")
VECTOR = Seen("tensor", "float32", (3,), "cpu")


def test_tensors_of_another_rank_are_uneven():
    found = merge(MATRIX, VECTOR)

    assert found.mixed
    assert found.uneven
    assert merge(found, MATRIX).uneven
    assert merge(VECTOR, found).uneven


def test_what_differs_in_more_is_mixed_alone():
    for other in (replace(VECTOR, dtype="int64"), replace(VECTOR, device="cuda:0"), Seen("none")):
        found = merge(MATRIX, other)

        assert found.mixed
        assert not found.uneven
        assert not merge(found, VECTOR).uneven
        assert not merge(merge(MATRIX, VECTOR), other).uneven


def test_tensors_of_one_rank_are_not_mixed():
    found = merge(MATRIX, replace(MATRIX, shape=(3, 5)))

    assert not found.mixed
    assert not found.uneven
    assert found.shape == (3, None)
