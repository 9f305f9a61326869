"""What the loop stored, written at once: slices, scatters, masks."""
