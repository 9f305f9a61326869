"""Reports that travel in TensorBoard's event files, for deployments that have only those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PLUGIN_NAME = "loopscope"
MAX_WINDOWS = 1_000


@dataclass(frozen=True, slots=True)
class TensorReport:
    """A report that a tensor summary holds. ``worker`` is the end of its tag."""

    run: str
    worker: str
    step: int
    wall_time: float
    raw: bytes

    @property
    def key(self) -> tuple[str, str, int, float]:
        """What names it in its event file."""
        return (self.run, self.worker, self.step, self.wall_time)


def read_tensor_reports(
    provider: Any,  # noqa: ANN401 (TensorBoard's DataProvider)
    context: object,
    experiment: str,
) -> Iterator[TensorReport]:
    """Yield the reports that the data provider holds; nothing where it can give none."""
    if provider is None:
        return
    where = {"experiment_id": experiment, "plugin_name": PLUGIN_NAME}
    if not provider.list_tensors(context, **where):
        return
    runs: Mapping[str, Mapping[str, Any]]
    runs = provider.read_tensors(context, downsample=MAX_WINDOWS, **where)
    for run, tags in runs.items():
        for tag, series in tags.items():
            for datum in series:
                raw = datum.numpy.item()
                if isinstance(raw, str | bytes):
                    text = raw.encode() if isinstance(raw, str) else raw
                    worker = tag.rsplit("/", 1)[-1]
                    yield TensorReport(run, worker, datum.step, datum.wall_time, text)
