import datetime as dt

from lib.openai_admin.refusals import Refusal, RefusalKind, fresh

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def learned(kind: RefusalKind, ago: dt.timedelta) -> Refusal:
    return Refusal("costs", kind, "no", NOON - ago)


def test_a_refusal_holds_for_a_day() -> None:
    young, old = learned(RefusalKind.ENDPOINT, 23 * HOUR), learned(RefusalKind.ENDPOINT, 24 * HOUR)

    assert fresh([young, old], NOON) == (young,)


def test_a_lookback_date_never_grows_old() -> None:
    ancient = [learned(kind, 10_000 * HOUR) for kind in RefusalKind]

    assert fresh(ancient, NOON) == (learned(RefusalKind.LOOKBACK, 10_000 * HOUR),)
