"""Days that are not as their baseline says."""
