"""How ops batch: one file a family, one entry an op."""
