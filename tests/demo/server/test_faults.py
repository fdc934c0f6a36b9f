from lib.demo.server.faults import Fault, Faults

USERS, COSTS = "/v1/organization/users", "/v1/organization/costs"


def taken(faults: Faults, *paths: str) -> list[Fault | None]:
    return [faults.take(path) for path in paths]


def test_without_rules_every_answer_is_right() -> None:
    assert taken(Faults(), USERS, COSTS) == [None, None]


def test_the_next_requests_fail_as_often_as_is_said() -> None:
    faults = Faults()
    faults.next(Fault.SLOW)
    faults.next(Fault.DROPPED, times=2)

    assert taken(faults, *[USERS] * 4) == [Fault.SLOW, Fault.DROPPED, Fault.DROPPED, None]


def test_a_path_limits_what_fails_and_what_is_counted() -> None:
    faults = Faults()
    faults.next(Fault.SLOW, path="/costs")
    faults.every(2, Fault.MALFORMED, path="/users")

    asked = (USERS, COSTS, COSTS, USERS, USERS, COSTS, USERS)

    assert taken(faults, *asked) == [None, Fault.SLOW, None, Fault.MALFORMED, None, None, Fault.MALFORMED]


def test_of_two_rules_that_fire_the_earlier_one_wins_and_the_later_one_waits() -> None:
    faults = Faults()
    faults.every(1, Fault.SLOW)
    faults.next(Fault.DROPPED)

    assert taken(faults, USERS, USERS) == [Fault.SLOW, Fault.SLOW]

    faults.clear()
    faults.next(Fault.DROPPED)
    faults.every(1, Fault.SLOW)

    assert taken(faults, USERS, USERS) == [Fault.DROPPED, Fault.SLOW]


def test_what_was_forgotten_no_longer_fails() -> None:
    faults = Faults()
    faults.every(1, Fault.SLOW)
    faults.clear()

    assert taken(faults, USERS) == [None]


def test_a_server_asks_to_come_back_after_a_second_and_is_slow_by_one() -> None:
    assert (Faults().retry_after, Faults().slow_seconds) == (1, 1.0)
