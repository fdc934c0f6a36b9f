import datetime as dt

import pandas as pd

from lib.analysis.turnover import State
from lib.wording.turnover_words import counted, known_words


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_states_are_counted_in_words() -> None:
    found = pd.DataFrame({"state": [State.NEW, State.GONE, State.NEW]})

    assert counted(found) == "2 new, 1 gone"


def test_how_far_back_is_known_is_said() -> None:
    assert known_words([], {}) == "No day before this period is stored, so what is called new may be older."
    assert known_words([day("2026-10-01"), day("2026-10-02")], {}) == (
        "New is what was not billed before this period, as far as it is stored: 1–2 Oct 2026."
    )


def test_many_pieces_of_stored_days_are_counted_not_listed() -> None:
    stored = [day(f"2026-10-0{n}") for n in (1, 3, 5, 7)]

    assert known_words(stored, {}).endswith("as far as it is stored: 4 days since 1 Oct 2026.")


def test_a_dimension_that_the_bill_knows_too_late_is_said() -> None:
    said = known_words([day("2026-10-01")], {"api_key_id": day("2026-10-20")})

    assert said == (
        "New is what was not billed before this period, as far as it is stored: 1 Oct 2026. "
        "The bill knows API keys only from 20 Oct 2026 on, so nobody can tell which of them are new."
    )
