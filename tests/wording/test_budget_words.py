import pandas as pd

from lib.analysis.forecasting.burn_rate import Status
from lib.wording.budget_words import MEANINGS, SIGNS, WORDS, in_words


def test_no_two_statuses_read_the_same() -> None:
    assert len({f"{SIGNS[status]} {WORDS[status]}" for status in Status}) == len(Status)
    assert set(MEANINGS) == set(Status)


def test_a_table_of_budgets_says_each_status() -> None:
    table = pd.DataFrame({"status": [Status.OVER, Status.HOLDS], "about": ["Search", "Shop"]})

    assert in_words(table).to_dict("list") == {
        "status": ["✕ Exceeded", "✓ Holds"],
        "about": ["Search", "Shop"],
    }


def test_a_table_without_budgets_stays_empty() -> None:
    assert in_words(pd.DataFrame()).empty
