"""The records that the store keeps, each declared beside its own fold."""
