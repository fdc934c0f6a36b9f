"""The app as people run it: a Streamlit server in a process of its own, on demo data."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from tests.browser.child import comes_up, end
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""For how many seconds the server may take to come up."""


class App:
    """A server at `url` with a store of its own in `folder`, under `settings` of the environment.

    Leaving the block ends it.
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, str] | None = None, address: str = "127.0.0.1"
    ) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.secrets = folder / "secrets.toml"
        self._folder = folder
        self._address = address
        self._settings = settings or {}
        self._log = folder / "app.log"

    def __enter__(self) -> "App":
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=ROOT, env=self._environment(), stdout=log, stderr=subprocess.STDOUT
            )
        if not comes_up(self._process, f"{self.url}/_stcore/health", PATIENCE):
            end(self._process)
            raise RuntimeError(f"The app did not come up. It said:\n{self.log}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end(self._process)

    @property
    def log(self) -> str:
        """Return what the server has said so far."""
        return self._log.read_text(errors="replace")

    def _command(self) -> list[str]:
        options = {
            "server.port": self.url.rsplit(":", 1)[1],
            "server.address": self._address,
            "server.headless": "true",
            "secrets.files": str(self.secrets),
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        return [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *flags]

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
        return (
            inherited
            | {"USAGE_STORE_URI": str(self._folder / "store"), "HOME": str(self._folder)}
            | dict(self._settings)
        )
