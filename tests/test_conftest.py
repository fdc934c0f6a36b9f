import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run_with_one_skipped_test(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text("import pytest\n\ndef test_it(): pytest.skip('not here')\n")
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", str(folder)]
    inherited = {k: v for k, v in os.environ.items() if k != "CI" and not k.startswith("PYTEST_")}
    return subprocess.run(
        command,
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_skipped_test_fails_the_run_in_ci(tmp_path: Path) -> None:
    run = run_with_one_skipped_test(tmp_path, CI="true")

    assert run.returncode == 1
    assert "1 skipped: in CI every test has to run." in run.stdout


def test_a_skipped_test_passes_elsewhere(tmp_path: Path) -> None:
    assert run_with_one_skipped_test(tmp_path).returncode == 0


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("api.openai.com", 443)])
def test_no_test_reaches_another_machine(address: tuple[str, int]) -> None:
    with socket.socket() as sock, pytest.raises(pytest.fail.Exception, match="stay on this machine"):
        sock.connect(address)
