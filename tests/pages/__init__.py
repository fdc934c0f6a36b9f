"""Pages, run through the real frame against a real server on a loopback port."""
