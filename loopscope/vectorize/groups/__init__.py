"""Rows by group: those that ``owner == k`` selects, and items joined out of many lists."""
