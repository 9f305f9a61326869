"""Fail when a loopbench score has a wrong answer, or is below the committed baseline."""

import json
import sys
from pathlib import Path

total = json.loads(Path(sys.argv[1]).read_text())["total"]
baseline = json.loads(Path(sys.argv[2]).read_text())
wrong = {k: total[k] for k in ("unsound", "false_alarms", "context_blamed", "crashes") if total[k]}
wrong |= {k: n for k, n in total["sequential"].items() if k == "wrong" and n}
lower = {k: (total[k], least) for k, least in baseline.items() if total[k] < least}
print("wrong:", wrong or "nothing", "below baseline:", lower or "nothing")
sys.exit(1 if wrong or lower else 0)
