"""The dashboard: what a published archive says, for supervisors, agents and operators, in Chinese."""

from importlib.resources import files

FRONTEND = files(__package__) / "frontend"
"""What the browser is given: scripts, styles, the page for signing in."""
