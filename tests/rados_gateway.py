"""Ceph's object gateway, a real object store that speaks as S3 does, on this machine: nothing of it is kept.

It needs Debian's packages: `apt-get install radosgw ceph-mon ceph-osd ceph-common`.
"""

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import boto3
import requests
from botocore.exceptions import BotoCoreError

from tests.object_server import BUCKET, ObjectServer
from tests.ports import free_port

_PATIENCE = 120.0
_FILE_SYSTEM = "7b0d4c52-5f4e-4a43-9a64-0d4a5a9b1f11"
_MEMORY = 2 * 1024**3
_RIGHTS = {
    "mon.": {"mon": "allow *"},
    "client.admin": {"mon": "allow *", "osd": "allow *"},
    "client.gateway": {"mon": "allow *", "osd": "allow *"},
    "osd.0": {"mon": "allow profile osd", "osd": "allow *"},
}
_CONFIGURATION = """
[global]
fsid = {file_system}
mon initial members = a
mon host = [v2:127.0.0.1:{monitor}/0]
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
public addr = 127.0.0.1
keyring = {folder}/keyring
run dir = {folder}
admin socket = {folder}/$name.asok
log file = {folder}/$name.log
pid file =
mon data = {folder}/monitor
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = {memory}
mon data avail crit = 1
mon allow pool size one = true
mon max pg per osd = 1000
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off

[client.gateway]
rgw frontends = beast endpoint=127.0.0.1:{gateway}
rgw data = {folder}/gateway
"""


class RadosGateway(ObjectServer):
    """A gateway at `url` with one empty bucket, a monitor and one store in memory, all in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._monitor_at, self._gateway_at = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self._gateway_at}"
        self.log = folder / "client.gateway.log"
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> "RadosGateway":
        """Return it once it answers and there is a bucket; raise RuntimeError where it does not come up."""
        said = _CONFIGURATION.format(
            file_system=_FILE_SYSTEM,
            monitor=self._monitor_at,
            gateway=self._gateway_at,
            folder=self._folder,
            memory=_MEMORY,
        )
        (self._folder / "ceph.conf").write_text(said)
        for name in ("monitor", "osd", "gateway"):
            (self._folder / name).mkdir()
        self._start_monitor()
        self._start_osd()
        self._start("radosgw", "-n", "client.gateway", "-f")
        self._until(lambda: requests.get(self.url, timeout=5).ok)
        user = ["--uid", BUCKET, "--display-name", BUCKET, "--access-key", "key", "--secret-key", "secret"]
        self._run("radosgw-admin", "user", "create", *user)
        self._until(self._has_bucket)
        return self

    def stop(self) -> None:
        """End it, with all that it keeps."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()

    def _start_monitor(self) -> None:
        keyring = str(self._folder / "keyring")
        self._run("ceph-authtool", "--create-keyring", keyring)
        for name, rights in _RIGHTS.items():
            caps = [each for what, allowed in rights.items() for each in ("--cap", what, allowed)]
            self._run("ceph-authtool", keyring, "--gen-key", "--name", name, *caps)
        known = str(self._folder / "monitors")
        at = f"[v2:127.0.0.1:{self._monitor_at}]"
        self._run("monmaptool", "--create", "--fsid", _FILE_SYSTEM, "--addv", "a", at, known)
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", known, "--keyring", keyring)
        self._start("ceph-mon", "-i", "a", "-f")
        self._until(lambda: "quorum" in self._run("ceph", "mon", "stat"))

    def _start_osd(self) -> None:
        own = str(uuid4())
        self._run("ceph", "osd", "new", own)
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", own)
        self._start("ceph-osd", "-i", "0", "-f")
        self._until(lambda: "1 up" in self._run("ceph", "osd", "stat"))

    def _has_bucket(self) -> bool:
        given = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
        boto3.client("s3", endpoint_url=self.url, **given).create_bucket(Bucket=BUCKET)
        return True

    def _start(self, *command: str) -> None:
        with (self._folder / f"{command[0]}.said").open("wb") as said:
            self._processes.append(subprocess.Popen(self._configured(command), stdout=said, stderr=said))

    def _run(self, *command: str) -> str:
        """Run a command to its end and return what it said; raise RuntimeError where it failed."""
        try:
            done = subprocess.run(
                self._configured(command), capture_output=True, timeout=_PATIENCE, check=True
            )
        except FileNotFoundError:
            msg = f"There is no {command[0]}: apt-get install radosgw ceph-mon ceph-osd ceph-common"
            raise RuntimeError(msg) from None
        except subprocess.CalledProcessError as failure:
            raise RuntimeError(f"{command[0]} failed: {failure.stderr.decode(errors='replace')}") from None
        return done.stdout.decode(errors="replace")

    def _configured(self, command: tuple[str, ...]) -> list[str]:
        none = command[0] in {"ceph-authtool", "monmaptool"}
        return [*command, *([] if none else ["-c", str(self._folder / "ceph.conf")])]

    def _until(self, holds: Callable[[], bool]) -> None:
        ends = time.monotonic() + _PATIENCE
        while True:
            with suppress(requests.RequestException, BotoCoreError):
                if holds():
                    return
            for process in self._processes:
                if process.poll() is not None:
                    raise RuntimeError(f"{process.args[0]} ended: see {self._folder}")
            if time.monotonic() > ends:
                raise RuntimeError(f"The gateway did not come up: see {self._folder}")
            time.sleep(0.2)
