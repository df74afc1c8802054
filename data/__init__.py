"""The demo export: four invented days of two invented shops, written by generate.py."""
