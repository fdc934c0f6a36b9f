"""An OpenID Connect provider on this machine that signs in whoever is typed in."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType

from tests.browser.child import comes_up, end
from tests.ports import free_port

PATIENCE = 30.0
CLIENT = {"client_id": "usage", "client_secret": "hidden-from-people"}
COOKIE_SECRET = "nobody-knows-this-but-the-tests-of-the-app"


class IdentityProvider:
    """A provider whose `people` have the claims given; leaving the block ends it."""

    def __init__(self, *people: Mapping[str, object]) -> None:
        self._port = free_port()
        self._people = people
        self.address = f"http://127.0.0.1:{self._port}/.well-known/openid-configuration"

    def __enter__(self) -> "IdentityProvider":
        claims = [part for person in self._people for part in ("--user-claims", json.dumps(person))]
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(self._port), *claims]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not comes_up(self._process, self.address, PATIENCE):
            end(self._process)
            raise RuntimeError("The identity provider did not come up.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end(self._process)

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
