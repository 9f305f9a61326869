import json

import pytest
import report_document as build
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.context import RequestContext

from loopscope.errors import LoopscopeError
from loopscope.report.document import from_document
from loopscope.tensorboard.tensors import read_tensor_reports


def report(*findings, **changes):
    return from_document(build.document(*findings, **changes), "x")


def provider(logdir):
    """TensorBoard's own reader."""
    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(logdir))
    multiplexer.Reload()
    return MultiplexerDataProvider(multiplexer, str(logdir))


def test_a_report_goes_into_a_run_directory_with_scalars_and_a_table(tmp_path):
    report(build.finding(), step=3).to_tensorboard(tmp_path / "new" / "run", step=7)

    (sidecar,) = (tmp_path / "new" / "run").glob("*.loopscope.json")
    assert json.loads(sidecar.read_text())["window"]["step"] == 7
    found = provider(tmp_path / "new")
    context = RequestContext()
    scalars = found.list_scalars(context, experiment_id="", plugin_name="scalars")["run"]
    assert set(scalars) == {
        "loopscope/loop_time_share",
        "loopscope/hotspots",
        "loopscope/cost_ms/LS104 train.py:41",
    }
    assert {series.max_step for series in scalars.values()} == {7}
    texts = found.read_tensors(context, experiment_id="", plugin_name="text", downsample=5)
    (text,) = texts["run"]["loopscope/findings"]
    assert b"LS104" in text.numpy.item()
    assert b"<details>" not in text.numpy.item()


def test_an_embedded_report_comes_back_from_the_event_file_alone(tmp_path):
    one = report(build.finding(status="verified"), step=3)

    one.to_tensorboard(tmp_path / "run", embed=True)

    (found,) = read_tensor_reports(provider(tmp_path), RequestContext(), "")
    assert (found.run, found.step) == ("run", 3)
    assert json.loads(found.raw) == one.to_dict()


def test_reports_are_not_embedded_unasked(tmp_path):
    report(build.finding()).to_tensorboard(tmp_path / "run")

    assert list(read_tensor_reports(provider(tmp_path), RequestContext(), "")) == []


def test_a_directory_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(LoopscopeError) as error:
        report().to_tensorboard(tmp_path / "file" / "run")

    assert error.value.slug == "logdir-not-writable"
