import pytest

from loopscope.hotspots.estimate_iterations import estimate_iterations


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], 0),
        ([300], 300),
        ([600, 300, 299], 299),
        ([900, 300], 300),
        ([6000, 3000, 3000, 1, 1, 1], 3000),
        ([2614, 5227, 2613], 2613),
        ([100, 100, 50], 100),
    ],
)
def test_it_is_what_most_ops_occur_as_often_as(counts, expected):
    assert estimate_iterations(dict(enumerate(counts))) == expected
