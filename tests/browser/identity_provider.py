"""An OpenID Connect provider on this machine that signs in whoever is typed in."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import requests

PATIENCE = 30.0
CLIENT = {"client_id": "usage", "client_secret": "hidden-from-people"}
COOKIE_SECRET = "nobody-knows-this-but-the-tests-of-the-app"


class IdentityProvider:
    """A provider whose `people` have the claims given; leaving the block ends it."""

    def __init__(self, *people: Mapping[str, object]) -> None:
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self._port = int(sock.getsockname()[1])
        self._people = people
        self.address = f"http://127.0.0.1:{self._port}/.well-known/openid-configuration"

    def __enter__(self) -> "IdentityProvider":
        claims = [part for person in self._people for part in ("--user-claims", json.dumps(person))]
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(self._port), *claims]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while not self._is_up():
            if self._process.poll() is not None or time.monotonic() > until:
                self._process.kill()
                raise RuntimeError("The identity provider did not come up.")
            time.sleep(0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)

    def secrets(self, app: str, rules: Sequence[str]) -> str:
        """Return the secrets of an app at `app` whose people sign in here, and are let in by `rules`."""
        auth = {
            "redirect_uri": f"{app}/oauth2callback",
            "cookie_secret": COOKIE_SECRET,
            "server_metadata_url": self.address,
            **CLIENT,
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in auth.items()]
        return "\n".join(["[auth]", *lines, *(f"[[access.rule]]\n{rule}" for rule in rules)])

    def _is_up(self) -> bool:
        try:
            return requests.get(self.address, timeout=5).ok
        except requests.RequestException:
            return False
