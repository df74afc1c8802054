"""The archive of nights: published whole or not at all, checked against its manifests, and queried."""
