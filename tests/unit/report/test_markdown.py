import pytest
import report_document as build

from loopscope.report.document import from_document
from loopscope.report.markdown import MAX_LENGTH


@pytest.fixture(autouse=True)
def _in_a_repository(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def markdown(*findings, **options):
    return from_document(build.document(*findings), "x").markdown(**options)


def test_the_table_comes_first_and_the_details_are_folded():
    text = markdown(build.finding(status="verified"), build.finding(actionable=False, line=90))

    head, _, rest = text.partition("\n\n")
    assert head == "**1 Python loop costs 49% (203 ms), 1 with a verified fix**"
    table, first, second = rest.split("<details>")
    assert len(table.strip().splitlines()) == 4
    assert "(verified, 4 101×)" in table
    assert "```diff\n--- a/home/ada/train.py" in first
    assert "holds as long as data is a 1-D float tensor" in first
    assert "```diff" not in second


def test_paths_are_relative_to_the_repository(tmp_path):
    text = markdown(build.finding(path=f"{tmp_path}/src/train.py"))

    assert "| `src/train.py:41` |" in text
    assert "<summary><code>src/train.py:41</code>" in text


def test_without_details_it_is_the_table_alone():
    assert "<details>" not in markdown(build.finding(status="verified"), details=False)


def test_nothing_found_is_one_line():
    assert markdown() == "No slow Python loops found.\n"


@pytest.mark.parametrize("status", ["unverified", "refuted", "none"])
def test_a_rewrite_that_is_not_verified_is_not_shown(status):
    text = markdown(build.finding(status=status))

    assert "```diff" not in text
    assert "verified" not in text


def test_why_a_loop_is_not_rewritten_is_said():
    reason = "cumulative_sum is read in the loop"

    assert f"Not rewritten: {reason.replace('_', chr(92) + '_')}." in markdown(build.finding())
    assert reason not in markdown(build.finding(actionable=False)).replace(chr(92), "")


def test_markup_in_names_and_source_stays_text():
    text = markdown(
        build.finding(
            path="/x/<img src=x>|`y`.py",
            summary="<script>alert(1)</script> @everyone #1 [a](javascript:b)",
            source=["", "", "```", "</details><script>"],
        )
    )

    assert "<script>alert" not in text
    assert "<img" not in text.replace("`/x/<img src=x>\\|'y'.py:41`", "")
    assert "\\@everyone" in text
    assert "````python\n```\n</details><script>\n````" in text


def test_a_comment_on_github_holds_it():
    many = [build.finding(line=10 * k + 5, status="verified") for k in range(300)]

    text = markdown(*many)

    assert len(text) < MAX_LENGTH + 100
    assert text.endswith("as much as a comment holds.\n")
