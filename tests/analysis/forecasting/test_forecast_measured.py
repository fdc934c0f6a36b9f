"""How good the forecast is, measured on the demo organization; docs/numbers.md states what comes out here."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from lib.analysis.forecasting.backtest import backtest, scores
from lib.analysis.forecasting.outlook import known
from lib.demo.organization.generator import Organization
from lib.periods.windows import Window
from lib.wording.numbers import share

STATED = (Path(__file__).parents[3] / "docs" / "numbers.md").read_text(encoding="utf-8")
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
READ = Window(dt.date(2025, 11, 1), dt.date(2026, 11, 20))


@pytest.fixture(scope="module")
def measured() -> pd.DataFrame:
    """Return each method's scores over six months, on the bill of a year."""
    organization = Organization()
    billed = {
        day: sum(
            (row["amount"] for row in organization.slices("costs", day, (0, 86_400), NOW)[0]), Decimal(0)
        )
        for day in READ
    }
    return scores(backtest(known(billed, set(READ), NOW.date()), unsettled=3))


def test_the_weekday_method_is_off_less_than_the_run_rate(measured: pd.DataFrame) -> None:
    assert list(measured["method"]) == ["By weekday and trend", "Run rate"]
    assert measured["error"].iloc[0] < 0.8 * measured["error"].iloc[1]


def test_the_bands_hold_about_what_they_say(measured: pd.DataFrame) -> None:
    used = measured.iloc[0]

    assert used["held80"] >= 0.75
    assert used["held95"] >= 0.8


def test_the_documentation_states_what_is_measured(measured: pd.DataFrame) -> None:
    used, naive = measured.iloc[0], measured.iloc[1]
    stated = " ".join(STATED.split())

    assert (
        f"were off by {share(used['error'])} of the month on average, the run rate by {share(naive['error'])}"
        in stated
    )
    assert (
        f"The 80% band held {share(used['held80'])} of them, the 95% band {share(used['held95'])}" in stated
    )
