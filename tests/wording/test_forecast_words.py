import pandas as pd

from lib.analysis.forecasting.forecast import Band
from lib.wording.forecast_words import band_words, verdict

SCORES = ["method", "error", "held80", "held95"]


def test_bands_are_said_as_cases() -> None:
    assert band_words((Band(0.8, 90.4, 110), Band(0.95, 80, 1234.5))) == (
        "Between $90 and $110 in 8 of 10 cases, between $80 and $1,235 in 19 of 20."
    )


def test_no_bands_means_a_short_history() -> None:
    assert band_words(()) == "The history is too short or too uneven to say how far off this may be."


def test_the_verdict_names_the_best_method_and_how_its_bands_held() -> None:
    scores = pd.DataFrame([("A", 0.05, 0.75, 1.0), ("B", 0.125, None, None)], columns=SCORES)

    assert verdict(scores) == (
        "“A” is used: it was off by 5.0% on average; “B” was off by 12.5%. "
        "The 80 % band held 75.0% of the actual sums, the 95 % band 100%."
    )


def test_a_method_without_bands_says_nothing_of_them() -> None:
    scores = pd.DataFrame([("A", 0.05, None, None), ("B", 0.125, None, None)], columns=SCORES)

    assert verdict(scores) == "“A” is used: it was off by 5.0% on average; “B” was off by 12.5%."


def test_without_a_complete_month_nobody_knows() -> None:
    assert verdict(pd.DataFrame(columns=SCORES)).startswith("No complete month could be tried yet")
