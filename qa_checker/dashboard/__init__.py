"""The dashboard: what a published archive says, for supervisors, agents and operators, in Chinese."""
