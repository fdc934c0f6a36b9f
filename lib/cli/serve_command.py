"""`serve`: several processes of the app behind a proxy, since each answers on one core."""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from lib.cli.ending_early import Terminated
from lib.cli.exit_codes import ExitCode
from lib.cli.proxy_configuration import proxy_configuration
from lib.cli.standard_error import complain
from lib.configuration.environment import PUBLIC_ADDRESS
from lib.configuration.secrets_files import ROOT
from lib.errors import AppError

MOST_REPLICAS = 32
_NGINX = ":".join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
_LOOKED_AFTER = 0.5
_PATIENCE = 120
_TOO_SOON = 20
_IN_A_ROW = 3
_GRACE = 20


@dataclass
class Process:
    """A process that is started again when it ends; `name` is what it is called in sentences."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """Start it, in a group of its own, so that Ctrl-C reaches it only through this command."""
        self.started = time.monotonic()
        self.running = subprocess.Popen(  # noqa: S603 - what this module names
            self.command,
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def look_after(self) -> None:
        """Start it again where it has ended; raise AppError where it ends again and again."""
        if self.running is None or self.running.poll() is None:
            return
        self.failures = self.failures + 1 if time.monotonic() - self.started < _TOO_SOON else 1
        if self.failures >= _IN_A_ROW:
            raise AppError(f"{self.name} ended {_IN_A_ROW} times in a row; why is said above.")
        complain(f"{self.name} ended ({_reason(self.running.returncode)}) and is started again.")
        self.start()

    def stop(self) -> None:
        """Ask it to end."""
        if self.running and self.running.poll() is None:
            self.running.send_signal(signal.SIGTERM)

    def end(self, until: float) -> None:
        """Wait for its end until a moment of the monotonic clock, then kill it."""
        if self.running:
            try:
                self.running.wait(max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                self.running.kill()
                self.running.wait()


def serve(chosen: argparse.Namespace) -> ExitCode:
    """Serve until asked to end (SIGTERM); raise AppError where the proxy or a replica cannot start."""
    nginx = shutil.which("nginx", path=_NGINX)
    if nginx is None:
        msg = (
            "nginx, which shares the visitors out among the replicas, is not installed: `apt-get install "
            "nginx-light`. One process needs none: `streamlit run streamlit_app.py`."
        )
        raise AppError(msg)
    ports = [chosen.port + n for n in range(chosen.replicas + 1)]
    for port, address in zip(ports, [chosen.address, *["127.0.0.1"] * chosen.replicas], strict=True):
        _require_free(address, port)
    with suppress(Terminated), TemporaryDirectory(prefix="usage-proxy-") as folder, ExitStack() as opened:
        config = Path(folder) / "nginx.conf"
        config.write_text(proxy_configuration(Path(folder), chosen.address, chosen.port, ports[1:]), "utf-8")
        replicas = [_replica(port, chosen.address) for port in ports[1:]]
        proxy = Process("The proxy", [nginx, "-p", folder, "-c", str(config)])
        opened.callback(_end, [proxy, *replicas])
        for replica in replicas:
            replica.start()
        for port, replica in zip(ports[1:], replicas, strict=True):
            _until(partial(_answers, port), replica)
        proxy.start()
        _until(partial(_listens, chosen.address, chosen.port), proxy)
        complain(f"{chosen.replicas} replicas answer at http://{chosen.address}:{chosen.port}")
        while True:
            time.sleep(_LOOKED_AFTER)
            for process in (proxy, *replicas):
                process.look_after()
    return ExitCode.DONE


def _replica(port: int, address: str) -> Process:
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *options]
    return Process(f"The replica at port {port}", command, {PUBLIC_ADDRESS: address})


def _require_free(address: str, port: int) -> None:
    """Raise AppError where nobody can listen at a port."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((address, port))
        except (OSError, OverflowError) as failure:
            reason = getattr(failure, "strerror", None) or "there is no such port"
            msg = (
                f"Port {port} of {address} cannot be used ({reason}). The proxy takes --port, the replicas "
                "those after it. Choose another one."
            )
            raise AppError(msg) from None


def _until(holds: Callable[[], bool], process: Process) -> None:
    """Wait until something holds of a process that starts; raise AppError where that takes too long."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        if process.running and process.running.poll() is not None:
            raise AppError(f"{process.name} could not start; why is said above.")
        if time.monotonic() > end:
            raise AppError(f"{process.name} did not answer within {_PATIENCE} seconds.")
        time.sleep(_LOOKED_AFTER / 5)


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz/live", timeout=5).ok
    except requests.RequestException:
        return False


def _listens(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=5).close()
    except OSError:
        return False
    return True


def _end(processes: Sequence[Process]) -> None:
    """End all of them: at once, and by force where one takes too long."""
    for process in processes:
        process.stop()
    until = time.monotonic() + _GRACE
    for process in processes:
        process.end(until)


def _reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
