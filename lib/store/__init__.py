"""The store: Delta tables of rows, and logs of records."""
