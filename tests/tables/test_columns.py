from pathlib import Path

import pytest

from lib.catalog.units import Unit
from lib.periods.grains import Grain
from lib.settings import ROOT
from lib.tables.columns import Column, ColumnType, column, link_column, start_column, text_column


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (Unit.USD, "dollar"),
        (Unit.SHARE, "percent"),
        (Unit.BYTES, "bytes"),
        (Unit.TOKENS, "%,d"),
        (Unit.AS_LINE_ITEM, "localized"),
    ],
)
def test_a_measure_column_is_written_in_its_unit(unit: Unit, expected: str) -> None:
    assert column("Label", unit, "What it means") == Column(
        "Label", ColumnType.NUMBER, expected, "What it means"
    )


def test_dollars_per_request_are_too_small_for_cents() -> None:
    about = column("Label", Unit.USD_PER_REQUEST)

    assert (about.format, about.small) == ("dollar", 5)


@pytest.mark.parametrize("file", [*(ROOT / "lib").rglob("*.py"), *(ROOT / "pages").glob("*.py")], ids=str)
def test_no_number_is_written_with_a_format_that_puts_the_dollar_sign_before_the_minus(file: Path) -> None:
    assert "$%" not in file.read_text()


def test_a_start_column_says_that_days_are_utc() -> None:
    assert start_column(Grain.DAY) == Column("Day (UTC)", ColumnType.DATE, "D MMM YYYY", pinned=True)


@pytest.mark.parametrize(
    ("grain", "label"),
    [
        (Grain.DAY, "Day (Europe/Berlin)"),
        (Grain.WEEK, "Week from (Europe/Berlin)"),
        (Grain.MONTH, "Month (Europe/Berlin)"),
        (Grain.HOUR, "Start (UTC)"),
    ],
)
def test_a_start_column_says_whose_days_it_holds_and_hours_are_those_of_utc(grain: Grain, label: str) -> None:
    assert start_column(grain, "Europe/Berlin").label == label


def test_a_pinned_column_stays_in_sight() -> None:
    assert text_column("Project", pinned=True) == Column("Project", pinned=True)


def test_a_column_of_links_reads_the_same_in_every_row() -> None:
    assert link_column("Profile", "Open") == Column("Profile", ColumnType.LINK, "Open")
