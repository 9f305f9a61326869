"""What operators make of any two values; some sums and products have an op of their own."""
