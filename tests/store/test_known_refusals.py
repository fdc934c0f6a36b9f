from dataclasses import replace

from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.widths import Width
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from tests.store.january import DAY, HOUR, LOOKBACK, NOON, date


def test_the_newest_word_on_a_date_that_moves_counts(store: Store) -> None:
    later = replace(LOOKBACK, learned_at=NOON + HOUR, until=date(1, 6))
    store.remember([LOOKBACK], NOON + DAY)
    store.remember([later, LOOKBACK], NOON + DAY)

    assert store.refusals() == (later,)


def test_a_refusal_takes_the_place_of_those_it_includes(store: Store) -> None:
    narrow = Refusal("costs", RefusalKind.COMBINATION, "no", NOON, None, date(1, 3), date(1, 9))
    elsewhere = replace(narrow, since=date(2, 1), until=date(2, 9))
    wide = replace(narrow, since=date(1, 1), learned_at=NOON + HOUR)
    store.remember([narrow, elsewhere], NOON + DAY)
    store.remember([wide, elsewhere], NOON + DAY)

    assert store.refusals() == (elsewhere, wide)


def test_a_refusal_that_is_known_is_not_written_again(store: Store) -> None:
    store.remember([LOOKBACK], NOON + DAY)
    version = store.log_versions("restrictions")

    store.remember([LOOKBACK], NOON + DAY)

    assert store.log_versions("restrictions") == version


ENDPOINT = Refusal("images", RefusalKind.ENDPOINT, "not found", NOON)


FLOOR = Refusal("costs", RefusalKind.FLOOR, "not before", NOON, "api_key_id", until=date(1, 5))


def test_a_missing_endpoint_belongs_to_the_asker_that_was_refused(store: Store) -> None:
    ours, theirs = Store(store.uri, "ours"), Store(store.uri, "theirs")
    ours.remember([ENDPOINT, FLOOR], NOON)

    known = (replace(ENDPOINT, asker="ours"), replace(FLOOR, asker="ours"))
    assert (ours.binding_refusals(), ours.refusals()) == (known, known)
    assert (theirs.binding_refusals(), theirs.refusals()) == ((), known[1:])


def test_what_was_refused_to_nobody_knows_whom_binds_nobody_until_it_is_refused_again(store: Store) -> None:
    store.remember([ENDPOINT, FLOOR], NOON)
    ours = Store(store.uri, "ours")
    assert (ours.binding_refusals(), ours.refusals()) == ((), (FLOOR,))

    again = replace(FLOOR, learned_at=NOON + HOUR)
    ours.remember([again], NOON + HOUR)

    assert ours.refusals() == ours.binding_refusals() == (replace(again, asker="ours"),)


def test_what_several_askers_were_refused_is_told_once(store: Store) -> None:
    Store(store.uri, "one").remember([FLOOR], NOON)
    Store(store.uri, "two").remember([replace(FLOOR, until=date(1, 4))], NOON)

    assert [(r.asker, r.until) for r in store.refusals()] == [("two", date(1, 4))]
    assert len(store.binding_refusals()) == 2


def test_what_was_refused_before_somebody_wants_to_know_again_binds_nobody_and_stays_told(
    store: Store,
) -> None:
    scope = Refusal("names", RefusalKind.SCOPE, "no", NOON, "api.management.read")
    store.remember([ENDPOINT, scope, FLOOR], NOON)

    store.ask_again(NOON + HOUR)

    assert store.binding_refusals() == (FLOOR,)
    assert store.refusals() == (ENDPOINT, scope, FLOOR)
    later = replace(ENDPOINT, learned_at=NOON + HOUR)
    store.remember([later], NOON + HOUR)
    assert store.binding_refusals() == (FLOOR, later)


def test_an_endpoint_that_answered_meanwhile_is_there(store: Store) -> None:
    other = Store(store.uri)
    other.remember([ENDPOINT], NOON)
    assert store.refusals() == (ENDPOINT,)

    other.mark([Covered("images", Width.HOUR, date(1, 1), date(1, 2), NOON + HOUR)])

    assert (store.refusals(), store.binding_refusals()) == ((), ())


def test_a_refusal_that_a_clock_put_into_the_future_is_replaced_by_what_is_learned_now(store: Store) -> None:
    store.remember([replace(ENDPOINT, learned_at=NOON + 9999 * HOUR)], NOON)

    store.remember([ENDPOINT], NOON)

    assert store.refusals() == (ENDPOINT,)
    assert Store(store.uri).refusals() == (ENDPOINT,)


def test_a_refusal_that_was_learned_again_later_is_written(store: Store) -> None:
    store.remember([LOOKBACK], NOON + DAY)

    store.remember([replace(LOOKBACK, learned_at=NOON + HOUR)], NOON + DAY)
    assert store.refusals() == (replace(LOOKBACK, learned_at=NOON + HOUR),)
    version = store.log_versions("restrictions")
    store.remember([LOOKBACK], NOON + DAY)
    assert store.log_versions("restrictions") == version
