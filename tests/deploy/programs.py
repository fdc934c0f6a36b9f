"""Programs of Debian that a test runs, and what listens beside them."""

import shutil
import subprocess
import time
from collections.abc import Callable

PACKAGES = {
    "openssl": "openssl",
    "nginx": "nginx-light",
    "prometheus": "prometheus",
    "promtool": "prometheus",
}


def program(name: str) -> str:
    """Return where a program is; fail with a sentence where it is not installed."""
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin")
    assert found, f"{name} is missing, which this test runs: apt-get install {PACKAGES[name]}"
    return found


def until(holds: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Wait until something holds of a process, which has to live until then."""
    end = time.monotonic() + seconds
    while not holds():
        assert process.poll() is None, "The process ended."
        assert time.monotonic() < end, f"It did not happen within {seconds} s."
        time.sleep(0.1)
