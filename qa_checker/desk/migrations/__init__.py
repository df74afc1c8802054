"""How the desk database came to its present shape, step by step; run whenever a desk is opened."""
