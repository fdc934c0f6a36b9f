"""When: one calendar of UTC days, grains, presets, and when a day is final."""
