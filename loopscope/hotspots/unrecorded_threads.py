"""Loops in threads that torch.profiler did not record: without ops they cannot be judged."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from loopscope.config import Settings
from loopscope.hotspots.judge import HEAVY_ITERATION_NS
from loopscope.model.recording import Recording
from loopscope.model.trace import Trace

MAX_NAMED = 3


def note_unrecorded_threads(
    trace: Trace, recording: Recording, settings: Settings
) -> tuple[str, ...]:
    """Return a note that names the busy loops of threads without ops; none if there are none.

    By default torch.profiler records the thread that it was started on.
    """
    walls: Counter[int] = Counter()
    iterations: Counter[int] = Counter()
    for entries in recording.threads:
        if entries.thread_id in trace.threads:
            continue
        rows = zip(entries.site.tolist(), entries.parent.tolist(), strict=True)
        spent = (entries.end_ns - entries.start_ns).tolist()
        for row, (site, parent) in enumerate(rows):
            if parent < 0:
                walls[site] += spent[row]
                iterations[site] += max(0, int(entries.iterations[row]))
    least_ns = max(settings.min_cost_ns, settings.min_share * recording.window.duration_ns)
    busy = [
        recording.sites[site]
        for site, wall_ns in walls.most_common()
        if wall_ns >= least_ns
        and iterations[site] >= settings.min_iterations
        and wall_ns < HEAVY_ITERATION_NS * iterations[site]
    ]
    if not busy:
        return ()
    places = [f"{Path(site.path).name}:{site.line}" for site in busy[:MAX_NAMED]]
    places += ["…"] if len(busy) > MAX_NAMED else []
    return (
        f"loops in other threads were not looked at ({', '.join(places)}): torch.profiler "
        "records the thread that starts it. Profile in that thread, or record all with "
        "experimental_config=torch.profiler._ExperimentalConfig(profile_all_threads=True)",
    )
