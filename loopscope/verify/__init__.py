"""Prove a rewrite against the loop it replaces: verification moves in here."""
