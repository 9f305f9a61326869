"""What is read at a subscript: slices, windows, gathers, rows of a group."""
