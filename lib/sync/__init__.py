"""What is missing or not final is planned, fetched and stored."""
