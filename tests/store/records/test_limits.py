import datetime as dt
from decimal import Decimal
from pathlib import Path

from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.store.log import Log
from lib.store.records.limits import LIMITS, entries

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(hours=1)
LIMIT = SpendLimit(LimitKind.LIMIT, "proj_a", Decimal(500), True)
ALERT = SpendLimit(LimitKind.ALERT, "", Decimal("0.5"))


def test_the_latest_reading_is_all_there_is(tmp_path: Path) -> None:
    log = Log(str(tmp_path), LIMITS)
    log.append(entries(LimitList((LIMIT,), ("no alerts",)), LATER))
    log.append(entries(LimitList((ALERT,), ("too late",)), NOON))

    assert log.read() == LimitList((LIMIT,), ("no alerts",), LATER)
    assert log.read().read_at.utcoffset() == dt.timedelta(0)  # type: ignore[union-attr]


def test_a_reading_that_found_nothing_was_made_all_the_same(tmp_path: Path) -> None:
    log = Log(str(tmp_path), LIMITS)
    assert log.read() == LimitList()
    log.append(entries(LimitList((LIMIT, ALERT)), NOON))
    assert log.read() == LimitList((LIMIT, ALERT), (), NOON)

    log.append(entries(LimitList(), LATER))

    assert log.read() == LimitList((), (), LATER)


def test_only_the_latest_reading_is_worth_keeping(tmp_path: Path) -> None:
    log = Log(str(tmp_path), LIMITS)
    rows = log.rows([*entries(LimitList((LIMIT,)), NOON), *entries(LimitList((ALERT,), ("no",)), LATER)])

    kept = LIMITS.fold(rows).to_pylist()

    assert [(row["read_at"], row["kind"], row["failure"]) for row in kept] == [
        (LATER, None, None),
        (LATER, None, "no"),
        (LATER, "alert", None),
    ]
