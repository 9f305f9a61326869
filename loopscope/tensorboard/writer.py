"""Scalars by step and a Markdown table, in TensorBoard's own event files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DT_STRING
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from loopscope.errors import LoopscopeError


def write_scalars(logdir: Path, document: Mapping[str, Any], *, step: int, markdown: str) -> None:
    """Write one window's figures at ``step``.

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
    values.append(_text("loopscope/findings", markdown))
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


def _text(tag: str, markdown: str) -> Summary.Value:
    return Summary.Value(
        tag=tag,
        metadata=SummaryMetadata(
            plugin_data=SummaryMetadata.PluginData(plugin_name="text", content=b"")
        ),
        tensor=TensorProto(
            dtype=DT_STRING,
            string_val=[markdown.encode()],
            tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)]),
        ),
    )
