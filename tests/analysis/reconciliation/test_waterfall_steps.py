import datetime as dt
from decimal import Decimal

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as hs

from lib.analysis.reconciliation import waterfall_steps
from lib.analysis.reconciliation.causes import CAUSES, Cause
from lib.catalog.schemas import MONEY
from lib.periods.grains import Grain
from lib.periods.windows import Window

FIRST, SECOND = dt.date(2026, 11, 2), dt.date(2026, 11, 3)


def row(
    day: dt.date, at_list: int, model: str = "gpt-6-sol", line_item: str = "", **causes: int
) -> dict[str, object]:
    named = {Cause[name]: Decimal(value) for name, value in causes.items()}
    billed = Decimal(at_list) + sum(named.values(), Decimal(0))
    shared = {"day": day, "model": model, "token_class": "input", "line_item": line_item}
    return (
        shared
        | {"billed": billed, "at_list": Decimal(at_list)}
        | {c: named.get(c, Decimal(0)) for c in CAUSES}
    )


def table(rows: list[dict[str, object]]) -> pa.Table:
    """Return rows as `lib.analysis.reconciliation.causes` has them."""
    texts = [(name, pa.string()) for name in ("model", "token_class", "line_item")]
    amounts = [(str(name), MONEY) for name in ("billed", "at_list", *CAUSES)]
    return pa.Table.from_pylist(rows, pa.schema([("day", pa.date32()), *texts, *amounts]))


FOUND = table(
    [
        row(FIRST, 100, HALF_RATE=-30, UNEXPLAINED=2),
        row(SECOND, 50, "gpt-6-luna", UNEXPLAINED=-2),
        row(SECOND, 0, "", "Promotional credit", CREDITS=-20),
        row(SECOND, 0, "", "A new thing", UNKNOWN=1),
        row(FIRST, 0, "", "A new thing", UNKNOWN=1),
    ]
)


def test_more_and_less_do_not_hide_each_other() -> None:
    total = waterfall_steps.total(FOUND)

    assert (total.billed, total.at_list, total.unexplained) == (102, 150, 0)
    # Two dollars too many and two too few, of 72 + 48 + 20 + 1 + 1 dollars billed or credited.
    assert total.explained_share == 1 - 4 / 142
    assert total.discount == float(1 - Decimal(120) / 150)


def test_what_is_not_billed_yet_is_no_discount() -> None:
    late = table([row(FIRST, 100, HALF_RATE=-30), row(SECOND, 100, HALF_RATE=-30, TIMING=-70)])

    assert waterfall_steps.total(late).discount == 0.3
    assert list(waterfall_steps.by_model(late)["discount"]) == [0.3]


def test_nothing_has_no_shares() -> None:
    total = waterfall_steps.total(table([]))

    assert (total.billed, total.explained_share, total.discount) == (0, None, None)


def test_the_steps_lead_from_list_prices_to_the_bill() -> None:
    steps = waterfall_steps.steps(FOUND)

    assert list(zip(steps["group"], steps["value"], steps["to"], strict=True)) == [
        ("Usage at list prices", 150, 150),
        ("Batch and flex rates", -30, 120),
        ("Credits", -20, 100),
        ("Line items that cannot be read", 2, 102),
        ("Billed", 102, 102),
    ]


def test_every_bucket_holds_its_dollars_and_its_causes() -> None:
    found = waterfall_steps.by_bucket(FOUND, Grain.DAY, Window(FIRST, dt.date(2026, 11, 5)))

    assert list(found["billed"]) == [73, 29, 0]
    assert list(found["at_list"]) == [100, 50, 0]
    assert list(found[Cause.UNEXPLAINED]) == [2, -2, 0]
    assert list(found.columns) == ["start", "billed", "at_list", *waterfall_steps.present(FOUND)]


def test_models_are_listed_with_what_mainly_differs() -> None:
    found = waterfall_steps.by_model(FOUND)

    assert list(zip(found["model"], found["difference"], found["mainly"], strict=True)) == [
        ("gpt-6-sol", -28, "Batch and flex rates"),
        ("gpt-6-luna", -2, "Unexplained"),
    ]
    assert list(found["discount"]) == [0.28, 0.04]


