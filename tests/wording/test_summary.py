from decimal import Decimal

import pytest

from lib.analysis.comparison import Change, movers
from lib.wording.summary import Mover, movers_of, sentence
from tests.analysis.samples import frame

OCTOBER = "1–31 Oct 2026"


def changed(now: str, before: str) -> Change:
    return Change(Decimal(now), Decimal(before))


@pytest.mark.parametrize(
    ("spend", "compared_with", "said"),
    [
        (changed("120", "100"), None, "You spent $120.00."),
        (changed("120", "0"), OCTOBER, "You spent $120.00; nothing was billed in 1–31 Oct 2026."),
        (changed("120", "100"), OCTOBER, "You spent $120.00, 20.0% more than in 1–31 Oct 2026 ($100.00)."),
        (changed("75", "100"), OCTOBER, "You spent $75.00, 25.0% less than in 1–31 Oct 2026 ($100.00)."),
        (
            changed("100.01", "100"),
            OCTOBER,
            "You spent $100.01, the same as in 1–31 Oct 2026 ($100.00).",
        ),
        (changed("-300", "0"), None, "You got $300.00 more in credits than was billed."),
        (
            changed("-300", "20"),
            OCTOBER,
            "You got $300.00 more in credits than was billed; in 1–31 Oct 2026 it was $20.00.",
        ),
        (changed("20", "-300"), OCTOBER, "You spent $20.00; in 1–31 Oct 2026 it was −$300.00."),
    ],
)
def test_a_sentence_says_what_was_spent_and_how_that_compares(
    spend: Change, compared_with: str | None, said: str
) -> None:
    assert sentence(spend, compared_with, [], unsettled=False) == said


def test_who_rose_and_who_fell_most_are_named() -> None:
    moved = [
        Mover("Search", changed("60", "30")),
        Mover("Support", changed("10", "40")),
        Mover("Chat", changed("50", "30")),
    ]

    assert sentence(changed("120", "100"), OCTOBER, moved, unsettled=False) == (
        "You spent $120.00, 20.0% more than in 1–31 Oct 2026 ($100.00): "
        "Search rose most (+$30.00) and Support fell most (−$30.00)."
    )


def test_nobody_is_named_who_did_not_move() -> None:
    rising = [Mover("Search", changed("20", "10")), Mover("Chat", changed("5", "5"))]

    assert sentence(changed("25", "15"), OCTOBER, rising, unsettled=False).endswith(
        "($15.00): Search rose most (+$10.00)."
    )


@pytest.mark.parametrize("compared_with", [None, OCTOBER])
@pytest.mark.parametrize("before", ["0", "100"])
def test_unsettled_days_are_owned_up_to(compared_with: str | None, before: str) -> None:
    said = sentence(changed("120", before), compared_with, [], unsettled=True)

    assert said.endswith(". The newest days are still settling, so this will move a little.")


def test_movers_go_by_their_labels() -> None:
    now = frame(["project_id", "spend"], ("proj_a", Decimal(3)), ("proj_b", Decimal(1)))
    before = frame(["project_id", "spend"], ("proj_a", Decimal(2)))

    found = movers_of(movers(now, before, "project_id", "spend"), "project_id", {"proj_a": "Search"})

    assert found == [Mover("Search", changed("3", "2")), Mover("proj_b", changed("1", "0"))]


def test_the_filters_are_named_in_place_of_everybody() -> None:
    said = sentence(Change(Decimal(7), Decimal(0)), None, [], unsettled=False, who="Search")

    assert said == "Search spent $7.00."
