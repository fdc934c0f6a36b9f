"""Sheets for paper: text is drawn as it is written, and no table is longer than a page."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from lib.catalog.units import Unit
from lib.tables.columns import change_column, column, small_dollars_column, text_column
from lib.tables.print_sheet import MOST, PrintedTable, cell_text, sheet

COLUMNS = {
    "name": text_column("Name"),
    "now": column("Billed (USD)", Unit.USD),
    "part": change_column("Share"),
    "count": column("Requests", Unit.REQUESTS),
    "day": text_column("Day"),
}


def rows(*names: str) -> pd.DataFrame:
    return pd.DataFrame(
        [(name, Decimal("1234.5"), None, 1234, dt.date(2026, 11, 3)) for name in names],
        columns=list(COLUMNS),
        dtype=object,
    )


def printed(*names: str) -> str:
    return sheet("Statement", ["All of it."], [PrintedTable("By name", rows(*names), COLUMNS)])


def test_a_sheet_has_a_title_lines_and_tables() -> None:
    assert printed("Search") == (
        '<div class="print-sheet"><p class="title">Statement</p><p>All of it.</p>'
        "<h2>By name</h2><table><thead><tr>"
        '<th>Name</th><th class="number">Billed (USD)</th><th class="number">Share</th>'
        '<th class="number">Requests</th><th>Day</th></tr></thead><tbody><tr><td>Search</td>'
        '<td class="number">$1,234.50</td><td class="number">–</td><td class="number">1,234</td>'
        "<td>3 Nov 2026</td></tr></tbody></table></div>"
    )


def test_names_stay_text() -> None:
    assert "<td>&lt;img src=x onerror=alert(1)&gt; &amp; “co”</td>" in printed(
        "<img src=x onerror=alert(1)> & “co”"
    )
    assert '<p class="title">&lt;b&gt;</p><p>&lt;i&gt;</p>' in sheet("<b>", ["<i>"], [])


def test_a_table_without_rows_is_left_out() -> None:
    assert "<h2>" not in printed()


@pytest.mark.parametrize(("beyond", "words"), [(1, "1 more row"), (2, "2 more rows")])
def test_the_rows_beyond_a_page_are_counted(beyond: int, words: str) -> None:
    said = printed(*(f"p{n}" for n in range(MOST + beyond)))

    assert f"<td>p{MOST - 1}</td>" in said
    assert f"<td>p{MOST}</td>" not in said
    assert f"<p>And {words}, which the page has.</p>" in said


def test_of_a_table_that_fits_no_rows_are_counted() -> None:
    said = printed(*(f"p{n}" for n in range(MOST)))

    assert f"<td>p{MOST - 1}</td>" in said
    assert "more row" not in said


def test_a_credit_has_its_minus_before_the_dollar_sign_however_small_it_is() -> None:
    assert cell_text(Decimal("-3.5"), column("Billed (USD)", Unit.USD)) == "−$3.50"
    assert cell_text(Decimal("-0.0045"), small_dollars_column("Per ticket (USD)", 4)) == "−$0.0045"
    assert cell_text(Decimal("-0.00012"), column("Per request", Unit.USD_PER_REQUEST)) == "−$0.00012"
