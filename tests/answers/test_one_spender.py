import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.answers import one_spender
from lib.answers.one_spender import Spender, spender
from lib.answers.reading import Reading
from lib.engine.filters import Filters
from lib.openai_admin.name_lists import Name
from lib.openai_admin.refusals import Refusal, RefusalKind
from tests.answers.readings import NOW, november, reading_of

pytestmark = pytest.mark.usefixtures("afresh")
PERIOD, BEFORE = november(8, 14), november(1, 7)


def bill(day: int, dollars: str, project: str, key: str | None = None) -> dict[str, Any]:
    about = {"start": f"2026-11-{day:02}", "project_id": project, "api_key_id": key}
    return about | {"cost_usd": Decimal(dollars)}


def used(day: int, requests: int, project: str) -> dict[str, Any]:
    return {"start": f"2026-11-{day:02}", "project_id": project, "num_model_requests": requests}


BILLS = [bill(2, "5", "proj_a"), bill(9, "3", "proj_a", "key_a"), bill(10, "9", "proj_b"), bill(11, "0", "z")]
USED = [used(3, 2, "proj_a"), used(9, 8, "proj_a"), used(9, 4, "proj_b")]


def reading(folder: Path, **choices: Any) -> Reading:
    rows = {"costs": BILLS, "completions": USED}
    return reading_of(folder, rows, PERIOD, fetched={name: [BEFORE, PERIOD] for name in rows}, **choices)


def headlines(found: Spender) -> dict[str, tuple[Any, Any]]:
    return {h.measure.slug: (h.change.now, h.change.before) for h in found.headlines if h.change}


def test_headlines_are_of_it_alone_and_compare_with_the_period_before(tmp_path: Path) -> None:
    found = headlines(spender(reading(tmp_path), "project_id", "proj_a"))

    assert found["spend"] == (3, 5)
    assert found["requests"] == (8, 2)
    assert found["cost_per_million"] == (None, None)


def test_it_replaces_a_filter_on_others_of_its_kind(tmp_path: Path) -> None:
    elsewhere = reading(tmp_path, filters=Filters.of({"project_id": ["proj_b"]}))

    assert headlines(spender(elsewhere, "project_id", "proj_a"))["spend"] == (3, 5)


def test_its_part_is_of_all_that_was_billed_in_the_period(tmp_path: Path) -> None:
    found = spender(reading(tmp_path), "project_id", "proj_a")

    assert found.part_of_the_whole == "That is 25.0% of $12.00, all that was billed in the period."


def test_within_other_filters_its_part_is_of_what_they_keep(tmp_path: Path) -> None:
    filters = Filters.of({"project_id": ["proj_a", "proj_b"], "api_key_id": ["key_a"]})

    found = spender(reading(tmp_path, filters=filters), "project_id", "proj_a")

    assert found.part_of_the_whole == ("That is 100% of $3.00, billed in the period within the filters.")


def test_it_stands_beside_its_peers(tmp_path: Path) -> None:
    peers = spender(reading(tmp_path), "project_id", "proj_a").peers.set_index("measure")

    assert peers.loc["Spend", ["own", "others", "rank", "of"]].to_list() == [3, 0, 2, 3]
    assert peers.loc["Requests", ["own", "others", "rank", "of"]].to_list() == [8, 0, 1, 3]


def test_it_is_said_when_it_was_first_and_last_billed_whatever_the_period(tmp_path: Path) -> None:
    assert spender(reading(tmp_path), "project_id", "proj_a").seen == (
        "First billed 2 Nov 2026 (of all since 1 Nov 2026), last billed 9 Nov 2026."
    )


@pytest.mark.parametrize(("identity", "has_any"), [("proj_a", True), ("z", False), ("nobody", False)])
def test_there_is_something_where_either_period_has_any(
    tmp_path: Path, identity: str, *, has_any: bool
) -> None:
    assert bool(spender(reading(tmp_path), "project_id", identity).has_any) is has_any


def test_what_was_only_billed_before_is_something(tmp_path: Path) -> None:
    rows = {"costs": [bill(2, "5", "proj_a")]}
    read = reading_of(tmp_path, rows, PERIOD, fetched={"costs": [BEFORE, PERIOD]})

    assert spender(read, "project_id", "proj_a").has_any


def test_where_the_bill_tells_it_on_some_days_only_it_is_at_least_so_much(tmp_path: Path) -> None:
    floor = Refusal("costs", RefusalKind.FLOOR, "no", NOW, "api_key_id", until=dt.date(2026, 11, 9))

    found = spender(reading(tmp_path, refusals=[floor]), "api_key_id", "key_a")

    assert found.unattributed == 1
    assert found.part_of_the_whole.startswith("That is at least 25.0%")
    assert "cost_per_million" not in headlines(found)


def test_it_goes_by_the_name_of_its_own_kind(tmp_path: Path) -> None:
    read = reading(tmp_path)
    named = [Name("user", "proj_a", "Ada"), Name("project", "proj_a", "Search")]
    read.backend.store.merge_names(named, NOW)

    found = spender(read, "project_id", "proj_a").name

    assert found
    assert (found.kind, found.name) == ("project", "Search")
    assert spender(read, "project_id", "proj_b").name is None


def test_those_that_spent_most_are_listed_first_and_the_rest_by_id(tmp_path: Path) -> None:
    read = reading(tmp_path)
    known = one_spender.known_ids(read, ["project_id", "api_key_id"])

    assert known == {"project_id": {"proj_a", "proj_b", "z"}, "api_key_id": {"key_a"}}
    listed = one_spender.listed(read, "project_id", known["project_id"] | {"a_new_one"})
    assert list(listed) == ["proj_b", "proj_a", "z", "a_new_one"]
