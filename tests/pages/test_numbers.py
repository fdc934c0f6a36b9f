"""What the pages say is what the API said, to the cent."""

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import organization
from tests.pages.conftest import Open
from tests.pages.organization import ROWS, WHO, ready
from tests.shown import shown


def test_the_overview_adds_up_thirty_days(open_page: Open) -> None:
    app = open_page("overview", ready)

    assert {m.label: m.value for m in app.metric} == {
        "Spend": "$60.00",
        "Requests": "120",
        "Tokens": "6,000",
        "Cost per 1M tokens": "$10k",
        "Cached share": "25.0%",
    }


def test_the_overview_says_what_happened_in_words(open_page: Open) -> None:
    app = open_page("overview", ready)

    said = [shown(each.value) for each in app.markdown]
    assert (
        "You spent $60.00, the same as in 25 Sep – 24 Oct 2026 ($60.00). "
        "The newest days are still settling, so this will move a little."
    ) in said


@pytest.mark.parametrize(
    ("parameters", "spend", "requests"),
    [
        ({"project": "proj_a"}, "$37.50", "90"),
        ({"project": "proj_b"}, "$22.50", "30"),
        ({"model": "gpt-6-sol-2026-05-01"}, "$37.50", "60"),
        ({"key": "key_a", "project": ["proj_a", "proj_b"]}, "$60.00", "120"),
        ({"from": "2026-11-02", "to": "2026-11-08"}, "$14.00", "28"),
        ({"from": "2026-11-08", "to": "2026-11-02"}, "$14.00", "28"),
        ({"period": "7d"}, "$14.00", "28"),
    ],
)
def test_a_link_narrows_what_is_added_up(
    parameters: dict[str, str], spend: str, requests: str, open_page: Open
) -> None:
    app = open_page("overview", ready, **parameters)

    assert [m.value for m in app.metric[:2]] == [spend, requests]


def test_a_filter_that_empties_a_page_is_named(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("costs", ready, user="user-gone")

    assert "with this user filter, but some without it." in words(app)
    assert "Nothing here goes by user-gone" in words(app)


def test_the_bill_table_holds_each_line_item(open_page: Open) -> None:
    table = open_page("costs", ready).dataframe[0].value

    assert list(zip(table["line_item"], table["now"], strict=True)) == [
        ("gpt-6-sol-2026-05-01, input", 37.5),
        ("gpt-6-luna, output", 22.5),
    ]


def test_names_stand_for_ids(open_page: Open) -> None:
    app = open_page("breakdown", ready)

    assert list(app.dataframe[0].value["project_id"]) == ["Search", "Support"]


def test_more_cached_than_input_tokens_are_the_apis_contradiction(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = WHO | {"model": "gpt-6-sol", "input_tokens": 100, "input_cached_tokens": 250}
    monkeypatch.setattr(organization, "ROWS", {"completions": [row]})

    app = open_page("overview", ready)

    assert {m.label: m.value for m in app.metric}["Cached share"] == "–"
    assert [m.delta for m in app.metric if m.label == "Cached share"] == [""]
    said = "No cached share: the API reports more cached input tokens than input tokens here."
    assert [c.value for c in app.caption].count(said) == 1


@pytest.mark.parametrize(
    "fine", [[], [WHO | {"model": "gpt-6-luna", "input_tokens": 2, "input_cached_tokens": 1}]]
)
def test_a_breakdown_names_the_groups_about_which_the_api_contradicts_itself(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, fine: list[dict[str, object]]
) -> None:
    row = WHO | {"model": "gpt-6-sol", "input_tokens": 100, "input_cached_tokens": 250}
    monkeypatch.setattr(organization, "ROWS", {"completions": [row, *fine]})

    app = open_page("breakdown", ready, measure="cached_share", by="model")

    said = "No cached share of gpt-6-sol: the API reports more cached input tokens than input tokens here."
    assert [shown(c.value) for c in app.caption].count(said) == 1
    assert bool(app.dataframe) is bool(fine)


def test_a_model_that_is_billed_without_tokens_has_no_cost_per_million(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = WHO | {"line_item": "gpt-image-1 image, output", "amount": {"value": "2.5", "currency": "usd"}}
    monkeypatch.setattr(organization, "ROWS", ROWS | {"costs": [*ROWS["costs"], image]})

    app = open_page("breakdown", ready, measure="cost_per_million", by="model", compare="previous")

    table = app.dataframe[0].value.set_index("model")
    assert pd.isna(table.loc["gpt-image-1", "cost_per_million"])
    assert table.loc["gpt-6-luna", "cost_per_million"] == 9375


def test_a_breakdown_shows_tokens_in_and_out_beside_the_dollars(open_page: Open) -> None:
    app = open_page("breakdown", ready, by="model")

    table = app.dataframe[0].value
    assert [c for c in table.columns if ":" not in c] == [
        "model",
        "spend",
        "requests",
        "input_tokens",
        "output_tokens",
    ]
    assert table["spend"].sum() == 60
    assert table["spend:share"].sum() == 1


def test_a_breakdown_is_as_its_address_says(open_page: Open) -> None:
    app = open_page(
        "breakdown", ready, by="model", then="project_id", columns=["requests"], named="LUNA", top="5"
    )

    table = app.dataframe[0].value
    assert list(table["model"]) == ["gpt-6-luna"]
    assert [c for c in table.columns if ":" not in c] == ["model", "project_id", "spend", "requests"]
    assert app.query_params["columns"] == "requests"


def test_a_breakdown_that_a_search_empties_says_so(open_page: Open) -> None:
    app = open_page("breakdown", ready, named="nobody")

    assert "No row has “nobody” in its name or id." in [shown(box.value) for box in app.info]


def test_other_is_opened_on_a_click(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    bills = [
        WHO | {"line_item": f"m{n}, input", "amount": {"value": f"{n}", "currency": "usd"}}
        for n in range(1, 8)
    ]
    monkeypatch.setattr(organization, "ROWS", ROWS | {"costs": bills})
    app = open_page("breakdown", ready, by="line_item", top="5")
    largest = [f"m{n}, input" for n in range(7, 2, -1)]
    assert list(app.dataframe[0].value["line_item"]) == [*largest, "Other (2 line items)"]

    next(button for button in app.button if button.label == "Show the 2 in Other").click().run()

    assert list(app.dataframe[0].value["line_item"]) == [f"m{n}, input" for n in range(7, 0, -1)]
