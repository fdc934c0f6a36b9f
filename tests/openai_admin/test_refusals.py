import datetime as dt

from lib.openai_admin.refusals import Kind, Refusal, fresh

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def learned(kind: Kind, ago: dt.timedelta) -> Refusal:
    return Refusal("costs", kind, "no", NOON - ago)


def test_a_refusal_holds_for_a_day() -> None:
    young, old = learned(Kind.ENDPOINT, 23 * HOUR), learned(Kind.ENDPOINT, 24 * HOUR)

    assert fresh([young, old], NOON) == (young,)


def test_a_lookback_date_never_grows_old() -> None:
    ancient = [learned(kind, 10_000 * HOUR) for kind in Kind]

    assert fresh(ancient, NOON) == (learned(Kind.LOOKBACK, 10_000 * HOUR),)
