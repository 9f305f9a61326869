"""Lift loops to whole-tensor code: the rewrite engine moves in here."""
