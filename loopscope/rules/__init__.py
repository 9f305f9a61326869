"""Rules: one file each in ``catalog``; the next rule is that file and its example."""
