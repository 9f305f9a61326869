"""Scalars by step, a Markdown table and reports, in TensorBoard's own event files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import DATA_CLASS_TENSOR, Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DT_STRING
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from loopscope.errors import LoopscopeError

PLUGIN_NAME = "loopscope"


def write_summaries(
    logdir: Path,
    document: Mapping[str, Any],
    *,
    step: int,
    markdown: str,
    worker: str = "",
    embed: bool = False,
) -> None:
    """Write one window's figures at ``step``.

    With ``embed`` the whole document goes into a tensor summary, where the LoopScope tab finds it
    when TensorBoard is served from event files alone.

    Raises:
        LoopscopeError: ``logdir`` cannot be written.
    """
    try:
        writer = EventFileWriter(str(logdir))
    except OSError as error:
        raise LoopscopeError(
            f"Cannot write to the log directory {logdir}: {error.strerror}. Choose another "
            "logdir.",
            slug="logdir-not-writable",
        ) from None
    values = [Summary.Value(tag=tag, simple_value=v) for tag, v in _scalars(document)]
    values.append(_string("loopscope/findings", markdown, "text"))
    if embed:
        text = json.dumps(document, allow_nan=False)
        values.append(_string(f"loopscope/report/{worker}", text, PLUGIN_NAME))
    wall_time = document["window"]["end_ns"] / 1e9
    writer.add_event(Event(wall_time=wall_time, step=step, summary=Summary(value=values)))
    writer.close()


def _scalars(document: Mapping[str, Any]) -> list[tuple[str, float]]:
    totals = document["totals"]
    scalars = [
        ("loopscope/loop_time_share", float(totals["share"])),
        ("loopscope/hotspots", float(totals["hot_loops"])),
    ]
    for finding in document["findings"]:
        where = finding["location"]
        tag = f"loopscope/cost_ms/{finding['rule']} {Path(where['path']).name}:{where['line']}"
        scalars.append((tag, finding["cost"]["total_ns"] / 1e6))
    return scalars


def _string(tag: str, text: str, plugin: str) -> Summary.Value:
    return Summary.Value(
        tag=tag,
        metadata=SummaryMetadata(
            plugin_data=SummaryMetadata.PluginData(plugin_name=plugin, content=b""),
            data_class=DATA_CLASS_TENSOR,
        ),
        tensor=TensorProto(
            dtype=DT_STRING,
            string_val=[text.encode()],
            tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)]),
        ),
    )
