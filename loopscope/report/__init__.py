"""A report and its formats."""
