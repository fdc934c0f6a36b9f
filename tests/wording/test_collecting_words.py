import datetime as dt

import pytest

from lib.sync.reach import End, Expiring, Reach
from lib.wording import collecting_words

DAY = dt.date(2025, 11, 27)
NOON = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        (
            Reach("costs", DAY, End.MEMORY),
            "Costs: stored from 27 Nov 2025 on. The API serves no earlier days.",
        ),
        (
            Reach("costs", DAY, End.FAILED, "The API is down."),
            "Costs: stored from 27 Nov 2025 on. Earlier days could not be fetched: The API is down.",
        ),
        (
            Reach("images", None, End.ABSENT),
            "Images: nothing is stored. The organization does not have this endpoint.",
        ),
    ],
)
def test_how_far_back_a_source_goes_is_said_with_the_reason(reach: Reach, said: str) -> None:
    assert collecting_words.reached(reach) == said


def test_days_that_are_lost_soon_are_named_with_the_first_day_of_loss() -> None:
    found = [
        Expiring("costs", DAY, DAY + 2 * dt.timedelta(days=1), dt.date(2026, 11, 28)),
        Expiring("images", DAY, DAY + 5 * dt.timedelta(days=1), dt.date(2026, 11, 27)),
    ]

    assert collecting_words.expiring(found) == (
        "27 Nov – 2 Dec 2025 of Costs and Images were not all fetched, and from 27 Nov 2026 on the API "
        "serves them no more, a day each day. `python -m lib backfill` fetches what there still is."
    )
    assert collecting_words.expiring_in_short(found) == "▲ Days are lost from 27 Nov 2026 on"
    assert (collecting_words.expiring([]), collecting_words.expiring_in_short([])) == ("", "")


def test_of_many_sources_few_are_named() -> None:
    found = [Expiring(name, DAY, DAY, DAY) for name in ("costs", "images", "embeddings", "moderations")]

    assert " of Costs, Images and 2 other sources were" in collecting_words.expiring(found)


def test_runs_are_said_with_what_they_took_and_the_next_with_its_time() -> None:
    assert collecting_words.last_run(NOON, "web-1", 1, 1200) == (
        "Collected last on 26 Nov 2026, 12:00 UTC by web-1: 1 request, 1,200 rows."
    )
    assert collecting_words.next_run(NOON + HOUR, NOON, HOUR) == (
        "Collected every 60 minutes, next on 26 Nov 2026, 13:00 UTC."
    )
    assert collecting_words.next_run(NOON, NOON, HOUR) == "Collected every 60 minutes, next within a minute."
    assert collecting_words.running("web-2", NOON) == (
        "web-2 collects days now; it last said so on 26 Nov 2026, 12:00 UTC."
    )


def test_failures_are_said_with_the_last_run_without_one() -> None:
    assert collecting_words.failing_since(NOON) == (
        "Not all days could be collected; the last one without a failure was on 26 Nov 2026, 12:00 UTC."
    )
    assert collecting_words.failing_since(None).endswith("none was without a failure yet.")
