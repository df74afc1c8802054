"""Reading, trying, changing and publishing rules on 规则与词表."""
