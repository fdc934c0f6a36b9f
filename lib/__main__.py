"""The command line: `python -m lib sync`, `export`, `check` and `demo-server`."""

import os
import sys
from contextlib import suppress

from lib.cli.main import main

if __name__ == "__main__":
    code = main(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    # Where the store is at an object-store address, pyarrow's threads read through Python code of deltalake;
    # the interpreter aborts when it ends before they do, after all is stored and said.
    os._exit(code)
