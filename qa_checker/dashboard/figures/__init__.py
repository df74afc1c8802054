"""What is drawn of a period: cards, charts, tables, and the files one takes away."""
