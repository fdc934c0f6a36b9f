"""A proxy before an object store that hands each request on a little later.

`python -m tests.benchmarks.slow_proxy PORT TARGET SECONDS`
"""

import http.client
import sys
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_OF_ONE_HOP = {"connection", "transfer-encoding", "content-length"}


class Late(BaseHTTPRequestHandler):
    """Asks the server at the port `target` of this machine, `delay` seconds after it was asked itself."""

    protocol_version = "HTTP/1.1"

    def __init__(self, target: int, delay: float, *given: Any) -> None:
        self._target, self._delay = target, delay
        super().__init__(*given)

    def pass_on(self) -> None:
        """Answer as the server does."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        time.sleep(self._delay)
        there = http.client.HTTPConnection("127.0.0.1", self._target)
        there.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            there.putheader(name, value)
        there.endheaders(body or None)
        answer = there.getresponse()
        content = answer.read()
        there.close()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OF_ONE_HOP:
                self.send_header(name, value)
        is_head = self.command == "HEAD"
        length = answer.getheader("Content-Length") if is_head else str(len(content))
        self.send_header("Content-Length", length or "0")
        self.end_headers()
        self.wfile.write(b"" if is_head else content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = pass_on  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    port, target, delay = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    ThreadingHTTPServer(("127.0.0.1", port), partial(Late, target, delay)).serve_forever()
