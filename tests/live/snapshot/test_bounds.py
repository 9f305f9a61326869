import pytest
import torch
from snapshots import snapshot_of, take_into

from loopscope.capture.snapshot import SnapshotTaker
from loopscope.config import Settings
from loopscope.verify.rebuild import rebuild, replicate

pytestmark = pytest.mark.live

SMALL = Settings(max_snapshot_bytes=1000)


def test_a_tensor_that_does_not_fit_is_used_while_it_is_unchanged():
    large, small = torch.rand(1000), torch.rand(10)

    snapshot = snapshot_of(SMALL, small=small, large=large, view=large[1:])
    values = rebuild(snapshot)

    assert snapshot.nbytes == 40
    assert snapshot.missing == {}
    assert torch.equal(values["large"], large)
    values["view"][0] = 7
    assert values["large"][1] == 7
    assert large[1] != 7


def test_a_tensor_that_does_not_fit_is_missing_once_it_is_written_to():
    large = torch.rand(1000)
    snapshot = snapshot_of(SMALL, large=large, pair=[large], fine=1)

    large.add_(1)
    replica = replicate(snapshot)

    assert "written to" in replica.missing["large"]
    assert "written to" in replica.missing["pair"]
    assert replica.namespace["fine"] == 1


def test_a_tensor_that_does_not_fit_is_missing_once_it_is_gone():
    large = torch.rand(1000)
    snapshot = snapshot_of(SMALL, large=large)

    del large
    replica = replicate(snapshot)

    assert "gone" in replica.missing["large"]
    assert "large" not in replica.namespace


def test_a_tensor_that_does_not_fit_is_missing_once_it_has_moved():
    large = torch.rand(1000)
    snapshot = snapshot_of(SMALL, large=large)

    large.data = torch.rand(1000)

    assert "large" in replicate(snapshot).missing


def test_a_second_view_that_does_not_fit_leaves_both_where_they_are():
    whole = torch.rand(1000)

    snapshot = snapshot_of(SMALL, part=whole[:10], whole=whole)
    values = rebuild(snapshot)
    values["part"].fill_(5)

    assert snapshot.nbytes == 0
    assert values["whole"][:11].tolist() == [5] * 10 + [whole[10].item()]


def test_an_array_that_does_not_fit_is_missing():
    array = torch.zeros(1000).numpy()

    assert snapshot_of(SMALL, array=array).missing == {"array": "too large"}


def test_all_snapshots_together_have_a_bound():
    taker = SnapshotTaker(Settings(max_snapshot_bytes=1000, max_snapshots_bytes=1500))
    xs = [torch.rand(250), torch.rand(250)]

    for x in xs:
        take_into(taker, x=x)

    assert [s.nbytes for s in taker.snapshots] == [1000, 0]


def test_a_value_of_too_many_parts_is_missing_and_takes_no_room():
    xs = [torch.zeros(1) for _ in range(30_000)]

    snapshot = snapshot_of(xs=xs, fine=torch.ones(2))

    assert snapshot.missing == {"xs": "too many parts"}
    assert snapshot.nbytes == 8


def test_many_constants_are_one_part():
    rows = [(k, float(k)) for k in range(50_000)]

    snapshot = snapshot_of(rows=rows, table={k: k for k in range(50_000)})

    assert len(snapshot.nodes) < 10
    assert rebuild(snapshot)["rows"] == rows


def test_endless_constants_are_too_many():
    assert snapshot_of(xs=[0] * 1_000_000).missing == {"xs": "too many parts"}


def test_the_empty_containers_of_modules_are_few_parts():
    members = [torch.nn.Linear(2, 2) for _ in range(1200)]  # with a dozen each

    assert not snapshot_of(members=members).missing


def test_endless_empty_containers_are_too_many():
    assert snapshot_of(xs=[{} for _ in range(250_000)]).missing == {"xs": "too many parts"}
