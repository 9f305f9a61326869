"""The only place that joins rooms: from a recording to a report, and from a report to its log."""

from loopscope.pipeline.window import report_window, write_log

__all__ = ["report_window", "write_log"]
