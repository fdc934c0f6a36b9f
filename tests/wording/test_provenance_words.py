import datetime as dt

import pytest

from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.wording.provenance_words import asked, fetched, known, request

WEEK = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 8))
NOON = dt.datetime(2026, 11, 9, 12, tzinfo=dt.UTC)


def test_what_was_asked_names_source_days_and_path() -> None:
    said = asked("Costs", "/organization/costs", Width.DAY, WEEK)

    assert said == "Costs by day, 1–7 Nov 2026 (UTC), from /organization/costs"


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((7, 0, 0), "7 days are final."),
        ((1, 1, 1), "1 day is final, 1 day can still change, 1 day is not stored."),
        ((0, 2, 3), "2 days can still change, 3 days are not stored."),
    ],
)
def test_days_are_counted_by_what_is_known_of_them(counts: tuple[int, int, int], said: str) -> None:
    assert known(*counts) == said


def test_the_moments_between_which_days_were_fetched_are_said() -> None:
    assert fetched(NOON, NOON) == "Fetched 9 Nov 2026, 12:00 UTC."
    assert fetched(NOON - dt.timedelta(days=1), NOON) == (
        "Fetched between 8 Nov 2026, 12:00 UTC and 9 Nov 2026, 12:00 UTC."
    )
    assert fetched(None, None) == "None of these days has been fetched."


def test_a_request_can_be_repeated_and_holds_no_key() -> None:
    said = request("https://api.openai.com/v1", "/organization/costs", Width.DAY, WEEK, 180, ("a", "b"))

    assert said == (
        "curl -G https://api.openai.com/v1/organization/costs \\\n"
        '  -H "Authorization: Bearer $OPENAI_ADMIN_KEY" \\\n'
        "  -d start_time=1793491200 \\\n"
        "  -d end_time=1794096000 \\\n"
        "  -d bucket_width=1d \\\n"
        "  -d limit=7 \\\n"
        "  -d group_by=a \\\n"
        "  -d group_by=b"
    )


def test_a_request_asks_for_no_more_buckets_than_an_answer_holds_and_quotes_its_address() -> None:
    said = request("http://127.0.0.1:9/a b", "/x", Width.HOUR, WEEK, 100, ())

    assert said.splitlines()[0] == "curl -G 'http://127.0.0.1:9/a b/x' \\"
    assert said.splitlines()[-1] == "  -d limit=100"
