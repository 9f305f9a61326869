"""What a loop walks over: counters, tensors, lists, pieces, triangles of pairs."""
