"""The loop in its plainest form: one ``for`` and its counter, no second names."""
