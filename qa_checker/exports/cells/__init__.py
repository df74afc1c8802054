"""What one cell of an export may say: which column it is of, roles, times, notices."""
