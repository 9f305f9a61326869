"""Programs with random loops, for property tests."""
