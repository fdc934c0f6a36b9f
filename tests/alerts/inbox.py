"""Receivers of messages on this machine: a web server that takes JSON, and a mail server."""

import base64
import json
import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Posted:
    """A message that was posted: where to, and its parts."""

    path: str
    title: str
    body: str
    pictures: tuple[bytes, ...] = ()


class _Server:
    """A server in a thread, for as long as a block lasts."""

    _server: socketserver.BaseServer

    def __enter__(self) -> Any:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class WebInbox(_Server):
    """Keeps what is posted to it, and answers with `status`."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.status = 200
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _posting(self))

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self._server.server_address[1]}/hook-5ecret"


def _posting(inbox: WebInbox) -> type[BaseHTTPRequestHandler]:
    class Posting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            pictures = tuple(base64.b64decode(one["base64"]) for one in told["attachments"])
            inbox.posted.append(Posted(self.path, told["title"], told["message"], pictures))
            self.send_response(inbox.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Posting


class MailInbox(_Server):
    """Keeps the mail that is sent to it, without asking who sends it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _mailing(self))

    @property
    def url(self) -> str:
        address = self._server.server_address
        return f"mailto://127.0.0.1:{address[1]}?from=app@example.com&to=ada@example.com&mode=insecure"


@dataclass
class _Letter:
    lines: list[bytes] = field(default_factory=list)


def _mailing(inbox: MailInbox) -> type[socketserver.StreamRequestHandler]:
    class Mailing(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 ready")
            for line in self.rfile:
                word = line.strip().upper()
                if word == b"DATA":
                    self._say("354 go on")
                    inbox.mails.append(message_from_bytes(self._letter(), policy=policy.default))  # type: ignore[arg-type]
                self._say("221 bye" if word == b"QUIT" else "250 ok")
                if word == b"QUIT":
                    return

        def _letter(self) -> bytes:
            letter = _Letter()
            for line in self.rfile:
                if line == b".\r\n":
                    break
                letter.lines.append(line.removeprefix(b"."))
            return b"".join(letter.lines)

        def _say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    return Mailing
