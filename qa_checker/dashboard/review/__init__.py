"""One session on the desk: its transcript, its verdicts, and what people do about them."""
