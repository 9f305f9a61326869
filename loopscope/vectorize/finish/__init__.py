"""What was lifted, as one would have typed it: ``finished`` runs the passes in order."""
