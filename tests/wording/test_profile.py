import datetime as dt
from decimal import Decimal

import pytest

from lib.catalog.measures import MEASURES
from lib.openai_admin.name_lists import Name
from lib.wording import profile
from lib.wording.labels import Labels

NAMES = [
    Name("project", "proj_a", "Search", archived=True),
    Name("user", "user-a", "Ada", detail="ada@example.com"),
    Name("service_account", "svc_acct_1", "crawler", project_id="proj_a"),
    Name("api_key", "key_a", "backend", detail="sk-...aa", project_id="proj_a", owner_id="user-a"),
]


@pytest.mark.parametrize(
    ("nth", "said"),
    [
        (0, "Project proj_a, archived."),
        (1, "Person user-a, ada@example.com."),
        (2, "Service account svc_acct_1, in Search (archived)."),
        (3, "API key key_a, sk-...aa, in Search (archived), owned by Ada."),
    ],
)
def test_what_a_name_belongs_to_is_said(nth: int, said: str) -> None:
    assert profile.about("Anything", NAMES[nth], Labels(NAMES), NAMES[nth].id) == said


def test_what_has_no_name_is_said_to_have_none() -> None:
    assert profile.about("API key", None, Labels([]), "key_x") == (
        "API key key_x. Its name is not known: deleted before the app saw it, or not readable."
    )


def test_first_and_last_day_are_as_far_as_is_stored_and_told() -> None:
    since, later, until = dt.date(2026, 11, 1), dt.date(2026, 11, 9), dt.date(2026, 11, 20)
    stored = [since, later, until]

    assert profile.seen([later], stored) == (
        "First billed 9 Nov 2026 (of all since 1 Nov 2026), last billed 9 Nov 2026."
    )
    assert profile.seen([since, until], stored) == (
        "First billed 1 Nov 2026 (or earlier: the first day whose stored bill names it), "
        "last billed 20 Nov 2026 (the last day that is stored)."
    )
    assert profile.seen([], stored) == (
        "Nothing of it was billed since 1 Nov 2026, the first day whose stored bill names it."
    )


def test_where_no_bill_tells_it_nothing_is_claimed() -> None:
    assert profile.seen([], []) == "No stored bill names it, so it is not known when it was first billed."


def test_money_is_left_out_where_unattributed_days_would_make_it_false() -> None:
    measures = [MEASURES[m] for m in ("spend", "requests", "cost_per_million", "cached_share")]

    def left(unattributed: int) -> list[str]:
        return [m.slug for m in profile.told(measures, unattributed, 14)]

    assert left(0) == ["spend", "requests", "cost_per_million", "cached_share"]
    assert left(7) == ["spend", "requests", "cached_share"]
    assert left(14) == ["requests", "cached_share"]


@pytest.mark.parametrize(
    ("unattributed", "filtered", "said"),
    [
        (False, False, "That is 12.5% of $8.00, all that was billed in the period."),
        (True, False, "That is at least 12.5% of $8.00, all that was billed in the period."),
        (False, True, "That is 12.5% of $8.00, billed in the period within the filters."),
    ],
)
def test_a_part_is_of_the_whole_bill(unattributed: bool, filtered: bool, said: str) -> None:
    assert profile.part_of(Decimal(1), Decimal(8), unattributed=unattributed, filtered=filtered) == said


def test_nothing_is_part_of_a_bill_of_nothing() -> None:
    assert profile.part_of(Decimal(0), Decimal(0), unattributed=False, filtered=False) == ""
