import datetime as dt

import pytest

from lib.periods.windows import Window
from lib.wording.file_names import file_name

OCTOBER = Window(dt.date(2026, 10, 1), dt.date(2026, 11, 1))
A_DAY = Window(dt.date(2026, 10, 1), dt.date(2026, 10, 2))


@pytest.mark.parametrize(
    ("window", "kept", "expected"),
    [
        (OCTOBER, "Search, Ada", "who-spent-most_2026-10-01_2026-10-31_search-ada.csv"),
        (OCTOBER, "", "who-spent-most_2026-10-01_2026-10-31.csv"),
        (A_DAY, "", "who-spent-most_2026-10-01.csv"),
        (None, "Search", "who-spent-most_search.csv"),
        (None, "", "who-spent-most.csv"),
    ],
)
def test_a_file_is_named_for_its_question_its_days_and_its_filters(
    window: Window | None, kept: str, expected: str
) -> None:
    assert file_name("Who spent most?", window, kept, "csv") == expected


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("../../etc/passwd", "q_etc-passwd.csv"),
        ("C:\\con\0\n<a>|*", "q_c-con-a.csv"),
        ("Zoë, 検索", "q_zoë-検索.csv"),
        ("Ada’s", "q_adas.csv"),
        ("gpt_6.1", "q_gpt-6-1.csv"),
        ("???", "q.csv"),
    ],
)
def test_a_name_holds_letters_and_digits_alone(kept: str, expected: str) -> None:
    assert file_name("Q?", None, kept, "csv") == expected


def test_a_name_is_never_longer_than_file_systems_take() -> None:
    name = file_name("検" * 500, OCTOBER, "索" * 500, "csv")

    assert name == f"{'検' * 26}_2026-10-01_2026-10-31_{'索' * 26}.csv"
    assert len(name.encode()) < 256


def test_a_question_without_words_still_has_a_name() -> None:
    assert file_name("?", None, "", "png") == "file.png"
