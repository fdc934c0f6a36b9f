"""The HTTP API: the named answers of the store for programs, read-only, for whoever brings a token."""
