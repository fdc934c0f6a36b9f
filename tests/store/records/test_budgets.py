import datetime as dt
from decimal import Decimal
from pathlib import Path

from lib.store.log import Log
from lib.store.records.budgets import BUDGETS, Budget, in_force

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
WHOLE = Budget("", "", Decimal(100))
ALPHA, BETA = (Budget("project_id", name, Decimal(50)) for name in ("proj_a", "proj_b"))


def test_a_budget_set_in_the_app_takes_the_place_of_the_files() -> None:
    own = Budget("project_id", "proj_a", Decimal(70), "Ada", NOON)

    assert in_force([WHOLE, ALPHA], [own]) == (WHOLE, own)


def test_of_budgets_for_the_same_the_last_one_set_holds() -> None:
    first, second = (Budget("project_id", "proj_a", Decimal(n), "Ada", NOON) for n in (1, 2))

    assert in_force([], [first, second]) == (second,)


def test_what_was_removed_again_gives_the_files_its_place_back() -> None:
    own = Budget("project_id", "proj_a", Decimal(70), "Ada", NOON)
    removed = Budget("project_id", "proj_a", Decimal(70), "Ada", NOON, removed=True)

    assert in_force([ALPHA], [own, removed]) == (ALPHA,)
    assert in_force([], [own, removed]) == ()


def test_budgets_come_by_what_they_are_for_the_largest_first_and_equals_by_id() -> None:
    key = Budget("api_key_id", "key_a", Decimal(900))
    user = Budget("user_id", "user_a", Decimal(900))
    large = Budget("project_id", "proj_z", Decimal(60))
    model = Budget("model", "gpt-6", Decimal(900))

    listed = in_force([model, key, user, BETA, ALPHA, large, WHOLE], [])

    assert listed == (WHOLE, large, ALPHA, BETA, user, key, model)


def test_every_budget_ever_set_is_kept_oldest_first(tmp_path: Path) -> None:
    log = Log(str(tmp_path), BUDGETS)
    for amount, hour in ((2, 2), (1, 1), (3, 3)):
        log.append([Budget("", "", Decimal(amount), "Ada", NOON + dt.timedelta(hours=hour), amount == 3)])

    assert [(b.amount, b.removed) for b in log.read()] == [(1, False), (2, False), (3, True)]
    assert log.read()[0].written_at.utcoffset() == dt.timedelta(0)  # type: ignore[union-attr]
    assert BUDGETS.fold(log.rows(log.read())).num_rows == 3
