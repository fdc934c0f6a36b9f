from decimal import Decimal

import pandas as pd

from lib.catalog.units import Unit
from lib.tables.columns import column, text_column
from lib.tables.print_sheet import PrintedTable
from lib.tables.report_files import as_html, as_markdown

COLUMNS = {"name": text_column("Project"), "usd": column("Billed (USD)", Unit.USD)}
ROWS = pd.DataFrame({"name": ["<b>A|B</b>", "$x$"], "usd": [Decimal("1234.5"), None]}).astype(object)
TABLES = [
    PrintedTable("By *project*", ROWS, COLUMNS),
    PrintedTable("Credits", ROWS.head(0), COLUMNS),
]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'


def test_markdown_holds_names_as_they_are_and_leaves_empty_tables_out() -> None:
    said = as_markdown("October [2026]", ["All of it."], {"Billed": "$1"}, TABLES).decode()

    assert said == (
        "# October \\[2026\\]\n\n"
        "All of it.\n\n"
        "- Billed: \\$1\n\n"
        "## By \\*project\\*\n\n"
        "| Project | Billed (USD) |\n"
        "| --- | ---: |\n"
        "| \\<b\\>A\\|B\\</b\\> | \\$1,234.50 |\n"
        "| \\$x\\$ | – |\n"
    )


def test_a_page_asks_for_nothing_and_draws_names_as_text() -> None:
    page = as_html("<October>", ["a & b"], {"Billed": "$1"}, TABLES, SVG).decode()

    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert "<title>&lt;October&gt;</title>" in page
    assert "<p>a &amp; b</p>" in page
    assert "<dt>Billed</dt><dd>$1</dd>" in page
    assert "<td>&lt;b&gt;A|B&lt;/b&gt;</td>" in page
    assert page.count("<h2>") == 1
    assert SVG.decode() in page


def test_a_page_has_every_row_of_a_table() -> None:
    many = pd.DataFrame({"name": [f"p{n}" for n in range(100)], "usd": [Decimal(n) for n in range(100)]})

    page = as_html("", [], {}, [PrintedTable("By project", many.astype(object), COLUMNS)], SVG).decode()

    assert page.count("<tr>") == 101
    assert "more rows" not in page
