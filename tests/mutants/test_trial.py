import pytest

from tests.mutants.trial import Outcome, judged

TOO_LONG = "FAILED tests/pages/test_a.py::test_b[c d] - Failed: Timeout (>40.0s) from pytest-timeout.\n"


@pytest.mark.parametrize(
    ("status", "said", "ending"),
    [
        (0, "3 passed, Timeout", (Outcome.PASSED, None)),
        (1, "FAILED tests/test_a.py::test_b - assert 1 == 2", (Outcome.FAILED, None)),
        (2, "E   ImportError", (Outcome.FAILED, None)),
        (1, TOO_LONG, (Outcome.TOOK_TOO_LONG, "tests/pages/test_a.py::test_b[c d]")),
        (
            1,
            "E  AppTest script run timed out\nERROR tests/test_a.py::test_b",
            (Outcome.TOOK_TOO_LONG, "tests/test_a.py::test_b"),
        ),
        (None, "...", (Outcome.TOOK_TOO_LONG, None)),
    ],
)
def test_a_run_that_took_too_long_is_told_from_one_that_failed(
    status: int | None, said: str, ending: tuple[Outcome, str | None]
) -> None:
    assert judged(status, said) == ending
