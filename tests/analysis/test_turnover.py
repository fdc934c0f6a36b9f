import datetime as dt
from decimal import Decimal

import pandas as pd

from lib.analysis.turnover import State, amounts, around, changed, dated, turnover
from lib.periods.windows import Window
from tests.analysis.samples import frame, stamp


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def span(first: str, end: str) -> Window:
    return Window(day(first), day(end))


def usd(**dollars: str) -> dict[str, Decimal]:
    return {name: Decimal(text) for name, text in dollars.items()}


def states(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["api_key_id"], frame["state"], strict=True))


def test_what_was_never_billed_before_is_new() -> None:
    found = turnover("api_key_id", usd(a="2", b="1"), usd(b="1"), {}, {})

    assert found.to_dict("records") == [{"api_key_id": "a", "state": "New", "before": 0, "now": 2}]


def test_what_was_billed_before_the_compared_period_only_is_awakened() -> None:
    assert states(turnover("api_key_id", usd(a="2"), {}, {}, usd(a="1"))) == [("a", State.RETURNING)]


def test_what_was_first_billed_between_the_periods_is_not_called_new() -> None:
    assert states(turnover("api_key_id", usd(a="2"), {}, usd(a="1"), {})) == [("a", State.BETWEEN)]


def test_what_is_no_longer_billed_is_gone() -> None:
    found = turnover("api_key_id", usd(a="0"), usd(a="3", b="4"), {}, {})

    assert states(found) == [("b", State.GONE), ("a", State.GONE)]


def test_what_is_billed_in_both_periods_neither_came_nor_went() -> None:
    assert states(turnover("api_key_id", usd(a="2"), usd(a="3"), {}, {})) == []


def test_nothing_is_called_new_where_nobody_can_tell() -> None:
    assert states(turnover("api_key_id", usd(a="2"), usd(b="1"), {}, None)) == [("b", State.GONE)]


def test_what_was_billed_in_one_period_only_has_changed() -> None:
    now, before = usd(a="1", b="2", c="0", e="-1", **{"(none)": "5"}), usd(b="1", c="0", d="3")

    assert changed(now, before) == ["a", "d", "e"]


def test_amounts_are_those_of_the_days_of_a_window() -> None:
    daily = frame(
        ["start", "key", "spend"],
        (stamp("2026-11-01"), "a", 1),
        (stamp("2026-11-02"), "a", 2),
        (stamp("2026-11-03"), "a", 4),
        (stamp("2026-11-03"), "b", 8),
    )

    assert amounts(daily, "key", "spend", span("2026-11-02", "2026-11-04")) == {"a": 6, "b": 8}
    assert amounts(daily, "key", "spend", None) == {}


def test_rows_without_an_id_are_nobody() -> None:
    assert states(turnover("api_key_id", {"(none)": Decimal(5)}, {}, {}, {})) == []


def test_the_dearest_stands_first_in_its_state() -> None:
    found = turnover("api_key_id", usd(a="1", b="3", c="2"), usd(d="9"), {}, usd(c="1"))

    assert [name for name, _ in states(found)] == ["b", "a", "c", "d"]


def test_first_and_last_are_days_with_spend() -> None:
    found = turnover("api_key_id", usd(a="3"), {}, {}, {})
    daily = frame(
        ["start", "api_key_id", "spend"],
        *(
            (stamp(f"2026-11-0{n}"), "a", Decimal(text))
            for n, text in ((1, "0"), (2, "1"), (4, "2"), (5, "0"))
        ),
    )

    row = dated(found, daily, "api_key_id", "spend").iloc[0]

    assert (row["first"], row["last"]) == (day("2026-11-02"), day("2026-11-04"))


def test_what_lies_around_two_periods_is_between_and_before_them() -> None:
    stored = [day("2026-07-01"), day("2026-10-01")]

    assert around(stored, span("2026-10-01", "2026-10-11"), span("2026-11-01", "2026-11-11")) == (
        span("2026-10-11", "2026-11-01"),
        span("2026-07-01", "2026-10-01"),
    )


def test_nothing_lies_between_neighbours_or_before_the_first_stored_day() -> None:
    stored = [day("2026-10-01")]

    assert around(stored, span("2026-10-01", "2026-11-01"), span("2026-11-01", "2026-12-01")) == (None, None)
    assert around([], span("2026-10-01", "2026-11-01"), span("2026-11-01", "2026-12-01")) == (None, None)


def test_equals_come_by_what_they_cost_before_and_by_name() -> None:
    found = turnover("api_key_id", usd(b="1", a="1"), usd(f="2", e="2", g="3"), {}, {})

    assert [name for name, _ in states(found)] == ["a", "b", "g", "e", "f"]
    assert found["now"].dtype == object


def test_days_are_dates() -> None:
    found = turnover("api_key_id", usd(a="3"), {}, {}, {})
    daily = frame(["start", "api_key_id", "spend"], (stamp("2026-11-02"), "a", Decimal(1)))

    row = dated(found, daily, "api_key_id", "spend")

    assert row["first"].dtype == row["last"].dtype == object
    assert row.head(0).to_dict("records") == []