def test_what_cannot_be_read_comes_first_and_verbatim() -> None:
    found = waterfall_steps.uncounted(FOUND)

    assert list(zip(found["line_item"], found["why"], found["billed"], found["days"], strict=True)) == [
        ("A new thing", "Line items that cannot be read", 2, 2),
        ("Promotional credit", "Credits", -20, 1),
    ]


DOLLARS = hs.decimals(-1000, 1000, places=18)


@given(amounts=hs.lists(hs.dictionaries(hs.sampled_from(CAUSES), DOLLARS), max_size=6))
def test_the_steps_always_end_at_the_bill_and_the_buckets_hold_all_of_it(
    amounts: list[dict[Cause, Decimal]],
) -> None:
    found = table([row(FIRST, 7) | a | {"billed": 7 + sum(a.values(), Decimal(0))} for a in amounts])

    billed = sum(found["billed"].to_pylist(), Decimal(0))

    steps = waterfall_steps.steps(found)
    buckets = waterfall_steps.by_bucket(found, Grain.DAY, Window(FIRST, dt.date(2026, 11, 5)))

    assert list(steps["from"])[1:-1] == list(steps["to"])[:-2]
    assert steps["to"].iloc[-2] == steps["to"].iloc[-1] == billed
    assert sum(buckets["billed"]) == billed


def test_each_step_begins_where_the_one_before_ended_and_says_which_way_it_goes() -> None:
    found = table([row(FIRST, 10, HALF_RATE=-2, PRIORITY=3, UNEXPLAINED=-9, TOOLS=1)])

    assert waterfall_steps.steps(found).to_numpy().tolist() == [
        ["Usage at list prices", "before", 10, 0, 10],
        ["Priority tier", "up", 3, 10, 13],
        ["Batch and flex rates", "down", -2, 13, 11],
        ["Tools and storage", "up", 1, 11, 12],
        ["Unexplained", "down", -9, 12, 3],
        ["Billed", "now", 3, 0, 3],
    ]


def test_a_step_without_dollars_is_none() -> None:
    found = table([row(FIRST, 10, TOOLS=1), row(SECOND, 10, TOOLS=-1)])

    assert list(waterfall_steps.steps(found)["group"]) == ["Usage at list prices", "Billed"]
    assert waterfall_steps.present(found) == [Cause.TOOLS]


def test_buckets_of_weeks_hold_the_sums_of_their_days() -> None:
    window = Window(FIRST, dt.date(2026, 11, 10))

    found = waterfall_steps.over_time(FOUND, "billed", Grain.WEEK, window)

    assert found["start"].dt.strftime("%d %b").tolist() == ["02 Nov", "09 Nov"]
    assert list(found["value"]) == [102, 0]
    assert list(found["group"]) == ["Total", "Total"]


def test_models_come_the_dearest_first_then_by_list_price_then_by_name() -> None:
    found = table(
        [
            row(FIRST, 10, "d"),
            row(FIRST, 5, "c", OTHER_PRICE=5),
            row(FIRST, 5, "b", OTHER_PRICE=5),
            row(FIRST, 1, "e", OTHER_PRICE=20),
        ]
    )

    listed = waterfall_steps.by_model(found)

    assert list(zip(listed["model"], listed["billed"], listed["discount"], strict=True)) == [
        ("e", 21, -20.0),
        ("d", 10, 0.0),
        ("b", 10, -1.0),
        ("c", 10, -1.0),
    ]
    assert waterfall_steps.by_model(table([row(FIRST, 0)]))["discount"].tolist() == [None]
    assert list(listed["mainly"]) == ["Another price than list", "", *["Another price than list"] * 2]


def test_lines_come_unread_first_then_unpriced_then_the_dearest_by_name() -> None:
    lines: list[tuple[str, dict[str, int]]] = [
        ("free", {}),
        ("tool b", {"TOOLS": 3}),
        ("tool a", {"TOOLS": 3}),
        ("a credit", {"CREDITS": -2}),
        ("tool z", {"TOOLS": 4}),
        ("unpriced", {"NO_PRICE": 1}),
        ("unread", {"UNKNOWN": 1}),
    ]
    found = table([row(FIRST, 0, "", text, **causes) for text, causes in lines])

    assert list(waterfall_steps.uncounted(found)["line_item"]) == [
        "unread",
        "unpriced",
        "tool z",
        "tool a",
        "tool b",
        "a credit",
    ]
