"""What each loop of a window cost."""

from loopscope.hotspots.find_loop_costs import find_loop_costs

__all__ = ["find_loop_costs"]
