"""Budgets: how a file is read, and what of file and app holds."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from lib.configuration.secrets_files import ROOT
from lib.openai_admin.name_lists import Name
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.store.budget_file import Balance, Declared, Deposit, parse, read_budgets, resolved
from lib.store.records.budgets import Budget, in_force
from lib.store.usage_store import Store

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
GOOD = """
version = 1
[[budget]]
amount = 1000.50
[[budget]]
project = "Search"
amount = 5
[[budget]]
model = "gpt-6-sol"
amount = 7
[balance]
date = 2026-10-01
amount = 90
[[top_up]]
date = 2026-12-01
amount = 2
[[top_up]]
date = 2026-11-01
amount = 1
"""


def budget(amount: int, about: str = "", dimension: str = "", **more: object) -> Budget:
    return Budget(dimension, about, Decimal(amount), **more)  # type: ignore[arg-type]


def test_a_file_declares_budgets_and_a_balance_with_top_ups_by_date() -> None:
    assert parse(GOOD, "b.toml") == Declared(
        (
            Budget("", "", Decimal("1000.50")),
            Budget("project_id", "Search", Decimal(5)),
            Budget("model", "gpt-6-sol", Decimal(7)),
        ),
        Balance(
            dt.date(2026, 10, 1),
            Decimal(90),
            (Deposit(dt.date(2026, 11, 1), Decimal(1)), Deposit(dt.date(2026, 12, 1), Decimal(2))),
        ),
    )


def test_the_example_has_nothing_wrong() -> None:
    declared = read_budgets(ROOT / ".streamlit" / "budgets.example.toml", needed=True)

    assert declared.problems == ()
    assert len(declared.budgets) == 8
    assert declared.balance
    assert len(declared.balance.top_ups) == 1


def test_a_file_that_is_not_there_is_a_problem_only_where_somebody_named_it(tmp_path: Path) -> None:
    assert read_budgets(tmp_path / "b.toml", needed=False) == Declared()

    (problem,) = read_budgets(tmp_path / "b.toml", needed=True).problems
    assert problem.startswith(f"There is no budget file at {tmp_path}/b.toml.")


def test_a_file_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")

    assert read_budgets(tmp_path / "b.toml", needed=False).problems == (
        f"{tmp_path}/b.toml cannot be read as UTF-8 text. Save it as such.",
    )


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    assert read_budgets(tmp_path / "b.toml", needed=True) == parse(GOOD, "b.toml")


@pytest.mark.parametrize("amount", ["9" * 5000, "1e99999999999999999999", "[" * 100_000])
def test_a_number_or_nesting_beyond_all_measure_is_said(amount: str) -> None:
    declared = parse(f"version = 1\n[[budget]]\namount = {amount}", "b.toml")

    assert declared.budgets == ()
    assert declared.problems[0].startswith("b.toml")


def test_what_is_no_toml_is_told_with_its_line() -> None:
    assert parse("version = 1\n[[budget]]\namount = 5O\n", "b.toml").problems == (
        "b.toml: this is not TOML: Expected newline or end of document after a statement (at line 3, "
        "column 11). Nothing was read.",
    )


@pytest.mark.parametrize("text", ["", "version = 2", 'version = "1"', "version = true"])
def test_a_file_of_another_version_is_not_read(text: str) -> None:
    assert parse(f"{text}\n[[budget]]\namount = 5", "b.toml") == Declared(
        problems=("b.toml: the first line must be version = 1. Nothing of it was read.",)
    )


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (
            "[[budget]]",
            "[[budget]] number 1: amount is missing; it must be a number of US dollars above 0, such as "
            "amount = 5000.",
        ),
        *(
            (
                f"[[budget]]\namount = {value}",
                "[[budget]] number 1: amount must be a number of US dollars above 0, such as amount = 5000.",
            )
            for value in [
                *("0", "-5", '"5"', "true", "1000000000000", "nan", "inf", "0E+40", "1e-999999", "1e999999"),
                *("[5]", "{}", "2026-11-01", "0x" + "f" * 5000, '"\uff15"'),
            ]
        ),
        (
            '[[budget]]\namount = 1\nboss = "x"',
            "[[budget]] number 1: boss means nothing here; it takes amount, organization, project, user, "
            "key, model, team.",
        ),
        (
            '[[budget]]\namount = 1\nuser = "x"\nmodel = "y"',
            "[[budget]] number 1: it names user and model; a budget is for one of them.",
        ),
        (
            "[[budget]]\namount = 1\nkey = 5",
            "[[budget]] number 1: key must be an id or a name in quotes.",
        ),
        (
            "[balance]\namount = 1",
            "[balance]: date is missing; it must be a day (UTC) without quotes, such as date = 2026-11-01.",
        ),
        *(
            (
                f"[balance]\namount = 1\ndate = {value}",
                "[balance]: date must be a day (UTC) without quotes, such as date = 2026-11-01.",
            )
            for value in ['"2026-11-01"', "2026-11-01T00:00:00", "20261101", "12:00:00", "1.5"]
        ),
        ("[[balance]]\namount = 1", "[balance]: it must be a table with lines such as amount = 5000."),
        ("budget = [5]", "[[budget]] number 1: it must be a table with lines such as amount = 5000."),
    ],
)
def test_a_wrong_entry_is_one_sentence_and_left_out(entry: str, problem: str) -> None:
    declared = parse(f"version = 1\n{entry}", "b.toml")

    assert declared == Declared(problems=(f"b.toml, {problem}",))


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("budget = 5", "write [[budget]] with two brackets, once for each."),
        ("[budget]\namount = 5", "write [[budget]] with two brackets, once for each."),
        ("[[top_up]]\ndate = 2026-11-01\namount = 1", "[[top_up]] needs a [balance] that it adds to."),
        (
            "owner = 1",
            "there is nothing called owner; it takes version, [[budget]], [balance] and [[top_up]].",
        ),
    ],
)
def test_a_wrong_file_is_one_sentence(entry: str, problem: str) -> None:
    assert parse(f"version = 1\n{entry}", "b.toml") == Declared(problems=(f"b.toml: {problem}",))


def test_what_is_right_holds_beside_what_is_wrong_and_every_wrong_entry_is_said() -> None:
    declared = parse(
        'version = 1\n[[budget]]\namount = 5\n[[budget]]\namount = "x"\n[[budget]]\nuser = ""\n', "b.toml"
    )

    assert declared.budgets == (budget(5),)
    assert [p.split(":")[0] for p in declared.problems] == [
        "b.toml, [[budget]] number 2",
        "b.toml, [[budget]] number 3",
    ]


def test_the_first_of_two_budgets_for_the_same_holds() -> None:
    declared = parse("version = 1\n[[budget]]\namount = 5\n[[budget]]\namount = 6\n", "b.toml")

    assert declared.budgets == (budget(5),)
    assert declared.problems == ("b.toml: the whole organization has two budgets; the first one is used.",)


def test_a_top_up_before_the_balance_is_in_it_already() -> None:
    declared = parse(
        "version = 1\n[balance]\ndate = 2026-11-02\namount = 5\n[[top_up]]\ndate = 2026-11-01\namount = 1\n",
        "b.toml",
    )

    assert declared.balance == Balance(dt.date(2026, 11, 2), Decimal(5))
    assert declared.problems == (
        "b.toml, [[top_up]] of 2026-11-01: it is before the balance of 2026-11-02, which includes it. "
        "Take it out, or date the balance earlier.",
    )


NAMES = (
    Name("project", "proj_a", "Search"),
    Name("project", "proj_b", "Sandbox"),
    Name("project", "proj_old", "Sandbox", archived=True),
    Name("user", "user-1", "Ada", "ada@example.com"),
    Name("service_account", "svc-1", "nightly"),
    Name("api_key", "key_1", "production"),
    Name("api_key", "key_2", "production"),
)


@pytest.mark.parametrize(
    ("dimension", "word", "about"),
    [
        ("project_id", "search", "proj_a"),
        ("project_id", "proj_a", "proj_a"),
        ("project_id", "Sandbox", "proj_b"),
        ("project_id", "proj_old", "proj_old"),
        ("project_id", "Nowhere", "Nowhere"),
        ("user_id", "Ada@example.com", "user-1"),
        ("user_id", "nightly", "svc-1"),
        ("api_key_id", "key_2", "key_2"),
        ("model", "Search", "Search"),
        ("", "", ""),
    ],
)
def test_a_budget_goes_by_an_id_a_name_or_an_address(dimension: str, word: str, about: str) -> None:
    assert resolved([budget(1, word, dimension)], NAMES) == ((budget(1, about, dimension),), ())


def test_a_name_of_two_is_left_out_and_said() -> None:
    assert resolved([budget(1, "production", "api_key_id")], NAMES) == (
        (),
        (
            "The budget of API key production is left out, because 2 API keys are called that. "
            "Write the id instead.",
        ),
    )


def test_what_the_app_sets_stands_in_place_of_the_file_until_it_is_removed() -> None:
    declared = [budget(5), budget(6, "proj_a", "project_id")]
    changed = budget(9, who="ada", written_at=NOON)
    own = budget(3, "m", "model", who="ada", written_at=NOON)
    removed = budget(9, who="bob", written_at=NOON, removed=True)

    assert in_force(declared, [changed, own]) == (changed, declared[1], own)
    assert in_force(declared, [changed, own, removed]) == (declared[0], declared[1], own)
    assert in_force(declared, [changed, removed, changed]) == (changed, declared[1])


def test_the_store_keeps_who_set_what_when_oldest_first(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    first = budget(5, who="ada", written_at=NOON)
    second = budget(6, who="bob", written_at=NOON + dt.timedelta(minutes=1))

    store.write_budget(first, NOON)
    store.write_budget(second, NOON + dt.timedelta(minutes=1))
    store.tidy()

    assert Store(str(tmp_path)).budgets() == (first, second)


def test_the_store_keeps_the_newest_reading_of_limits(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    assert store.limits() == LimitList()
    limits = LimitList((SpendLimit(LimitKind.LIMIT, "", Decimal("1.25"), enforced=True),), ("No alerts.",))

    store.write_limits(limits, NOON)

    assert store.limits() == LimitList(limits.limits, limits.failures, NOON)
    later = NOON + dt.timedelta(hours=1)
    store.write_limits(LimitList(), later)
    assert store.limits() == LimitList(read_at=later)


def test_a_budget_of_a_team_goes_by_the_name_of_one_that_is_declared() -> None:
    growth, other = budget(1, "GROWTH", "team"), budget(2, "Search", "team")

    assert resolved([other, growth], NAMES, ["Growth"]) == (
        (budget(1, "Growth", "team"),),
        ("The budget of team Search is left out, because the team file declares no such team.",),
    )
