import datetime as dt
from decimal import Decimal

from lib.wording import alert_words

DAY = dt.date(2026, 11, 10)


def test_of_many_revised_days_the_first_are_named_and_the_sum_is_of_all() -> None:
    days = [(DAY + dt.timedelta(days=n), Decimal(10), Decimal(8)) for n in range(7)]

    said = alert_words.revised(days)

    assert said.count("from $10.00 to $8.00") == 5
    assert said.endswith(" and 2 more days; in all $14.00 less.")


def test_of_many_sources_that_cannot_be_collected_the_first_are_named_and_a_reason_is_said_once() -> None:
    since = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)
    names = ["costs", "images", "embeddings", "moderations", "completions", "vector_stores", "names"]

    said = alert_words.not_collected(since, 1, dict.fromkeys(names, "The API is down."))

    assert said.startswith(
        "Since 23 Nov 2026, 05:00 UTC, for 1 hour, not all days could be collected (Costs, "
    )
    assert said.endswith(" and 2 more). The API is down.")


def test_messages_are_headed_with_what_they_are_about() -> None:
    assert alert_words.unusual_title("Search", is_early=True) == "Early signal: Search"
    assert (
        alert_words.budget_title("Search (project)", is_over=False) == "Going over budget: Search (project)"
    )
    assert alert_words.digest_title("monthly", DAY.replace(day=1), DAY.replace(day=30)) == (
        "Last month, 1–30 Nov 2026"
    )
    assert alert_words.most([]) == ""
    assert alert_words.most([("Search", "$5"), ("Chat", "$2")]) == "The most: Search ($5), Chat ($2)."
