"""The demo organization's server in a process of its own: it shares no interpreter with the pages."""

import os
import subprocess
import sys
from functools import cache, cached_property

from lib.configuration.secrets_files import ROOT, read_secrets
from lib.errors import SettingsError, Unavailable
from lib.settings import load_settings


class DemoProcess:
    """A process that serves the demo organization on a loopback port until this one ends."""

    def __init__(self) -> None:
        # the child serves for as long as its standard input is open, so it never outlives this process
        self._child = subprocess.Popen(
            [sys.executable, "-m", "lib.demo"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @cached_property
    def access(self) -> tuple[str, str]:
        """Return the admin key and the address that a client takes for the API's, once the server is up.

        Raises Unavailable where it ended instead.
        """
        line = self._child.stdout.readline() if self._child.stdout else ""
        match line.split():
            case [key, url]:
                return key, url
        msg = "The demo organization's server did not start; the app's log says why. Start the app again."
        raise Unavailable(msg)

    def stop(self) -> None:
        """End the server and wait until it has ended."""
        self._child.communicate()


@cache
def demo_process() -> DemoProcess:
    """Return this process's demo server, started when it is first asked for."""
    return DemoProcess()


def start_where_needed() -> None:
    """Start the demo server, without waiting for it, where the settings name no key."""
    try:
        settings = load_settings(read_secrets(), os.environ)
    except SettingsError:
        return
    if settings.is_demo:
        demo_process()
