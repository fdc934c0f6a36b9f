"""A copy of the project in which one mutant at a time is tried."""

import compileall
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from enum import Enum
from pathlib import Path

from tests.mutants.mutations import Mutant
from tests.mutants.reach import Reach

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "test-results")
SECONDS_A_TEST = 40
SECONDS_A_TEST_AS_IS = 240
SECONDS_AS_IS = 3600
SECONDS_NEAR = 300
SECONDS_FAR = 60
FAILED_TEST = re.compile(r"^(?:FAILED|ERROR) (tests/.+?)(?: - |$)", re.MULTILINE)
TOOK_TOO_LONG = re.compile(r"from pytest-timeout|timed out|Timeout")
"""What pytest's limit, Streamlit's runs of a page, sockets and subprocesses say when they give up."""


class Outcome(Enum):
    """How a run of tests ended."""

    PASSED = "passed"
    FAILED = "failed"
    TOOK_TOO_LONG = "took too long"


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
        outcome, _slow = self._run([*workers, *files], SECONDS_AS_IS, SECONDS_A_TEST_AS_IS)
        return outcome is Outcome.PASSED

    def notices(self, mutant: Mutant) -> bool:
        """Tell whether a test near the mutant fails or never ends, or one further away fails in time."""
        near, far = self._reach.tests(mutant.path)
        return any(
            self._is_noticed(mutant, files, seconds)
            for files, seconds in ((near, SECONDS_NEAR), (far, SECONDS_FAR))
            if files
        )

    def _is_noticed(self, mutant: Mutant, files: list[str], seconds: int) -> bool:
        """Tell whether one of `files` fails with the mutant.

        A test that took too long counts where it does so twice and passes in between without the mutant:
        a machine that is busy is slow with and without.
        """
        outcome, slow = self._run_with(mutant, files, seconds)
        if outcome is not Outcome.TOOK_TOO_LONG:
            return outcome is Outcome.FAILED
        return (
            slow is not None
            and self._run([slow], seconds)[0] is Outcome.PASSED
            and self._run_with(mutant, [slow], seconds)[0] is not Outcome.PASSED
        )

    def _run_with(self, mutant: Mutant, files: list[str], seconds: int) -> tuple[Outcome, str | None]:
        original, copy = self._root / mutant.path, self._folder / mutant.path
        _forget_compiled(copy)
        copy.write_bytes(mutant.applied(original.read_bytes()))
        try:
            return self._run(files, seconds)
        finally:
            shutil.copy2(original, copy)

    def _run(
        self, files: list[str], seconds: int, seconds_a_test: int = SECONDS_A_TEST
    ) -> tuple[Outcome, str | None]:
        """Return how these tests ended, and which of them took too long, where one is known to."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        # Making what fails smaller, for nobody to see, takes minutes.
        command += ["--hypothesis-profile", "first failure", "--timeout", str(seconds_a_test), *files]
        # In CI what hypothesis tries is the same each time. Compiled mutants must not outlive their trial.
        environment = os.environ | {"CI": "true", "PYTHONDONTWRITEBYTECODE": "1"}
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                command,
                cwd=self._folder,
                env=environment,
                stdout=said,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                _end_group(process)
            said.seek(0)
            return judged(status, said.read().decode(errors="replace"))


def judged(status: int | None, said: str) -> tuple[Outcome, str | None]:
    """Return how a run of pytest ended by its exit status and output, and the test that took too long.

    Without a status, because the whole run took too long, no one test is known to be the slow one.
    """
    if status == 0:
        return Outcome.PASSED, None
    if status is None:
        return Outcome.TOOK_TOO_LONG, None
    if TOOK_TOO_LONG.search(said) and (test := FAILED_TEST.search(said)):
        return Outcome.TOOK_TOO_LONG, test.group(1)
    return Outcome.FAILED, None


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the process and every process that its tests left behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _forget_compiled(module: Path) -> None:
    for compiled in module.parent.glob(f"__pycache__/{module.stem}.*.pyc"):
        compiled.unlink()
