"""Inputs to compare on: the observed ones, and others that are made from them."""
