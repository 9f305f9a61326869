"""Verified rewrites, put into the files that they are of."""
