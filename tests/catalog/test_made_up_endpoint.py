import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_one_declaration_is_enough_for_a_new_endpoint() -> None:
    """Run the rules in a process in which the registry held one more source from the start."""
    plugins = ("tests.catalog.made_up_endpoint", "tests.pages.conftest", "no:cacheprovider")
    rules = "tests/catalog/made_up_endpoint_rules.py"

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *(f"-p{name}" for name in plugins), rules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "9 passed" in ran.stdout
