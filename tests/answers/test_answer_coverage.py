import datetime as dt

from lib.answers.answer_coverage import Coverage, SourceDays, coverage_of, in_days_of
from lib.periods.windows import Window

ONE, TWO, THREE, FOUR, FIVE, SIX = (dt.date(2026, 11, n) for n in range(1, 7))
WINDOW = Window(ONE, dt.date(2026, 11, 8))
FETCHED = dt.datetime(2026, 11, 6, tzinfo=dt.UTC)


def covered(*sources: SourceDays, unattributed: tuple[dt.date, ...] = ()) -> Coverage:
    final = {day: day < FOUR for day in WINDOW}
    return coverage_of(WINDOW, sources, final, unattributed=unattributed, today=SIX)


def test_every_day_up_to_today_is_in_exactly_one_state() -> None:
    found = covered(
        SourceDays(fetched={TWO: FETCHED, THREE: FETCHED, FOUR: FETCHED}, fetching={FIVE}, served_from=TWO),
        unattributed=(THREE,),
    )

    assert (found.unserved, found.final, found.unattributed) == ({ONE}, {TWO}, {THREE})
    assert (found.provisional, found.fetching, found.missing) == ({FOUR}, {FIVE}, {SIX})


def test_a_day_is_known_only_where_every_source_has_it() -> None:
    whole = SourceDays(fetched=dict.fromkeys(WINDOW, FETCHED))
    part = SourceDays(fetched={ONE: FETCHED})

    assert covered(whole).is_complete
    assert covered(whole, part).known == {ONE}
    assert covered(whole, part).missing == {TWO, THREE, FOUR, FIVE, SIX}


def test_what_is_unknown_is_everything_but_final_and_provisional() -> None:
    found = covered(SourceDays(fetched={ONE: FETCHED, FOUR: FETCHED}))

    assert found.known == {ONE, FOUR}
    assert found.unknown == {TWO, THREE, FIVE, SIX}


def test_days_to_come_are_not_counted() -> None:
    assert dt.date(2026, 11, 7) not in covered(SourceDays(fetched={})).unknown


def test_a_day_is_unserved_before_the_first_that_the_api_has_and_missing_from_it_on() -> None:
    found = covered(SourceDays(fetched={}, served_from=TWO), SourceDays(fetched={}))

    assert (found.unserved, found.missing) == ({ONE}, {TWO, THREE, FOUR, FIVE, SIX})


def test_a_day_of_a_zone_is_known_where_all_of_its_utc_days_are() -> None:
    early = dt.datetime(2026, 11, 5, tzinfo=dt.UTC)
    known = SourceDays({TWO: FETCHED, THREE: early, FOUR: FETCHED}, fetching={FIVE}, served_from=TWO)
    days = Window(TWO, dt.date(2026, 11, 7), zone="Europe/Berlin")

    found = in_days_of(days, known, FETCHED)

    assert found.fetched == {THREE: early, FOUR: early}
    assert found.fetching == {FIVE, SIX}
    assert found.served_from == THREE


def test_days_of_a_zone_behind_utc_are_served_from_the_same_day_on() -> None:
    known = SourceDays({}, served_from=TWO)

    found = in_days_of(Window(TWO, FOUR, zone="America/New_York"), known, FETCHED)

    assert found.served_from == TWO


def test_what_is_known_of_utc_days_is_known_of_utc_days() -> None:
    known = SourceDays({TWO: FETCHED}, {THREE}, ONE)

    assert in_days_of(WINDOW, known, FETCHED) is known
