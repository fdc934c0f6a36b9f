"""Run the app with a Spark cluster on this machine that answers its questions, until it is interrupted."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.spark.cluster import Cluster


def main() -> int:
    """Start the cluster and then the app; return how the app ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.spark", description=__doc__)
    parser.add_argument("--port", default="8501", help="the port of the app")
    chosen = parser.parse_args()
    app = ["streamlit", "run", "streamlit_app.py", "--server.port", chosen.port]
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(f"A master, two workers and a Connect server are starting; logs: {folder}\n")
        with Cluster(Path(folder)) as cluster:
            sys.stdout.write(f"Spark answers at {cluster.url}.\n")
            environment = os.environ | {"USAGE_ENGINE_URL": cluster.url}
            try:
                return subprocess.run([sys.executable, "-m", *app], env=environment, check=False).returncode
            except KeyboardInterrupt:
                return 0


if __name__ == "__main__":
    sys.exit(main())
