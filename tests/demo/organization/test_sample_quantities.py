import datetime as dt

from lib.demo.organization.sample_quantities import quantities


def counted(name: str, until: dt.date) -> list[tuple[str, int]]:
    return [(f"{q.day:%a %d}", int(q.quantity)) for q in quantities(until) if q.name == name]


def test_weekends_are_quiet_and_counting_ends_yesterday() -> None:
    until = dt.date(2025, 11, 4)

    assert counted("support tickets", until) == [("Sat 01", 1530), ("Sun 02", 1516), ("Mon 03", 4208)]
    assert counted("documents", until) == [("Sat 01", 153), ("Sun 02", 151), ("Mon 03", 901)]


def test_they_grow_by_a_thousandth_a_day() -> None:
    assert counted("support tickets", dt.date(2026, 11, 2))[-3:] == [
        ("Fri 30", 5838),
        ("Sat 31", 2066),
        ("Sun 01", 2047),
    ]


def test_before_the_first_day_nothing_is_counted() -> None:
    assert quantities(dt.date(2025, 11, 1)) == ()
    assert {q.who for q in quantities(dt.date(2025, 11, 2))} == {"Demo"}
