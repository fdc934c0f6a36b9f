import datetime as dt
from typing import Any

import pytest

from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.wording.refusal_words import in_short, refused

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
FLOOR = dt.date(2025, 12, 6)


def day(number: int) -> dt.date:
    return dt.date(2026, 11, number)


def refusal(kind: RefusalKind, ago: int = 0, source: str = "costs", **rest: Any) -> Refusal:
    return Refusal(source, kind, "The API said no.", NOON - ago * HOUR, **rest)


@pytest.mark.parametrize(
    ("known", "meaning"),
    [
        (
            refusal(RefusalKind.ENDPOINT),
            "This organization has no such endpoint, so the source is empty. It is asked again each day.",
        ),
        (
            refusal(RefusalKind.LOOKBACK, until=FLOOR),
            "Days before 2025-12-06 are no longer served. What was stored earlier stays.",
        ),
        (
            refusal(RefusalKind.FLOOR, dimension="project_id", until=FLOOR),
            "Days before 2025-12-06 are not known by project: their rows are listed as No project.",
        ),
        (
            refusal(RefusalKind.DIMENSION, dimension="user_id", since=FLOOR, until=day(1)),
            "Rows from 2025-12-06 to before 2026-11-01 are not known by user; everything else about them is.",
        ),
        (
            refusal(RefusalKind.COMBINATION, since=FLOOR, until=day(1)),
            "Rows from 2025-12-06 to before 2026-11-01 are known by project or by user, "
            "but not by both at once.",
        ),
        (
            refusal(RefusalKind.COMBINATION),
            "Rows of the organization are known by project or by user, but not by both at once.",
        ),
        (
            refusal(RefusalKind.SCOPE, source="names", dimension="api.management.read"),
            "The key lacks api.management.read: ids are shown instead of names that were not seen before.",
        ),
    ],
)
def test_a_refusal_says_what_it_means(known: Refusal, meaning: str) -> None:
    (row,) = refused([known]).to_dict("records")

    assert row["meaning"] == meaning
    assert row["said"] == "The API said no."
    assert row["source"] == ("Names" if known.source == "names" else "Costs")


def test_every_kind_of_refusal_has_a_meaning() -> None:
    everything = [refusal(kind, dimension="user_id", since=FLOOR, until=day(1)) for kind in RefusalKind]

    assert all(meaning for meaning in refused(everything)["meaning"])


def test_refusals_come_newest_first() -> None:
    found = refused(
        [refusal(RefusalKind.ENDPOINT, 2), refusal(RefusalKind.ENDPOINT, 0), refusal(RefusalKind.ENDPOINT, 1)]
    )

    assert list(found["learned_at"]) == [NOON, NOON - HOUR, NOON - 2 * HOUR]


def test_without_refusals_there_are_still_columns() -> None:
    assert list(refused([]).columns) == ["source", "meaning", "said", "learned_at"]


@pytest.mark.parametrize(
    ("count", "last"),
    [(3, "List 2."), (4, "One more list could not be read."), (2003, "2,000 more lists could not be read.")],
)
def test_many_lists_that_fail_are_counted(count: int, last: str) -> None:
    said = in_short([f"List {n}." for n in range(count)])

    assert said[:3] == ["List 0.", "List 1.", "List 2."]
    assert (said[-1], len(said)) == (last, min(count, 4))
