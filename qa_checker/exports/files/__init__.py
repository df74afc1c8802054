"""From files on the disk to text: found, unpacked, decoded, in memory or beside it."""
