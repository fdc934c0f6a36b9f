"""What each team could save sums to what all could; shared keys are split by what teams used of them."""

from decimal import Decimal

from lib.analysis.savings import saving
from lib.analysis.savings.by_team import Used, by_team
from lib.analysis.savings.rules import batching, idle_projects, prompt_caching
from tests.analysis.savings.test_saving import A_MONTH, made

BILLED = [
    Used("Growth", "proj_a", "key_a", Decimal(3)),
    Used("Support", "proj_a", "key_a", Decimal(1)),
    Used("Support", "proj_a", "key_b", Decimal(9)),
    Used("Growth", "proj_b", "(none)", Decimal(-5)),
]
TOKENS = [Used("Growth", "proj_a", "key_c", Decimal(10)), Used("Support", "proj_a", "key_a", Decimal(90))]


def test_a_key_that_two_teams_share_is_split_by_what_each_was_billed() -> None:
    found = [made(batching.RULE, "key_a", 4), made(prompt_caching.RULE, "key_a", 3)]

    rows = by_team(found, [BILLED, TOKENS])

    assert rows.to_numpy().tolist() == [["Growth", 3 * A_MONTH], ["Support", A_MONTH]]
    assert sum(rows["value"]) == saving.at_most(found)


def test_a_saving_of_a_project_is_split_over_all_its_keys() -> None:
    rows = by_team([made(idle_projects.RULE, "", 13)], [BILLED, TOKENS])

    assert rows.to_numpy().tolist() == [["Support", 10 * A_MONTH], ["Growth", 3 * A_MONTH]]


def test_where_the_bill_tells_nothing_tokens_do_and_else_it_is_no_teams() -> None:
    found = [made(batching.RULE, "key_c", 2), made(batching.RULE, "key", 1, project="proj_b")]

    assert by_team(found, [BILLED, TOKENS]).to_numpy().tolist() == [
        ["Growth", 2 * A_MONTH],
        ["(none)", A_MONTH],
    ]


def test_parts_that_cannot_be_halved_sum_to_the_whole() -> None:
    found = [made(batching.RULE, "key_a", 1)]
    thirds = [Used(team, "proj_a", "key_a", Decimal(1)) for team in ("A", "B", "C")]

    assert sum(by_team(found, [thirds])["value"]) == saving.at_most(found)


def test_without_savings_there_are_no_teams() -> None:
    assert by_team([], [BILLED]).empty
