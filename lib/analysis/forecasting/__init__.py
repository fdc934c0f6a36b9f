"""What the days to come will cost."""
