"""Apache Spark as the engine: a cluster of separate processes on this machine, and what is asked of it."""
