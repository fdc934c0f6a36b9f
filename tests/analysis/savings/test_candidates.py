import datetime as dt
from decimal import Decimal

import pyarrow as pa

from lib.analysis.savings.candidates import as_traffic, groups, on_weekends, shown_rows, with_then
from lib.catalog.schemas import MONEY
from tests.analysis.savings.fixed_traffic import (
    FRIDAY,
    MONDAY,
    SATURDAY,
    SUNDAY,
    bill,
    billed,
    read,
    sent,
    traffic,
)

KEY = ("proj_a", "key_a")


def dollars(*amounts: int | None) -> pa.Array:
    return pa.array([None if amount is None else Decimal(amount) for amount in amounts], MONEY)


def test_rows_without_a_price_or_with_a_higher_one_keep_what_they_cost() -> None:
    rows = with_then(traffic(sent("5"), sent("5"), sent("5"), sent("5")), dollars(None, 6, 5, 2))

    assert shown_rows(lambda _: rows, read()).to_dict("split") == {
        "index": [0],
        "columns": ["day", "project_id", "api_key_id", "model", "tier", "what", "now", "then", "saved"],
        "data": [[MONDAY, *KEY, "gpt-5.6-sol", "default", "input", Decimal(5), Decimal(2), Decimal(3)]],
    }


def test_groups_are_summed_exactly_in_the_order_of_their_ids() -> None:
    tiny = Decimal("1E-18")
    rows = traffic(sent("1", api_key_id="key_b"), sent("2"), sent(str(3 + tiny), api_key_id="key_b"))

    assert list(groups(rows, ["project_id", "api_key_id"], "worth").items()) == [
        (("proj_a", "key_a"), 2),
        (("proj_a", "key_b"), 4 + tiny),
    ]


def test_rows_are_narrowed_by_their_ids_and_nothing_given_keeps_all() -> None:
    rows = sent("1"), sent("2", api_key_id="key_b"), sent("3", project_id="proj_b")
    whole = read(*rows, bill_rows=(billed("4", "whisper"), billed("5", "whisper", project_id="proj_b")))

    own = whole.narrowed(project_id="proj_a", api_key_id="key_b", model="gpt-5.6-sol")
    project = whole.narrowed(project_id="proj_a", api_key_id="")

    assert (own.traffic["worth"].to_pylist(), own.bill["cost_usd"].to_pylist()) == ([2], [])
    assert (project.traffic["worth"].to_pylist(), project.bill["cost_usd"].to_pylist()) == ([1, 2], [4])


def test_saturdays_and_sundays_are_the_weekend() -> None:
    rows = traffic(*(sent("1", day=day) for day in (FRIDAY, SATURDAY, SUNDAY, MONDAY)))

    assert on_weekends(rows).to_pylist() == [False, True, True, False]


def test_lines_of_the_bill_are_read_as_traffic() -> None:
    rows = as_traffic(bill(billed("3", "gpt-6-sol, input"), billed("2", "Vector storage")))

    assert rows.to_pydict() == {
        "day": [dt.date(2026, 11, 2)] * 2,
        "project_id": ["proj_a"] * 2,
        "api_key_id": ["key_a"] * 2,
        "model": ["gpt-6-sol", ""],
        "tier": ["", ""],
        "token_class": ["gpt-6-sol, input", "Vector storage"],
        "modality": ["", ""],
        "units": [0, 0],
        "worth": [Decimal(3), Decimal(2)],
    }
