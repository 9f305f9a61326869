"""From source text to a loop's reads, writes and dependences."""
