"""A standalone Spark cluster on loopback: a master, workers and a Connect server, each a process of its own.

All of it is in the package of PySpark; Java has to be there. Memory and cores are bounded tightly.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import pyspark

from tests.ports import free_port

HERE = "127.0.0.1"
_HOME = Path(pyspark.__file__).parent
_JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
"""Compiled no further than pays in a process of a minute or two."""
_DEPLOY, _CONNECT = "org.apache.spark.deploy", "org.apache.spark.sql.connect.service.SparkConnectServer"
_PATIENCE = 300


class Cluster:
    """A cluster whose processes log to `folder`, and end with the `with` block or with this process."""

    def __init__(self, folder: Path, workers: int = 2, megabytes: int = 512) -> None:
        """Let each worker have so many `megabytes` for its task, and the server a quarter more."""
        self._folder = folder
        self._count = workers
        self._megabytes = megabytes
        self._master = f"spark://{HERE}:{free_port()}"
        self._port = free_port()
        self._processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        """Return the address of the Connect server."""
        return f"sc://{HERE}:{self._port}"

    @property
    def log(self) -> str:
        """Return what the Connect server, which plans and hands out tasks, has logged."""
        return (self._folder / "connect.log").read_text(errors="replace")

    def __enter__(self) -> "Cluster":
        port = self._master.rpartition(":")[2]
        try:
            self._start("master", "128m", f"{_DEPLOY}.master.Master", "--host", HERE, "--port", port)
            _wait(lambda: _listens(int(port)))
            for _ in range(self._count):
                self.start_worker()
            self.start_server()
            self.wait_for_server()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start_worker(self) -> None:
        """Start one more worker, which runs one task at a time."""
        name = f"worker{len(self._processes)}"
        limits = ["--cores", "1", "--memory", f"{self._megabytes}m", "--work-dir", str(self._folder / name)]
        worker = self._start(name, "128m", f"{_DEPLOY}.worker.Worker", "--host", HERE, *limits, self._master)
        self.workers.append(worker)

    def start_server(self) -> None:
        """Start the Connect server."""
        options = {
            "spark.connect.grpc.binding.address": HERE,
            "spark.connect.grpc.binding.port": self._port,
            "spark.driver.host": HERE,
            "spark.driver.bindAddress": HERE,
            "spark.executor.memory": f"{self._megabytes}m",
            "spark.executor.extraJavaOptions": _JAVA,
            "spark.sql.shuffle.partitions": 2,
            "spark.ui.enabled": "false",
        }
        chosen = [word for name, value in options.items() for word in ("--conf", f"{name}={value}")]
        submit = ["--master", self._master, *chosen, "--class", _CONNECT, "spark-internal"]
        self.server = self._start(
            "connect", f"{self._megabytes * 5 // 4}m", f"{_DEPLOY}.SparkSubmit", *submit
        )

    def wait_for_server(self) -> None:
        """Return when the Connect server takes questions."""
        _wait(lambda: _listens(self._port))

    def lose_worker(self) -> None:
        """End the worker that was started last, with what runs on it, as a crash would."""
        _end(self.workers.pop())

    @contextmanager
    def hanging(self, *processes: subprocess.Popen[bytes]) -> Iterator[None]:
        """Let some processes, with what runs on them, do nothing within the `with` block."""
        for process in processes:
            os.killpg(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.killpg(process.pid, signal.SIGCONT)

    def stop_server(self) -> None:
        """End the Connect server as a crash would."""
        _end(self.server)

    def stop(self) -> None:
        """End every process."""
        for process in reversed(self._processes):
            _end(process)

    def _start(self, name: str, memory: str, *command: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "LC_ALL": "C.UTF-8",  # by which Java reads the names of files
            "SPARK_HOME": str(_HOME),
            "SPARK_LOCAL_IP": HERE,
            "SPARK_DAEMON_MEMORY": memory,
            "SPARK_DAEMON_JAVA_OPTS": f"{_JAVA} -Dspark.master.rest.enabled=false -Dspark.ui.port=0",
            "SPARK_MASTER_WEBUI_PORT": "0",
            "SPARK_WORKER_WEBUI_PORT": "0",
        }
        with (self._folder / f"{name}.log").open("ab") as log:
            # A process that is killed takes what it started with it.
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", str(_HOME / "bin" / "spark-class"), *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._processes.append(process)
        return process


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(come: Callable[[], bool]) -> None:
    """Return when something has come; raise TimeoutError where it does not."""
    end = time.monotonic() + _PATIENCE
    while not come():
        if time.monotonic() > end:
            msg = "The cluster did not start; its logs say why."
            raise TimeoutError(msg)
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex((HERE, port)) == 0
