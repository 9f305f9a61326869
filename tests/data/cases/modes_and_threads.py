"""Runs loops under autocast, no_grad and inference_mode, one of them in a second thread.

Source: written for loopscope. Licence: Apache-2.0.
"""

import threading

import torch


def make_inputs():
    return {"weight": torch.randn(6, 6, requires_grad=True), "rows": torch.randn(25, 6)}


def loop(weight, rows):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = [row @ weight for row in rows]
    with torch.no_grad():
        detached = [row @ weight for row in rows]
    with torch.inference_mode():
        inferred = [float((row @ weight).sum()) for row in rows]
    found = []
    worker = threading.Thread(target=lambda: found.extend(row.sum() for row in rows))
    worker.start()
    worker.join()
    return mixed, detached, inferred, found
