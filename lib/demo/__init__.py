"""A demo organization: a deterministic generator behind a real HTTP server that speaks the API."""
