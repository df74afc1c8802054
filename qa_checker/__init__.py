"""Quality checker for Chinese customer-service chats: exports in, sessions scored with evidence out."""
