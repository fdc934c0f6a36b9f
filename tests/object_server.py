"""An object store that speaks as S3 does, in a process of its own, which tells what it was asked."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import requests

from lib.configuration.store_address import ObjectAccess
from tests.ports import free_port

BUCKET = "usage"
_PATIENCE = 60.0
_REQUEST = re.compile(r"([A-Z]+ /\S*) HTTP/1")


class ObjectServer:
    """A server at `url` with one empty bucket, which writes down in `folder` what it is asked.

    It is another process, because delta-rs waits for answers while it keeps the interpreter's lock.
    """

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "requests.log"
        with self.log.open("wb") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                stdout=told,
                stderr=told,
                env={**os.environ, "AWS_DEFAULT_REGION": "us-east-1"},
            )

    def start(self) -> "ObjectServer":
        """Return it once it answers."""
        ends = time.monotonic() + _PATIENCE
        while True:
            try:
                requests.put(f"{self.url}/{BUCKET}", timeout=_PATIENCE).raise_for_status()
            except requests.ConnectionError:
                assert self._process.poll() is None, self.log.read_text()
                assert time.monotonic() < ends, self.log.read_text()
                time.sleep(0.05)
            else:
                return self

    def stop(self) -> None:
        """End it, with all that it keeps."""
        self._process.kill()
        self._process.wait()

    def access(self, session: str | None = None) -> ObjectAccess:
        """Return what lets in; each `session` is to the app as if another process had it."""
        return ObjectAccess("key", "secret", session, None, self.url)

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables with which processes find it."""
        return {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_ENDPOINT_URL": self.url,
        }

    def put(self, path: str, content: bytes) -> None:
        """Let an object (`bucket/key`) hold `content`, whatever it held."""
        import boto3  # few tests need what it takes to load

        bucket, _, key = path.partition("/")
        given = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
        store = boto3.client("s3", endpoint_url=self.url, **given)
        store.put_object(Bucket=bucket, Key=key, Body=content)

    def asked(self) -> list[str]:
        """Return the requests that were answered so far, as `METHOD /path`."""
        return requests_in(self.log)


def requests_in(log: Path) -> list[str]:
    """Return the requests that a server wrote down."""
    return _REQUEST.findall(log.read_text())
