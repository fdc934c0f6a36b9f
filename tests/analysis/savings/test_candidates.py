import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from lib.analysis.savings.candidates import as_traffic, groups, saving_of, share
from lib.analysis.savings.rules import batching
from lib.analysis.savings.saving import Confidence
from tests.analysis.savings.literal_traffic import MONDAY, bill, billed, read, sent, traffic

KEY = ("proj_a", "key_a")
READ = read(days=28)


def test_rows_without_a_price_or_with_a_higher_one_keep_what_they_cost() -> None:
    rows = traffic(sent("5"), sent("5"), sent("5"), sent("5"))

    saving = saving_of(
        batching.RULE, READ, KEY, rows, [None, Decimal(6), Decimal(5), Decimal(2)], Confidence.LOW
    )

    assert saving.rows.to_dict("split") == {
        "index": [0],
        "columns": ["day", "project_id", "api_key_id", "model", "tier", "what", "now", "then", "saved"],
        "data": [[MONDAY, *KEY, "gpt-5.6-sol", "default", "input", Decimal(5), Decimal(2), Decimal(3)]],
    }


def test_what_rows_would_cost_is_kept_to_the_places_of_the_bill() -> None:
    saving = saving_of(batching.RULE, READ, KEY, traffic(sent("1")), [Decimal(1) / 3], Confidence.LOW)

    assert list(saving.rows["then"]) == [Decimal("0.333333333333333333")]


def test_a_saving_holds_what_its_rule_says() -> None:
    saving = saving_of(
        batching.RULE, READ, KEY, traffic(), [], Confidence.HIGH, model="gpt-5", facts={"part": 0.5}
    )

    assert (saving.rule, saving.confidence, saving.days) == (batching.RULE, Confidence.HIGH, 28)
    assert (saving.project, saving.key, saving.model, saving.facts) == (*KEY, "gpt-5", {"part": 0.5})
    assert saving_of(batching.RULE, READ, KEY, traffic(), [], Confidence.HIGH).facts == {}


def test_every_row_is_told_what_it_would_cost() -> None:
    with pytest.raises(ValueError, match="shorter"):
        saving_of(batching.RULE, READ, KEY, traffic(sent("1")), [], Confidence.LOW)


def test_groups_come_in_the_order_of_their_ids() -> None:
    rows = traffic(sent("1", api_key_id="key_b"), sent("2"), sent("3", api_key_id="key_b"))

    assert [(key, list(group["worth"])) for key, group in groups(rows, ["project_id", "api_key_id"])] == [
        (("proj_a", "key_a"), [2]),
        (("proj_a", "key_b"), [1, 3]),
    ]


def test_a_share_is_one_of_dollars_and_zero_of_nothing() -> None:
    dollars = pd.Series([Decimal(1), Decimal(3)])

    assert share(dollars.head(1), dollars) == 0.25
    assert share(dollars.head(0), dollars.head(0)) == 0.0


def test_lines_of_the_bill_are_read_as_traffic() -> None:
    rows = as_traffic(bill(billed("3", "gpt-6-sol, input"), billed("2", "Vector storage")))

    assert rows.to_dict("list") == {
        "day": [dt.date(2026, 11, 2)] * 2,
        "project_id": ["proj_a"] * 2,
        "api_key_id": ["key_a"] * 2,
        "model": ["gpt-6-sol", ""],
        "tier": ["", ""],
        "token_class": ["gpt-6-sol, input", "Vector storage"],
        "worth": [Decimal(3), Decimal(2)],
    }
