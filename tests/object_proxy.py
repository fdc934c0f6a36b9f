"""What stands between an object store and those who ask it, and may answer in its place."""

import http.client
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

_OF_ONE_HOP = {"connection", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class Answered:
    """An answer of an object store; `length` is that of the body, which an answer to HEAD lacks."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    length: int


class Proxy(BaseHTTPRequestHandler):
    """Hands each request on to the server at the port `target` of this machine, and its answer back."""

    protocol_version = "HTTP/1.1"
    target: int

    def handed_on(self) -> None:
        """Answer as the server does."""
        self.hand_back(self.ask(self.content()))

    def content(self) -> bytes:
        """Return what came with the request."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def ask(self, body: bytes) -> Answered:
        """Return what the server answers."""
        there = http.client.HTTPConnection("127.0.0.1", self.target)
        there.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            there.putheader(name, value)
        there.endheaders(body or None)
        answer = there.getresponse()
        content = answer.read()
        there.close()
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        headers = tuple(
            (name, value) for name, value in answer.getheaders() if name.lower() not in _OF_ONE_HOP
        )
        return Answered(answer.status, headers, content, int(length or len(content)))

    def hand_back(self, answer: Answered) -> None:
        """Send an answer to whoever asked."""
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(answer.length))
        self.end_headers()
        self.wfile.write(answer.body)

    def _answer(self) -> None:
        self.handed_on()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""
