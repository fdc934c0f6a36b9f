"""`demo-server`: serve the demo organization on a loopback port."""

import argparse
import sys
import threading

from lib.cli.ending_early import Terminated
from lib.cli.exit_codes import ExitCode
from lib.cli.workplace import now
from lib.errors import AppError


def serve_demo(chosen: argparse.Namespace) -> ExitCode:
    """Print the address and the key, and serve until interrupted; raise AppError where the port is taken."""
    from lib.demo.server.http_server import DemoServer  # other commands need not wait for its prices to load

    try:
        server = DemoServer(now=now, port=chosen.port, latency=chosen.latency / 1000)
        server.start()
    except OSError as failure:
        msg = f"Port {chosen.port} cannot be used ({failure.strerror}). Choose another one."
        raise AppError(msg) from None
    sys.stdout.write(f"OPENAI_BASE_URL={server.base_url}\nOPENAI_ADMIN_KEY={server.admin_key}\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except Terminated:
        return ExitCode.TERMINATED  # which is how it is meant to end
    finally:
        server.stop()
    return ExitCode.DONE
