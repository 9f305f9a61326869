"""Records ``linear_rows_torch_2_13.json.gz``: a row loop, its backward, one SGD step."""

import gzip
import json
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile

HERE = Path(__file__).parent


def main():
    layer = torch.nn.Linear(4, 4)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    x = torch.randn(6, 4)
    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        torch.stack([layer(x[i]).sum() for i in range(6)]).sum().backward()
        optimizer.step()
        optimizer.zero_grad()
    target = HERE / "linear_rows_torch_2_13.json"
    profiler.export_chrome_trace(str(target))
    trace = json.loads(target.read_text())
    target.unlink()
    keep = ("schemaVersion", "baseTimeNanoseconds", "displayTimeUnit", "traceEvents")
    text = json.dumps({key: trace[key] for key in keep if key in trace})
    target.with_suffix(".json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
