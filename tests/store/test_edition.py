"""What of newer rows can wait while pages read older ones."""

import datetime as dt

import pytest

from lib.periods.widths import Width
from lib.store.delta import ABSENT, Version
from lib.store.edition import Edition, TableState

COSTS, BY_HOUR = ("costs", Width.DAY), ("completions", Width.HOUR)
EARLY, LATE = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC), dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)


def table(number: int, days: dict[str, dt.datetime], *files: str) -> TableState:
    """Return a state of so many commits; `files` are called `<partition>/<name>`."""
    whole = {dt.date.fromisoformat(day): at for day, at in days.items()}
    label = "day" if any(len(file.partition("/")[0]) == 10 for file in files) else "month"
    return TableState(
        ("t", number), [f"/s/{label}={file}" for file in files], whole, dict.fromkeys(whole, ())
    )


def edition(costs: TableState, names: Version = ("n", 1), revisions: Version = ("r", 1)) -> Edition:
    return Edition({COSTS: costs}, {"names": names, "revisions": revisions})


SHOWN = table(1, {"2026-02-27": EARLY, "2026-02-28": EARLY}, "2026-02/a")
AGAIN = table(2, {"2026-02-27": EARLY, "2026-02-28": LATE}, "2026-02/b")


def test_days_that_were_fetched_again_can_wait_and_what_was_revised_with_them() -> None:
    shown = edition(SHOWN)

    assert edition(AGAIN, names=("n", 2), revisions=("r", 2)).after(shown) is shown


@pytest.mark.parametrize(
    "newest",
    [
        table(2, {"2026-02-27": EARLY, "2026-02-28": LATE, "2026-02-26": LATE}, "2026-02/b"),
        table(2, {"2026-02-27": EARLY}, "2026-02/b"),
        table(2, {}),
    ],
    ids=["a day more", "a day less", "all gone"],
)
def test_days_that_are_new_or_gone_cannot_wait(newest: TableState) -> None:
    found = edition(newest, names=("n", 2), revisions=("r", 2))

    assert found.after(edition(SHOWN)) is found


def test_a_month_that_is_new_does_not_wait_for_one_that_can() -> None:
    days = {"2026-01-31": LATE, "2026-02-27": EARLY, "2026-02-28": LATE}
    newest = edition(table(3, days, "2026-01/c", "2026-02/b"), names=("n", 2), revisions=("r", 2))

    found = newest.after(edition(SHOWN))

    (state,) = found.tables.values()
    assert state.files == ["/s/month=2026-01/c", "/s/month=2026-02/a"]
    assert state.days == {
        dt.date(2026, 1, 31): LATE,
        dt.date(2026, 2, 27): EARLY,
        dt.date(2026, 2, 28): EARLY,
    }
    assert state.version not in (SHOWN.version, newest.tables[COSTS].version)
    assert found.logs == {"names": ("n", 2), "revisions": ("r", 1)}
    assert newest.after(found) is found


def test_of_hours_a_day_waits_by_itself() -> None:
    shown = table(1, {"2026-02-27": EARLY}, "2026-02-27/a")
    newest = table(2, {"2026-02-27": LATE, "2026-02-28": LATE}, "2026-02-27/b", "2026-02-28/c")
    logs = {"names": ("n", 1), "revisions": ("r", 1)}

    found = Edition({BY_HOUR: newest}, logs).after(Edition({BY_HOUR: shown}, logs))

    assert found.tables[BY_HOUR].files == ["/s/day=2026-02-27/a", "/s/day=2026-02-28/c"]


def test_a_table_that_is_new_cannot_wait() -> None:
    newest = Edition({COSTS: SHOWN, BY_HOUR: AGAIN}, {"names": ("n", 1), "revisions": ("r", 1)})

    assert newest.after(edition(SHOWN)) is newest


def test_the_first_names_cannot_wait() -> None:
    found = edition(AGAIN, names=("n", 1)).after(edition(SHOWN, names=ABSENT))

    assert found == edition(SHOWN, names=("n", 1))


def test_what_is_the_same_is_the_newest() -> None:
    newest = edition(table(1, dict.fromkeys(["2026-02-27", "2026-02-28"], EARLY), "2026-02/a"))

    assert newest.after(edition(SHOWN)) is newest
