"""``loopscope compare``: which loops are which, what is said of them, and the status."""

import io
from dataclasses import replace

import pytest
from golden import check_golden
from reports import SOURCE, finding, report
from rich.cells import cell_len

from loopscope.cli import main
from loopscope.model.finding import Cost
from loopscope.report.comparison import Change, compare_reports
from loopscope.report.comparison_table import show_comparison

OTHER = {n: text.replace("data", "other") for n, text in SOURCE.items()}


def loop(cost_ms=200, *, rule="LS104", function="f", **changes):
    one = finding(cost=Cost(int(cost_ms * 1_000_000), 0, 0.1), rule=rule, **changes)
    return replace(one, location=replace(one.location, function=function))


def moved(one, lines, path="train.py"):
    """The same loop, further down in the file."""
    place = one.location
    return replace(
        one,
        location=replace(
            place, path=path, line=place.line + lines, end_line=place.end_line + lines
        ),
        source={n + lines: text for n, text in one.source.items()},
    )


def kinds(before, after):
    return [c.kind for c in compare_reports(report(*before), report(*after))]


@pytest.mark.parametrize(
    ("before_ms", "after_ms", "kind"),
    [
        (200, 100, "cheaper"),
        (100, 200, "dearer"),
        (100, 109, "same"),
        (100, 112, "dearer"),
        (112, 100, "cheaper"),
        (0.2, 1.1, "same"),
        (0, 0, "same"),
    ],
)
def test_a_loop_is_cheaper_dearer_or_within_noise_the_same(before_ms, after_ms, kind):
    assert kinds([loop(before_ms)], [loop(after_ms)]) == [kind]


def test_loops_are_gone_or_new():
    assert kinds([loop()], []) == ["gone"]
    assert kinds([], [loop()]) == ["new"]
    assert kinds([], []) == []


def test_a_loop_is_known_wherever_it_has_moved_to():
    assert kinds([loop(9)], [moved(loop(9), 100, "/elsewhere/train.py")]) == ["same"]
    assert kinds([loop(9)], [moved(loop(9), 0, "test.py")]) == ["gone", "new"]
    assert kinds([loop(9)], [loop(9, function="g")]) == ["gone", "new"]


def test_the_one_that_is_left_of_two_is_not_taken_for_the_first():
    first, second = loop(100), moved(loop(300, source=OTHER), 20)

    (gone, same) = compare_reports(report(first, second), report(moved(second, -3)))

    assert (gone.kind, gone.before) == ("gone", first)
    assert (same.kind, same.before) == ("same", second)


def test_a_loop_whose_body_or_rule_has_changed_is_still_the_loop():
    body = {**SOURCE, 42: "        current_sum += 2 * data[i]"}

    assert kinds([loop(9)], [loop(9, source=body)]) == ["same"]
    assert kinds([loop(9)], [loop(9, source=body, rule="LS302")]) == ["same"]
    assert kinds([loop(9)], [loop(9, source=OTHER)]) == ["same"]
    assert kinds([loop(9)], [loop(9, source=OTHER, rule="LS302")]) == ["gone", "new"]


def test_loops_alike_are_paired_in_order():
    one, two = loop(100), moved(loop(300), 10)

    found = compare_reports(report(two, one), report(moved(one, 5), moved(two, 5)))

    assert {(c.before_ns, c.after_ns) for c in found} == {
        (100_000_000, 100_000_000),
        (300_000_000, 300_000_000),
    }


def test_the_largest_difference_comes_first():
    before = [loop(10, function="a"), loop(500, function="b"), loop(50, function="c")]
    after = [loop(20, function="a"), loop(510, function="b"), loop(300, function="d")]

    assert kinds(before, after) == ["new", "gone", "dearer", "same"]


@pytest.mark.parametrize(
    ("before", "after", "percent", "regressed"),
    [
        (100, 111, 10, True),
        (100, 110, 10, False),
        (100, 104, 3, True),
        (1, 1.9, 10, False),
        (None, 5, 1_000, True),
        (100, None, 0, False),
        (100, 50, 0, False),
    ],
)
def test_a_regression_is_new_or_dearer_by_more(before, after, percent, regressed):
    old, new = (None if ms is None else loop(ms) for ms in (before, after))

    assert Change(old, new).is_regression(percent) is regressed


def test_advice_is_no_regression():
    assert not Change(None, loop(5, actionable=False)).is_regression(0)
    assert not Change(loop(5), loop(50, actionable=False)).is_regression(0)


TABLES = {
    "all_kinds": (
        [
            loop(100, function="a"),
            loop(50, function="b"),
            moved(loop(8, function="c"), 0, "/home/somebody/" + "deep/" * 9 + "model.py"),
            loop(30, function="d"),
        ],
        [
            loop(1.25, function="a"),
            moved(loop(8, function="c"), 3, "/home/somebody/" + "deep/" * 9 + "model.py"),
            replace(loop(931, function="d"), iterations=20_000),
            moved(loop(12_000, function="e"), 0, "資料/" + "長い名前" * 6 + ".py"),
        ],
    ),
    "nothing": ([], []),
}


@pytest.mark.parametrize("name", TABLES)
def test_it_is_one_table_of_80_columns(name):
    before, after = (report(*findings) for findings in TABLES[name])
    out = io.StringIO()
    show_comparison(before, after, compare_reports(before, after), out)

    check_golden(f"compare_{name}.txt", out.getvalue())
    assert max(map(cell_len, out.getvalue().splitlines())) <= 80


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report(loop(100)).to_json("old.json")
    report(loop(150)).to_json("new.json")


@pytest.mark.parametrize(
    ("args", "status"),
    [
        ("old.json new.json", 0),
        ("--fail-on 10 old.json new.json", 1),
        ("--fail-on 10% old.json new.json", 1),
        ("--fail-on 50 old.json new.json", 0),
        ("--fail-on 0 new.json old.json", 0),
    ],
)
def test_the_status_is_1_for_a_regression_under_fail_on(files, args, status, capsys):
    with pytest.raises(SystemExit) as leave:
        main(["compare", *args.split()])

    assert (leave.value.code or 0) == status
    assert "train.py:41" in capsys.readouterr().out
