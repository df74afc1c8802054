"""From the records of files to the messages of an export: checked, split into sessions, each once, in shards."""
