"""Measurements: what a night costs, as ratios against peers in the same run on the same machine."""
