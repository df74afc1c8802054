"""One message a row: delimited text, JSON lines, workbooks, Parquet."""
