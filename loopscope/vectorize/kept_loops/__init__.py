"""Loops that stay, with less inside: what waits for no other step is done before them."""
