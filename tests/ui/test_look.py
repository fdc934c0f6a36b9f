"""How a chart over time can be drawn, by what it is of."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from lib.answers.results import OverTime
from lib.catalog.measures import MEASURES
from lib.periods.grains import Grain
from lib.ui import look
from lib.ui.look import PLAIN, Look, choose_look, log_note, look_at, looked_at

DAYS = tuple(pd.Timestamp(day, tz="UTC") for day in ("2026-11-01", "2026-11-02"))
ALL = {"course": "cumulative", "values": "share", "axis": "log"}


def over_time(measure: str, groups: tuple[str, ...], values: list[Any]) -> OverTime:
    cells = [(day, group) for day in DAYS for group in groups]
    rows = pd.DataFrame(cells, columns=["start", "group"]).assign(value=pd.Series(values, dtype=object))
    return OverTime(MEASURES[measure], Grain.DAY, rows, groups, {})


WHOLE = over_time("spend", ("Total",), [Decimal(1), Decimal(0)])
GROUPS = over_time("spend", ("a", "Credits"), [Decimal(1), Decimal(-2), Decimal(0), Decimal(0)])
RATIO = over_time("cached_share", ("a", "b"), [0.5, 0.5, 0.5, 0.5])
LEVEL = over_time("usage_bytes", ("Total",), [1, 2])
NOTHING = over_time("spend", ("Total",), [Decimal(0), Decimal(0)])


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return what the address holds, to be filled."""
    held: dict[str, str] = {}
    monkeypatch.setattr(look.address_bar, "asked_for", held.get)
    return held


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the choices that are drawn, by their names in the address."""
    names: list[str] = []
    monkeypatch.setattr(look.address_bar, "choose", lambda *_, name, **__: names.append(name))
    return names


@pytest.mark.parametrize(
    ("answer", "shape", "drawn"),
    [
        (WHOLE, "stacked", ["course", "axis"]),
        (GROUPS, "stacked", ["course", "values", "axis"]),
        (GROUPS, "lines", ["course", "values", "axis"]),
        (GROUPS, "side by side", ["course"]),
        (RATIO, "lines", ["axis"]),
        (LEVEL, "stacked", ["axis"]),
        (NOTHING, "stacked", ["course"]),
        (replace(WHOLE, rows=WHOLE.rows.head(1)), "stacked", []),
    ],
)
@pytest.mark.usefixtures("kept")
def test_only_the_choices_that_count_are_drawn(
    offered: list[str], answer: OverTime, shape: str, drawn: list[str]
) -> None:
    choose_look(answer, shape)

    assert offered == drawn


def test_shares_are_drawn_on_a_linear_axis(offered: list[str], kept: dict[str, str]) -> None:
    kept.update(ALL)
    choose_look(GROUPS, "stacked")

    assert offered == ["course", "values"]
    assert look_at(GROUPS, "stacked") == Look(so_far=True, share=True, log=False)


def test_what_another_page_chose_counts_only_where_it_can_be_drawn(kept: dict[str, str]) -> None:
    kept.update(ALL)

    assert look_at(RATIO, "side by side") == PLAIN
    assert look_at(WHOLE, "stacked") == Look(so_far=True, log=True)


def test_a_word_in_the_address_that_is_no_choice_changes_nothing(kept: dict[str, str]) -> None:
    kept.update(dict.fromkeys(ALL, "mad"))

    assert look_at(GROUPS, "stacked") == PLAIN


def test_a_total_so_far_is_provisional_from_the_first_provisional_day_on() -> None:
    open_first = replace(WHOLE, provisional=frozenset(DAYS[:1]))

    assert looked_at(open_first, Look(so_far=True)).provisional == set(DAYS)
    assert looked_at(WHOLE, Look(so_far=True)).provisional == frozenset()
    assert looked_at(WHOLE, PLAIN) is WHOLE


def test_a_total_so_far_is_set_against_the_compared_period_from_its_first_day() -> None:
    october = pd.DataFrame(
        {
            "start": [pd.Timestamp(day, tz="UTC") for day in ("2026-10-01", "2026-10-02")],
            "group": "Total",
            "value": pd.Series([Decimal(3), Decimal(4)], dtype=object),
        }
    )

    before = looked_at(replace(WHOLE, earlier=october), Look(so_far=True)).before

    assert before is not None
    assert list(zip(before["start"], before["value"], strict=True)) == list(zip(DAYS, (3, 7), strict=True))


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (WHOLE, "The log axis leaves out 1 value of zero."),
        (
            GROUPS,
            "The log axis leaves out 2 values of zero and 1 value below zero. "
            "Amounts cannot be stacked on a log axis, so there is a line for each.",
        ),
        (LEVEL, "The axis is logarithmic."),
    ],
)
def test_a_log_axis_says_what_it_leaves_out(answer: OverTime, note: str) -> None:
    assert log_note(answer) == note
