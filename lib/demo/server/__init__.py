"""The demo organization behind a real HTTP server that speaks the API."""
