import datetime as dt
from decimal import Decimal

import pytest

from lib.analysis import whose
from lib.labels import Labels
from lib.names import Name

NAMES = [
    Name("project", "proj_a", "Search", archived=True),
    Name("user", "user-a", "Ada", detail="ada@example.com"),
    Name("service_account", "svc_acct_1", "crawler", project_id="proj_a"),
    Name("api_key", "key_a", "backend", detail="sk-...aa", project_id="proj_a", owner_id="user-a"),
]


@pytest.mark.parametrize(
    ("nth", "said"),
    [
        (0, "Project `proj_a`, archived."),
        (1, "Person `user-a`, ada@example.com."),
        (2, "Service account `svc_acct_1`, in Search (archived)."),
        (3, "API key `key_a`, sk-...aa, in Search (archived), owned by Ada."),
    ],
)
def test_what_a_name_belongs_to_is_said(nth: int, said: str) -> None:
    assert whose.about("Anything", NAMES[nth], Labels(NAMES), NAMES[nth].id) == said


def test_what_has_no_name_is_said_to_have_none() -> None:
    assert whose.about("API key", None, Labels([]), "key_x") == (
        "API key `key_x`. Its name is not known: deleted before the app saw it, or not readable."
    )


def test_first_and_last_day_are_as_far_as_is_stored() -> None:
    since, later = dt.date(2026, 11, 1), dt.date(2026, 11, 9)

    assert whose.seen([later], since) == (
        "First billed 9 Nov 2026 (of all since 1 Nov 2026), last billed 9 Nov 2026."
    )
    assert whose.seen([since, later], since) == (
        "First billed 1 Nov 2026 (or earlier: that is the first day that is stored), last billed 9 Nov 2026."
    )
    assert whose.seen([], since) == (
        "Nothing of it was billed since 1 Nov 2026, the first day that is stored."
    )


def test_a_part_is_of_the_whole_bill() -> None:
    assert whose.part_of(Decimal(1), Decimal(8)) == (
        "That is 12.5% of $8.00, all that was billed in the period."
    )
    assert whose.part_of(Decimal(0), Decimal(0)) == ""
