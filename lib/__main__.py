"""The command line: `python -m lib sync`, `export`, `check` and `demo-server`."""

import sys

from lib.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
