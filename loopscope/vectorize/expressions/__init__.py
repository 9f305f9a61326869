"""Expressions of the body, one file a kind."""
