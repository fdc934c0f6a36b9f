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
    # Native threads of the libraries sometimes abort the interpreter's own end, after all is stored and said.
    os._exit(code)
