"""Traces of any size with the keys that torch 2.13 writes, and the loop clock that goes with them.

A nest of two loops runs over all of a trace. Of each iteration ``ops`` writes four ops, what
they call, and a flow: ten events. ``mixed`` adds launches, kernels, their flows and Python
functions, as a GPU and ``with_stack=True`` give: twenty-two.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from loopscope.model.recording import (
    Clock,
    Environment,
    LoopEntries,
    LoopSite,
    Recording,
    Window,
)

BASE_NS = 1_790_000_000_000_000_000
EVENTS = {"ops": 10, "mixed": 22}  # of one iteration
ITERATION_US = 40
INNER = 100  # iterations of an inner entry
SOURCE = """\
def f(x, out):
    for i in range(len(x)):
        for j in range(100):
            out[i, j] = x[i, j] * 2
"""


def write_trace(path: Path, kind: str, num_events: int) -> None:
    """Write about ``num_events`` events of a kind."""
    parts: list[str] = []
    for i in range(num_events // EVENTS[kind]):
        parts += _ops(i)
        if kind == "mixed":
            parts += _kernels(i)
            parts += _functions(i)
    head = f'{{"schemaVersion":1,"baseTimeNanoseconds":{BASE_NS},"traceEvents":['
    path.write_text(head + ",\n".join(parts) + "]}")


def make_recording(path: Path, kind: str, num_events: int) -> Recording:
    """Return what capture would have kept of the window."""
    iterations = num_events // EVENTS[kind]
    inner = np.arange(0, iterations, INNER, dtype=np.int64) * ITERATION_US * 1000
    end = iterations * ITERATION_US * 1000
    loops = LoopEntries(
        thread_id=7,
        site=np.array([0] + [1] * len(inner), np.int32),
        start_ns=np.concatenate([[0], inner]) + BASE_NS,
        end_ns=np.concatenate([[end], inner + INNER * ITERATION_US * 1000]) + BASE_NS,
        iterations=np.array([len(inner)] + [INNER] * len(inner), np.int64),
        parent=np.array([-1] + [0] * len(inner), np.int32),
    )
    return Recording(
        trace_path=path,
        window=Window(0, 0, BASE_NS, BASE_NS + end),
        clock=Clock("settrace"),
        sites=(
            LoopSite("a.py", "f", 1, 2, 13, 4, 0, -1, "for"),
            LoopSite("a.py", "f", 1, 3, 17, 4, 1, 0, "for"),
        ),
        threads=(loops,),
        sources={"a.py": SOURCE},
        environment=Environment("", "", "", "cpu", 1),
        overhead_per_op_ns=500.0,
    )


def _ops(i: int) -> list[str]:
    at = i * ITERATION_US
    parts = []
    for k, name in enumerate(("select", "mul", "add_", "copy_")):
        parts.append(_op(f"aten::{name}", at + 9 * k + 0.125, 7.5, 8 * i + 2 * k, i))
        parts.append(_op("aten::as_strided", at + 9 * k + 1.25, 2.5, 8 * i + 2 * k + 1, -1))
    return parts + [
        f'{{"ph":"{ph}","id":{i},"pid":7,"tid":7,"ts":{at}.5,'
        f'"cat":"fwdbwd","name":"fwdbwd","bp":"e"}}'
        for ph in "sf"
    ]


def _op(name: str, start: float, duration: float, external: int, sequence: int) -> str:
    return (
        f'{{"ph":"X","cat":"cpu_op","name":"{name}","pid":7,"tid":7,"ts":{start},'
        f'"dur":{duration},"args":{{"External id":{external},"Record function id":0,'
        f'"Sequence number":{sequence},"Fwd thread id":0,"Ev Idx":{external}}}}}'
    )


def _kernels(i: int) -> list[str]:
    parts = []
    for k in (1, 2):  # of mul and add_
        at, number = i * ITERATION_US + 9 * k, 2 * i + k
        parts += [
            f'{{"ph":"X","cat":"cuda_runtime","name":"cudaLaunchKernel","pid":7,"tid":7,'
            f'"ts":{at + 4.25},"dur":2.5,"args":{{"External id":{number},"cbid":211,'
            f'"correlation":{number}}}}}',
            f'{{"ph":"X","cat":"kernel","name":"void at::native::elementwise_kernel<128, 4>",'
            f'"pid":0,"tid":7,"ts":{at + 8.5},"dur":1.75,"args":{{"External id":{number},'
            f'"device":0,"context":1,"stream":7,"correlation":{number},"grid":[32,1,1]}}}}',
            *(
                f'{{"ph":"{ph}","id":{number},"pid":7,"tid":7,"ts":{at + 4.25},"cat":"ac2g",'
                f'"name":"ac2g"}}'
                for ph in "sf"
            ),
        ]
    return parts


def _functions(i: int) -> list[str]:
    at = i * ITERATION_US
    return [
        f'{{"ph":"X","cat":"python_function","name":"<built-in method {name} of type object>",'
        f'"pid":7,"tid":7,"ts":{at + 9 * k},"dur":8.25,"args":{{"Python id":{4 * i + k},'
        f'"Python parent id":1,"Ev Idx":{4 * i + k}}}}}'
        for k, name in enumerate(("select", "mul", "add_", "copy_"))
    ]
