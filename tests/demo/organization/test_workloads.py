import datetime as dt

import pytest

from lib.demo.organization.directory_data import KEYS, user_id
from lib.demo.organization.traffic import Stream
from lib.demo.organization.workloads import SEEDS, WORKLOADS, streams
from tests.demo.organization import demo_days
from tests.demo.organization.test_demo_days import KEPT


def of_first_phase(source: str, project: str) -> list[Stream]:
    """Return the streams of the first workload of a source and project, in its first phase."""
    load = next(w for w in WORKLOADS if (w.source, w.project) == (source, project))
    return [s for s in streams(source) if s.workload is load and s.phase is load.phases[0]]


@pytest.mark.parametrize("source", SEEDS)
def test_a_source_has_the_streams_of_its_own_workloads(source: str) -> None:
    found = streams(source)

    assert {s.workload.source for s in found} == {source}
    assert len(found) == sum(
        len(w.phases) * max(1, len(w.keys.split())) for w in WORKLOADS if w.source == source
    )


def test_the_shares_of_a_workload_sum_to_one_the_first_key_having_the_most() -> None:
    shares = [s.share for s in of_first_phase("completions", "assistant")]

    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
    assert shares[1] / shares[0] == pytest.approx(2**-0.8)


def test_a_service_accounts_traffic_names_its_key_and_no_user() -> None:
    first = of_first_phase("completions", "assistant")[0]

    assert (first.api_key_id, first.user_id) == (KEYS["assistant", "production"].id, None)


def test_a_persons_traffic_names_the_person_with_or_without_a_key() -> None:
    by_key = {s.api_key_id: s for s in streams("completions") if s.workload.project == "agents"}
    without = {s.user_id for s in streams("completions") if s.api_key_id is None}

    assert by_key[KEYS["agents", "bruno-cli"].id].user_id == user_id("bruno")
    assert {user_id("mei"), user_id("elif"), user_id("omar")} <= without


@pytest.mark.parametrize("day", demo_days.DAYS)
def test_what_is_sent_on_a_day_is_what_it_was(day: str) -> None:
    assert demo_days.usage_totals(dt.date.fromisoformat(day)) == KEPT["usage"][day]


def test_every_key_of_a_workload_is_a_key_of_its_project() -> None:
    named = {(w.project, name) for w in WORKLOADS for name in w.keys.split() if not name.startswith("~")}

    assert named <= set(KEYS)
