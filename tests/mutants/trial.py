"""A copy of the project in which one mutant at a time is tried."""

import compileall
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tests.mutants.mutations import Mutant
from tests.mutants.reach import Reach

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "test-results")
SECONDS_A_TEST = 40
SECONDS_NEAR = 300
SECONDS_FAR = 60


class Trial:
    """A copy of the project at `root` in `folder`."""

    def __init__(self, root: Path, folder: Path, reach: Reach) -> None:
        self._root = root
        self._folder = folder
        self._reach = reach
        shutil.copytree(root, folder, ignore=LEFT_OUT)
        shutil.copytree(
            root / ".streamlit", folder / ".streamlit", ignore=shutil.ignore_patterns("secrets.toml")
        )
        compileall.compile_dir(folder, quiet=2)

    def passes(self, files: list[str]) -> bool:
        """Tell whether these files of tests pass as things are."""
        workers = ["-n", str(os.cpu_count() or 1), "--dist", "loadgroup"]
        return self._run([*workers, *files], SECONDS_NEAR * 4) == 0

    def notices(self, mutant: Mutant) -> bool:
        """Tell whether a test near the mutant fails or never ends, or one further away fails in time."""
        original, copy = self._root / mutant.path, self._folder / mutant.path
        near, far = self._reach.tests(mutant.path)
        _forget_compiled(copy)
        copy.write_bytes(mutant.applied(original.read_bytes()))
        try:
            if near and self._run(near, SECONDS_NEAR) != 0:
                return True
            return bool(far) and self._run(far, SECONDS_FAR) not in (0, None)
        finally:
            shutil.copy2(original, copy)

    def _run(self, files: list[str], seconds: int) -> int | None:
        """Return pytest's exit status, None where it took longer than `seconds`."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        command += ["--timeout", str(SECONDS_A_TEST), *files]
        # In CI what hypothesis tries is the same each time. Compiled mutants must not outlive their trial.
        environment = os.environ | {"CI": "true", "PYTHONDONTWRITEBYTECODE": "1"}
        process = subprocess.Popen(
            command,
            cwd=self._folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the process and every process that its tests left behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _forget_compiled(module: Path) -> None:
    for compiled in module.parent.glob(f"__pycache__/{module.stem}.*.pyc"):
        compiled.unlink()
