import datetime as dt

from lib.openai_admin.refusals import Refusal, RefusalKind, fingerprint, fresh

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def learned(kind: RefusalKind, ago: dt.timedelta) -> Refusal:
    return Refusal("costs", kind, "no", NOON - ago)


def test_a_refusal_holds_for_a_day() -> None:
    young, old = learned(RefusalKind.ENDPOINT, 23 * HOUR), learned(RefusalKind.ENDPOINT, 24 * HOUR)

    assert fresh([young, old], NOON) == (young,)


def test_a_refusal_that_a_clock_learned_in_the_future_holds_for_nothing() -> None:
    assert fresh([learned(RefusalKind.ENDPOINT, -HOUR)], NOON) == ()


def test_a_fingerprint_tells_keys_and_addresses_apart_and_gives_no_key_away() -> None:
    key, url = "sk-admin-secret", "https://api.openai.com/v1"

    assert fingerprint(key, url) == fingerprint(key, f"{url}/") == "fca839381e8181ee"
    assert len({fingerprint(k, u) for k in (key, "sk-admin-other") for u in (url, "https://eu.api/v1")}) == 4


def test_a_refusal_is_about_the_days_from_since_to_before_until() -> None:
    days = [dt.date(2026, 11, n) for n in range(1, 6)]

    def about(since: dt.date | None, until: dt.date | None) -> list[int]:
        refusal = Refusal("costs", RefusalKind.DIMENSION, "no", NOON, "user_id", since, until)
        return [day.day for day in days if refusal.is_about(day)]

    assert about(days[1], days[3]) == [2, 3]
    assert (about(None, days[2]), about(days[2], None), about(None, None)) == (
        [1, 2],
        [3, 4, 5],
        [1, 2, 3, 4, 5],
    )


def test_a_lookback_date_never_grows_old() -> None:
    ancient = [learned(kind, 10_000 * HOUR) for kind in RefusalKind]

    assert fresh(ancient, NOON) == (learned(RefusalKind.LOOKBACK, 10_000 * HOUR),)
