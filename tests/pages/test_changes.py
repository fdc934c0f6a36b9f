"""What changed: the story, the steps, the split and what came or went, for a bill known by heart."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.loopback import Request, Response
from tests.pages.conftest import Open
from tests.pages.organization import WHO, empty, ready

LAST_DAY = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
GONE_DAY = dt.datetime(2026, 10, 20, tzinfo=dt.UTC)

KEYS_FROM = dt.datetime(2026, 10, 10, tzinfo=dt.UTC)


def row(line_item: str, usd: float, quantity: int, **who: str) -> dict[str, Any]:
    return WHO | {
        "object": "organization.costs.result",
        "line_item": line_item,
        "amount": {"value": usd, "currency": "usd"},
        "quantity": quantity,
        **who,
    }


# On one day each: 100 input for $10 in the old period, 150 for $30 and a new project and model in this one.
BILLS = {
    GONE_DAY: [row("gpt-6-sol, input", 10, 100), row("gpt-5, output", 4, 10, project_id="proj_b")],
    LAST_DAY: [
        row("gpt-6-sol, input", 30, 150),
        row("gpt-6-luna, output", 5, 50, project_id="proj_c", api_key_id="key_c"),
    ],
}


def moving(request: Request) -> Response:
    """Answer as the organization does, with bills that change."""
    response = ready(request)
    if request.path.endswith("/costs"):
        for bucket in response.body["data"]:
            bucket["results"] = BILLS.get(dt.datetime.fromtimestamp(bucket["start_time"], dt.UTC), [])
    return response


def floored(request: Request) -> Response:
    """Answer with bills that know API keys from 10 Oct 2026 on only."""
    if (
        request.path.endswith("/costs")
        and "api_key_id" in request.query.get("group_by", [])
        and request.number("start_time") < KEYS_FROM.timestamp()
    ):
        message = "Grouping by api_key_id is only available from 2026-10-10."
        return Response({"error": {"message": message, "param": "start_time"}}, status=400)
    return moving(request)


def story(app: AppTest) -> str:
    return next(code.value for code in app.code if "OpenAI billed" in code.value)


def steps(app: AppTest, at: int) -> str:
    """Return what a waterfall says to those who cannot see it."""
    said: str = app.get("vega_lite_chart")[at].proto.alt
    return said


def table(app: AppTest, column: str) -> Any:
    return next(t.value for t in app.dataframe if column in t.value)


def test_the_change_is_told_in_words_and_with_caution(open_page: Open) -> None:
    app = open_page("changes", moving)

    assert story(app) == (
        "OpenAI billed $35.00 for 25 Oct – 23 Nov 2026, $21.00 (150%) more than for 25 Sep – 24 Oct 2026 "
        "($14.00). By project, the largest rises were Search (+$20.00) and proj_c (+$5.00); the largest fall "
        "was Support (−$4.00). Split by cause, what added to the bill is unit prices (+$15.00) and volume "
        "(+$11.45); what took away from it is the mix of models (−$5.45). New: 1 project (proj_c); 1 API "
        "key (key_c); 1 model (gpt-6-luna). No longer billed: 1 project (Support); 1 model (gpt-5). "
        "4 days of 25 Oct – 23 Nov 2026 are not settled, so this change can still move."
    )
    assert (app.metric[0].value, app.metric[0].delta) == ("$35.00", "+150%")
    assert [warning.value for warning in app.warning] == [
        "4 days of 25 Oct – 23 Nov 2026 are not settled, so this change can still move."
    ]


def test_the_steps_lead_from_one_bill_to_the_other_by_who_and_by_why(open_page: Open) -> None:
    app = open_page("changes", moving)

    bills = "Billed: $14.00 (25 Sep – 24 Oct 2026) to $35.00 (25 Oct – 23 Nov 2026); "
    assert steps(app, 0) == bills + "Search ▲ +$20.00, proj_c ▲ +$5.00, Support ▼ −$4.00."
    assert steps(app, 1) == bills + "Volume ▲ +$11.45, Mix: models ▼ −$5.45, Unit prices ▲ +$15.00."


def test_each_mover_is_split_into_volume_mix_and_price(open_page: Open) -> None:
    split = table(open_page("changes", moving), "volume")

    assert split[["project_id", "difference", "volume", "mix", "price"]].to_dict("split")["data"] == [
        ["Search", 20, 5, 0, 15],
        ["proj_c", 5, 5, 0, 0],
        ["Support", -4, -4, 0, 0],
    ]


def test_what_came_and_went_is_listed_with_its_days(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("changes", moving)

    projects = table(app, "state")
    assert projects[["project_id", "state", "first"]].to_dict("split")["data"] == [
        ["proj_c", "New", LAST_DAY.date()],
        ["Support", "Gone", GONE_DAY.date()],
    ]
    assert "Model: 1 new, 1 gone" in words(app)
    assert "as far as it is stored: 25 Sep – 24 Oct 2026." in words(app)


def test_no_key_is_called_new_where_the_compared_bill_does_not_know_keys(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("changes", floored)

    assert "The bill knows API keys only from 10 Oct 2026 on" in words(app)
    assert "New: 1 project (proj_c); 1 model (gpt-6-luna)." in story(app)


def test_another_dimension_can_be_chosen_in_the_address(open_page: Open) -> None:
    app = open_page("changes", moving, explain="model")

    assert list(table(app, "volume")["model"]) == ["gpt-6-sol", "gpt-6-luna", "gpt-5"]
    assert "By model, the largest rises were gpt-6-sol (+$20.00) and gpt-6-luna" in story(app)


@pytest.mark.parametrize(
    "split", ["project_id", "model", "api_key_id", "user_id", "line_item", "token_class"]
)
def test_every_dimension_explains_the_whole_change(split: str, open_page: Open) -> None:
    app = open_page("changes", moving, explain=split)

    assert not app.exception
    assert sum(table(app, "volume")["difference"]) == 21


def test_a_filter_narrows_the_story_and_is_named_in_it(open_page: Open) -> None:
    app = open_page("changes", moving, model="gpt-6-luna")

    assert not app.exception
    assert story(app).startswith(
        "OpenAI billed $5.00 for 25 Oct – 23 Nov 2026 (only model gpt-6-luna); "
        "for 25 Sep – 24 Oct 2026 it billed nothing."
    )
    assert "New with these filters: 1 project (proj_c); 1 API key (key_c)" in story(app)


def test_a_bill_that_did_not_change_has_no_movers(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("changes", ready)

    assert story(app).startswith("OpenAI billed $60.00 for 25 Oct – 23 Nov 2026, the same as for")
    assert "Nothing is new and nothing is gone, as far as is known." in words(app)


def test_without_a_comparison_the_page_asks_for_one(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("changes", moving, compare="none")

    assert "A change needs two periods." in words(app)
    assert not app.code


def test_without_bills_the_page_says_so(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page("changes", empty)

    assert "No costs in 25 Oct – 23 Nov 2026. Nothing was used or billed on any day that is known." in words(
        app
    )
    assert not app.exception
