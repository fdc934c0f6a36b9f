import datetime as dt

import pytest

from lib.periods.widths import Width
from lib.wording.verification_words import day_ranges, found_wrong, not_answered, not_fetched_again


def jan(*days: int) -> tuple[dt.date, ...]:
    return tuple(dt.date(2026, 1, day) for day in days)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (jan(1), "1 Jan 2026"),
        (jan(1, 2, 5), "1–2 Jan 2026 and 5 Jan 2026"),
        (jan(1, 3, 5, 7, 9), "1 Jan 2026, 3 Jan 2026, 5 Jan 2026, 7 Jan 2026 and 9 Jan 2026"),
        (jan(1, 3, 5, 7, 9, 11), "1 Jan 2026, 3 Jan 2026, 5 Jan 2026, 7 Jan 2026 and 2 ranges more"),
    ],
)
def test_of_many_ranges_of_days_the_first_are_named(days: tuple[dt.date, ...], words: str) -> None:
    assert day_ranges(days) == words


def test_days_that_differ_are_named() -> None:
    assert found_wrong("costs", Width.DAY, days=jan(1)) == (
        "Costs: what is stored of 1 Jan 2026 is not what was recorded."
    )


def test_files_that_cannot_be_read_are_counted() -> None:
    assert found_wrong("costs", Width.DAY, files=["a"]) == "Costs: a file is gone or broken (a)."
    assert found_wrong("embeddings", Width.HOUR, files=["a", "b"]) == (
        "Embeddings by hour: 2 files are gone or broken (a)."
    )


def test_what_could_not_be_compared_says_why() -> None:
    assert found_wrong("embeddings", Width.MINUTE, failure="No.") == "Embeddings by minute: No."


def test_days_that_are_gone_are_named_with_what_to_do() -> None:
    assert not_fetched_again("costs", Width.DAY, jan(1, 2)) == (
        "Costs: what had been stored of 1–2 Jan 2026 is not there any more and could not be fetched again. "
        "Put back a copy of the store from before, if there is one."
    )


def test_days_that_were_not_answered_are_named() -> None:
    assert not_answered("costs", jan(1, 2)) == (
        "Costs: OpenAI answered nothing about 1–2 Jan 2026, twice, although it answers quiet days too. Until "
        "they are final, a week later than others, they are asked for again."
    )
