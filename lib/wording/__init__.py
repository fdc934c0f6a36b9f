"""Numbers, dates and ids as text, and the sentences that explain a result."""
