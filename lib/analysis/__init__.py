"""Pure functions on small frames: what the pages show is computed here."""
