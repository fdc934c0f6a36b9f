import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from lib.analysis.exact import rounded
from lib.analysis.savings.saving import CHANCES
from lib.analysis.savings.simulation import Moves
from lib.answers import savings_found
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.schemas import MONEY
from lib.engine.filters import Filters
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.windows import Window
from tests.answers.readings import TODAY, november, reading_of

pytestmark = pytest.mark.usefixtures("afresh")
FOUR_WEEKS = Window(dt.date(2026, 10, 23), dt.date(2026, 11, 20))
FETCHED = [Window(dt.date(2026, 10, 1), dt.date(2026, 11, 24))]


def used(day: int, tokens: int, **more: Any) -> dict[str, Any]:
    about = {"start": f"2026-11-{day:02}", "model": "gpt-6-sol", "project_id": "proj_a"}
    rest = {"api_key_id": "key_a", "service_tier": "default", "num_model_requests": 400_000}
    return about | rest | {"input_tokens": tokens} | more


TRAFFIC = [
    used(1, 500_000_000),
    used(2, 1_000_000, input_cached_tokens=1_000_000, model="gpt-6-luna"),
    used(20, 900_000_000),
]
"""$1,000 of gpt-6-sol within the 28 days, and some on a day after them."""


def reading(folder: Path, **choices: Any) -> Reading:
    billed = {"start": "2026-11-09", "project_id": "proj_a", "cost_usd": Decimal(500)}
    rows = {"completions": TRAFFIC, "costs": [billed]}
    fetched = dict.fromkeys(rows, FETCHED)
    return reading_of(folder, rows, FOUR_WEEKS, fetched=fetched, comparison=Comparison.NONE, **choices)


def test_the_latest_whole_weeks_that_are_final_are_read() -> None:
    filters = Filters.of({"project_id": ["proj_a"]})
    view = View(november(8, 14), TODAY, Grain.WEEK, Comparison.PREVIOUS, filters)

    assert savings_found.view_of(view, dt.timedelta(days=3)) == View(
        FOUR_WEEKS, TODAY, Grain.WEEK, Comparison.NONE, filters
    )


def test_savings_are_of_the_days_of_the_view_and_a_month_long(tmp_path: Path) -> None:
    found = savings_found.savings(reading(tmp_path))

    assert found.is_empty is False
    assert found.read.days == 28
    month = Decimal("365.25") / 12 / 28
    assert round(found.worth_a_month, 2) == round(Decimal("1000.005") * month, 2)
    assert {(s.rule.slug, s.project, s.key) for s in found.found} == {
        ("batch", "proj_a", "key_a"),
        ("model", "proj_a", "key_a"),
    }


def test_savings_of_one_key_overlap_and_only_the_largest_counts(tmp_path: Path) -> None:
    found = savings_found.savings(reading(tmp_path))

    assert found.at_most() == max(s.a_month for s in found.found)
    assert found.likely() == rounded(max(s.a_month * CHANCES[s.confidence] for s in found.found))
    assert list(found.by_kind["group"]) == ["Batches and flex", "Newer or smaller model"]
    assert list(found.by_kind_drawn["value"]) == [float(v) for v in found.by_kind["value"]]


def test_what_is_done_is_not_counted_again(tmp_path: Path) -> None:
    found = savings_found.savings(reading(tmp_path))
    largest, other = sorted(found.found, key=lambda s: -s.a_month)

    assert found.at_most([largest.name]) == other.a_month
    assert found.likely([largest.name, other.name]) == 0


def test_a_saving_is_about_every_spelling_of_its_model() -> None:
    stored = ["gpt-6-sol", "gpt-6-sol-2026-05-01", "gpt-6-sol-mini", "gpt-6-luna"]
    kept = Filters.of({"batch": ["true"]})

    assert savings_found.narrowed(kept, stored, "proj_a", "", "gpt-6-sol") == Filters.of(
        {"batch": ["true"], "project_id": ["proj_a"], "model": ["gpt-6-sol", "gpt-6-sol-2026-05-01"]}
    )
    assert savings_found.narrowed(kept, stored, "", "(none)", "") == Filters.of(
        {"batch": ["true"], "api_key_id": [None]}
    )


def test_there_is_nothing_only_without_traffic_and_without_a_bill(tmp_path: Path) -> None:
    def of(name: str, rows: dict[str, list[dict[str, Any]]]) -> bool:
        fetched = {"completions": FETCHED, "costs": FETCHED}
        read = reading_of(tmp_path / name, rows, FOUR_WEEKS, fetched=fetched)
        return savings_found.savings(read).is_empty

    assert of("nothing", {}) is True
    assert of("bill", {"costs": [{"start": "2026-11-09", "cost_usd": Decimal(1)}]}) is False
    assert of("traffic", {"completions": TRAFFIC}) is False


def test_filters_narrow_traffic_and_bill(tmp_path: Path) -> None:
    narrowed = savings_found.savings(reading(tmp_path, filters=Filters.of({"project_id": ["proj_b"]})))

    assert narrowed.is_empty is True


def test_a_simulation_starts_from_the_dearest_model_and_proposes_its_successor(tmp_path: Path) -> None:
    found = savings_found.simulated(reading(tmp_path))

    assert (found.days, found.today) == (28, TODAY)
    assert found.models == ["gpt-6-sol", "gpt-6-luna"]
    assert found.successor("gpt-6-sol") == "gpt-6.1-terra"
    assert found.successor("a-model-of-ours") == found.targets[0]
    assert found.targets == sorted({*found.targets, "gpt-6-sol", "gpt-6-luna", "gpt-6.1-terra"})
    assert round(found.cached_share, 6) == Decimal("0.001996")


def test_a_model_without_a_successor_is_not_proposed_to_itself() -> None:
    traffic = pa.table({"model": ["a"], "worth": pa.array([Decimal(1)], MONEY)})
    found = savings_found.Simulation(traffic, 28, TODAY)

    assert found.targets[0] == "a"
    assert found.successor("a") == found.targets[1]


def test_the_next_months_are_simulated_from_the_one_after_todays(tmp_path: Path) -> None:
    months = savings_found.simulated(reading(tmp_path)).months(Moves(), 2)

    assert list(months["month"]) == [dt.date(2026, 12, 1), dt.date(2027, 1, 1)]
    assert list(months["difference"]) == [0, 0]


def test_ids_are_named_where_they_have_a_name() -> None:
    frame = pd.DataFrame({"project_id": ["proj_a", "proj_b"], "api_key_id": ["key_a", "key_b"]})

    found = savings_found.named(frame, {"proj_a": "Search"}, {"key_b": "CI"})

    assert found.to_dict("split")["data"] == [["Search", "key_a"], ["proj_b", "CI"]]


def test_a_simulation_without_traffic_is_empty() -> None:
    some = pa.table({"model": ["a"], "worth": pa.array([Decimal(1)], MONEY)})

    assert savings_found.Simulation(some, 28, TODAY).is_empty is False
    assert savings_found.Simulation(some.slice(1), 28, TODAY).is_empty is True
