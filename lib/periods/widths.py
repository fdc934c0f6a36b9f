"""Widths: how long a bucket of the API is."""

from enum import StrEnum


class Width(StrEnum):
    """How long a bucket of the API is, as `bucket_width` spells it."""

    MINUTE = "1m"
    HOUR = "1h"
    DAY = "1d"

    @property
    def seconds(self) -> int:
        """Return the length of one bucket in seconds."""
        return {Width.MINUTE: 60, Width.HOUR: 3600, Width.DAY: 86400}[self]

    @property
    def per_day(self) -> int:
        """Return how many buckets one day holds."""
        return 86400 // self.seconds
