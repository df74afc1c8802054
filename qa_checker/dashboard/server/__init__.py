"""Around the pages: how the server is started and guarded, who is let in, what the browser gets beside them."""
