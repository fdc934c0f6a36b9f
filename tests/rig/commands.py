"""The command line, run as a process of its own and judged by what it says and how it ends."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import PROXIES, SETTINGS
from tests.rig.places import Place
from tests.rig.server import KEY

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 240.0
"""Seconds after which a command is taken as one that never ends."""
MOST_MEMORY = 800
"""Megabytes that a command may take: 512 for answers, as is usual, and what it takes without any."""
_STATUSES = {
    "sync": (0, 1, 2),
    "export": (0, 1, 2),
    "check": (0, 1, 2, 3),
    "verify": (0, 1, 2),
    "token": (0, 1, 2),
}
_OFTEN = 0.05
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
_PROGRESS = re.compile(r"(\d+)% fetched; fetching .+")
_CRASH = (
    "Traceback",
    "panicked",
    "Fatal Python error",
    "terminate called",
    "RUST_BACKTRACE",
    "a mistake of its own",
)


@dataclass(frozen=True)
class Outcome:
    """How a command ended: exit status (negative for a signal), output, seconds and megabytes."""

    command: tuple[str, ...]
    status: int
    out: bytes
    lines: tuple[str, ...]
    seconds: float
    megabytes: int

    @property
    def said(self) -> tuple[str, ...]:
        """Return what was written to standard error besides progress."""
        return tuple(line for line in self.lines if not _PROGRESS.fullmatch(line))

    def faults(self) -> list[str]:
        """Return what no command may do, in sentences; killed ones are not judged by this."""
        text = "\n".join(self.lines)
        found = []
        if self.status not in _STATUSES[self.command[0]]:
            found.append(f"ended with status {self.status}")
        if self.status in (1, 2) and not self.said and self.command[0] != "check":
            found.append(f"ended with status {self.status} and no sentence")
        found += [f"said “{sign}”" for sign in _CRASH if sign in text]
        if KEY in text or KEY.encode() in self.out:
            found.append("printed the key")
        odd = [line for line in self.said if not line.endswith((".", "”"))]
        found += [f"said no sentence: “{line[:200]}”" for line in odd[:1]]
        if self.megabytes > MOST_MEMORY:
            found.append(f"took {self.megabytes} MB")
        last = f" It said: {' / '.join(self.said)[:600]}" if found and self.said else ""
        return [f"`{' '.join(self.command)}` {what}.{last}" for what in found]


class Command:
    """A running command of the app; `moved` seconds are added to its clock."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        base_url: str,
        store: Place,
        moved: float = 0.0,
        user: int | None = None,
    ) -> None:
        self.command = tuple(command)
        self._began = time.monotonic()
        module = ["-m", "tests.rig.moved_clock", str(moved)] if moved else ["-m", "lib"]
        self._process = subprocess.Popen(
            [sys.executable, *module, *command],
            cwd=store.home,
            env=environment(base_url, store),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            user=user,
        )
        self._lines: list[str] = []
        self._out = b""
        self._told = threading.Condition()
        self._ended = False
        self._megabytes = 0
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read, self._keep)]
        for reader in self._readers:
            reader.start()

    def wait_for_progress(self, stored: float, timeout: float = LONGEST) -> bool:
        """Wait until the share `stored` of the days is stored or the command ended; return if it runs."""
        with self._told:
            self._told.wait_for(lambda: self._ended or self._share() >= stored, timeout)
            return not self._ended

    def kill(self) -> None:
        """Send the signal that no process can catch."""
        self._process.kill()

    @property
    def progress(self) -> str:
        """Return what the command was doing when it last told."""
        with self._told:
            share = self._share()
        return "starting" if share < 0 else "fetching" if share == 0 else "storing or cleaning up"

    def outcome(self) -> Outcome:
        """Wait for the end, at most `LONGEST` seconds from the start, and return how it came."""
        last = self._began + LONGEST
        while any(reader.is_alive() for reader in self._readers) and time.monotonic() < last:
            self._megabytes = max(self._megabytes, self._most_memory())
            self._readers[0].join(_OFTEN)
        if any(reader.is_alive() for reader in self._readers):
            self.kill()
            self._lines.append(f"(still running after {LONGEST:.0f} s)")
        self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream
            stream.close()
        return Outcome(
            self.command,
            self._process.returncode,
            self._out,
            tuple(self._lines),
            time.monotonic() - self._began,
            self._megabytes,
        )

    def _most_memory(self) -> int:
        """Return the most megabytes that the command has held so far; 0 where nobody can tell."""
        # Not what `wait4` tells: that begins with what the process held from which the command was forked.
        try:
            told = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return 0
        return int(found[1]) // 1024 if (found := _PEAK.search(told)) else 0

    def _share(self) -> float:
        """Return the share that the last line of progress said to be stored; -1 before any."""
        told = (found for line in reversed(self._lines) if (found := _PROGRESS.fullmatch(line)))
        return int(last[1]) / 100 if (last := next(told, None)) else -1.0

    def _read(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            with self._told:
                self._lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                self._told.notify_all()
        with self._told:
            self._ended = True
            self._told.notify_all()

    def _keep(self) -> None:
        assert self._process.stdout
        self._out = self._process.stdout.read()


def run(
    command: Sequence[str], *, base_url: str, store: Place, moved: float = 0.0, user: int | None = None
) -> Outcome:
    """Run a command to its end."""
    return Command(command, base_url=base_url, store=store, moved=moved, user=user).outcome()


def environment(base_url: str, store: Place) -> Mapping[str, str]:
    """Return what a process has to know to fill and read a store."""
    names = {"RUST_BACKTRACE", *SETTINGS, *PROXIES, *(p.upper() for p in PROXIES)}
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return {
        **kept,
        "OPENAI_ADMIN_KEY": KEY,
        "OPENAI_BASE_URL": base_url,
        "USAGE_STORE_URI": store.uri,
        "PYTHONPATH": str(ROOT),
        "HOME": str(store.home),
        **store.environment,
    }
