"""千牛 chats in all their layouts: from the client, from the web page, packed into cells."""
