"""Serve the demo organization until standard input ends; say the key and the address in one line."""

import datetime as dt
import sys

from lib.demo.server.http_server import DemoServer

with DemoServer(now=lambda: dt.datetime.now(dt.UTC)) as server:
    sys.stdout.write(f"{server.admin_key} {server.base_url}\n")
    sys.stdout.flush()
    sys.stdin.read()
