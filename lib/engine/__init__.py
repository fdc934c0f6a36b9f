"""Questions about stored rows, and the engine that answers them."""
