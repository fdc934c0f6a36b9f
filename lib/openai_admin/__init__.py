"""The HTTP client of the admin API: usage and costs by window, names, and spend limits."""

from lib.openai_admin.client import AdminClient, Part

__all__ = ["AdminClient", "Part"]
