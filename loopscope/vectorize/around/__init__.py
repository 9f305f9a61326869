"""What stands around the loop: what is taken over, what later code reads, the file."""
