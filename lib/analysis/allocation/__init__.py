"""Whose dollars a line item is, shared out by usage."""
