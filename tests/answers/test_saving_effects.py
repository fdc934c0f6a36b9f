"""Savings that people decided on, followed up in the rows of their key."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lib.analysis.savings.effect import Verdict
from lib.analysis.savings.rules import batching, cheaper_models
from lib.analysis.savings.saving import Confidence, Saving
from lib.answers import saving_effects
from lib.periods.presets import Comparison
from lib.periods.windows import ONE_DAY, Window
from lib.store.records.decisions import Decision, DecisionState
from tests.answers.readings import NOW, TODAY, reading_of

pytestmark = pytest.mark.usefixtures("afresh")
OCTOBER = Window(dt.date(2026, 10, 1), dt.date(2026, 10, 29))
MARKED = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
DONE = Decision(
    "batch:proj_a:key_a:",
    DecisionState.DONE,
    "Send it as batches",
    "proj_a",
    "key_a",
    "",
    Decimal(152),
    OCTOBER.first,
    OCTOBER.end,
    "Ada",
    MARKED,
)


def rows(key: str = "key_a", model: str = "gpt-6-sol") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield usage and bill of a key: ten dollars a day, and five from the day after it was marked on."""
    for day in Window(OCTOBER.first, TODAY + ONE_DAY):
        dollars = 5 if day > MARKED.date() else 10
        about = {"start": day.isoformat(), "project_id": "proj_a", "api_key_id": key}
        yield "completions", about | {"model": f"{model}-2026-05-01", "input_tokens": 1_000}
        yield "costs", about | {"line_item": f"{model}, input", "cost_usd": Decimal(dollars)}


def followed(tmp_path: Path, *decisions: Decision) -> list[saving_effects.Followed]:
    held = [*rows(), *((source, row | {"api_key_id": "key_b"}) for source, row in rows())]
    by_source = {name: [row for source, row in held if source == name] for name in ("completions", "costs")}
    window = Window(OCTOBER.first, TODAY + ONE_DAY)
    fetched = {name: [window] for name in by_source}
    reading = reading_of(tmp_path, by_source, window, fetched=fetched, comparison=Comparison.NONE)
    return saving_effects.followed(reading, decisions)


def test_the_effect_is_measured_on_the_final_days_after_the_decision(tmp_path: Path) -> None:
    (one,) = followed(tmp_path, DONE)

    # From 3 to 19 November; the days after that are not final.
    assert (one.effect.verdict, one.effect.days) == (Verdict.WORKED, 17)
    assert one.effect.a_month is not None
    assert round(one.effect.a_month, 6) == round(5 * Decimal("365.25") / 12, 6)


def test_a_decision_of_today_has_no_effect_yet(tmp_path: Path) -> None:
    (one,) = followed(tmp_path, replace(DONE, written_at=NOW))

    assert (one.effect.verdict, one.effect.days) == (Verdict.WAITING, 0)


def test_a_model_is_followed_under_all_of_its_names_and_the_latest_decision_comes_first(
    tmp_path: Path,
) -> None:
    of_model = replace(DONE, saving="cache:proj_a:key_a:gpt-6-sol", model="gpt-6-sol")
    other = replace(DONE, saving="cache:proj_a:key_a:gpt-6-luna", model="gpt-6-luna")

    found = followed(tmp_path, DONE, of_model, other)

    assert [one.decision.model for one in found] == ["gpt-6-luna", "gpt-6-sol", ""]
    assert found[1].effect == found[2].effect
    assert found[0].effect.a_month == 0


def saving(rule: Any = batching.RULE, **changed: Any) -> Saving:
    facts = {"part": 0.5, "model": "big", "other": "small", "why": "newer"}
    made = Saving(rule, "proj_a", "key_a", "", facts, Confidence.HIGH, 28, Decimal(280), pd.DataFrame)
    return replace(made, **changed)


def test_a_decision_keeps_what_is_expected_and_the_days_that_tell_it() -> None:
    one = saving_effects.decide(saving(), DecisionState.PLANNED, OCTOBER, [])

    assert (one.saving, one.state, one.title) == (
        "batch:proj_a:key_a:",
        "planned",
        "Send it as batches or flex",
    )
    assert one.expected == saving().a_month
    assert (one.first, one.end) == (OCTOBER.first, OCTOBER.end)


def test_what_was_planned_is_measured_by_what_was_expected_then() -> None:
    november = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 20))

    one = saving_effects.decide(saving(), DecisionState.DONE, november, [DONE])

    assert (one.state, one.expected, one.first, one.end) == ("done", Decimal(152), OCTOBER.first, OCTOBER.end)


def test_who_moves_to_another_model_is_followed_in_all_rows_of_the_key() -> None:
    move = saving(cheaper_models.RULE, model="big")

    assert saving_effects.decide(move, DecisionState.DONE, OCTOBER, []).model == ""
    assert saving_effects.decide(saving(model="big"), DecisionState.DONE, OCTOBER, []).model == "big"


def test_only_what_was_carried_out_is_done() -> None:
    assert saving_effects.done([replace(DONE, state=DecisionState.PLANNED), DONE]) == (DONE.saving,)


def test_all_days_from_the_first_that_told_a_decision_are_read() -> None:
    later = replace(DONE, first=dt.date(2026, 10, 9))

    assert saving_effects.days_read([later, DONE], TODAY) == Window(OCTOBER.first, TODAY + ONE_DAY)


def test_the_table_says_what_was_expected_measured_and_decided(tmp_path: Path) -> None:
    (row,) = saving_effects.table(followed(tmp_path, DONE)).to_dict("records")

    assert row | {"a_month": round(row["a_month"], 2)} == {
        "expected": Decimal(152),
        "a_month": Decimal("152.19"),
        "verdict": "✓ It worked: 100.1% of what was expected, over 17 days",
        "title": "Send it as batches",
        "project_id": "proj_a",
        "api_key_id": "key_a",
        "decision": "Done on 2 Nov 2026 by Ada",
    }
