"""The command line: `python -m lib sync`, `export`, `check` and `demo-server`."""

import os
import sys

from lib.cli.main import main

if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read standard output has gone; Python must not trip over that once more on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
