"""What an iteration passes on to the next: reductions, scans, recurrences."""
