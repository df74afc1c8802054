"""How good rules and lists are: measured against people's labels, and on the messages of an archive."""
