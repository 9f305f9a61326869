"""Writes traces as torch.profiler does, event by event."""

import gzip
import json

BASE_NS = 1_790_000_000_000_000_000


class TraceFile:
    """Times in microseconds since ``BASE_NS``."""

    def __init__(self):
        self.events = [{"ph": "M", "name": "process_name", "pid": 1, "tid": 0, "ts": 0.0,
                        "args": {"name": "python"}}]  # fmt: skip

    def op(self, name, ts, dur, tid=7, **args):
        args = {key.replace("_", " "): value for key, value in args.items()}
        return self._add("cpu_op", name, ts, dur, tid, args)

    def annotation(self, name, ts, dur, tid=7):
        return self._add("user_annotation", name, ts, dur, tid, {})

    def launch(self, correlation, ts, dur=1.0, tid=7):
        args = {"correlation": correlation}
        return self._add("cuda_runtime", "cudaLaunchKernel", ts, dur, tid, args)

    def kernel(self, correlation, ts, dur, name="k", cat="kernel"):
        args = {"correlation": correlation, "stream": 7, "device": 0}
        return self._add(cat, name, ts, dur, 7, args)

    def _add(self, cat, name, ts, dur, tid, args):
        self.events.append({"ph": "X", "cat": cat, "name": name, "pid": 1, "tid": tid,
                            "ts": ts, "dur": dur, "args": args})  # fmt: skip
        return self

    def text(self):
        return json.dumps({"baseTimeNanoseconds": BASE_NS, "traceEvents": self.events})

    def write(self, path):
        text = self.text().encode()
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
        return path
