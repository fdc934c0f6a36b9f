"""How fast the app is, beside the loops that people write: `python -m tests.benchmarks` prints it."""
