from decimal import Decimal

import pytest

from lib.cli.standard_error import amounts, complain, tell_progress
from lib.sync.report import Progress


def test_a_complaint_is_a_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    complain("The disk is full.")

    assert capsys.readouterr() == ("", "The disk is full.\n")


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (Progress(1, 4, "Costs"), "25% fetched; fetching Costs\n"),
        (Progress(0, 0, "names"), "0% fetched; fetching names\n"),
        (Progress(4, 4, ""), ""),
    ],
)
def test_progress_is_told_while_something_is_fetched(
    capsys: pytest.CaptureFixture[str], progress: Progress, line: str
) -> None:
    tell_progress(progress)

    assert capsys.readouterr() == ("", line)


def test_amounts_are_exact_and_plain() -> None:
    assert amounts({"eur": Decimal("12.50"), "gbp": Decimal("3E+2")}) == "12.5 EUR and 300 GBP"
    assert amounts({"eur": Decimal("0.000000000000000001")}) == "0.000000000000000001 EUR"
