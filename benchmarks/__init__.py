"""Measurements of speed and size, printed as ratios of one run."""
