"""Who speaks, where an export gives nothing but nicks, or not even these."""
