import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from lib.openai_admin.name_lists import Name
from lib.store.log import Log
from lib.store.records.names import NAMES, seen

NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
ALPHA = Name("project", "proj_a", "Alpha")
BETA = Name("project", "proj_a", "Beta")
KNOWN = {("project", "proj_a"): Name("project", "proj_a", "Alpha", first_seen=NOON - DAY, last_seen=NOON)}


def at(name: str, first: dt.datetime | None, last: dt.datetime) -> Name:
    return Name("project", "proj_a", name, first_seen=first, last_seen=last)


def test_a_new_name_is_first_and_last_seen_now() -> None:
    assert seen(ALPHA, {}, NOON) == at("Alpha", NOON, NOON)


def test_a_name_known_without_when_is_seen_for_the_first_time() -> None:
    assert seen(ALPHA, {("project", "proj_a"): ALPHA}, NOON) == at("Alpha", NOON, NOON)


@pytest.mark.parametrize(
    ("since", "recorded"),
    [
        (DAY - dt.timedelta(microseconds=1), None),
        (DAY, at("Alpha", NOON - DAY, NOON + DAY)),
    ],
)
def test_a_name_that_stays_is_recorded_once_a_day(since: dt.timedelta, recorded: Name | None) -> None:
    assert seen(ALPHA, KNOWN, NOON + since) == recorded


def test_a_changed_name_is_recorded_at_once_and_never_seen_earlier_than_before() -> None:
    assert seen(BETA, KNOWN, NOON + DAY / 2) == at("Beta", NOON - DAY, NOON + DAY / 2)
    assert seen(BETA, KNOWN, NOON - DAY) == at("Beta", NOON - DAY, NOON + dt.timedelta(microseconds=1))


def test_when_keys_were_listed_is_kept_until_they_are_listed_again() -> None:
    listed = {("project", "proj_a"): replace(KNOWN["project", "proj_a"], keys_listed_at=NOON)}

    assert seen(ALPHA, listed, NOON + DAY / 2) is None
    assert seen(BETA, listed, NOON + DAY) == replace(at("Beta", NOON - DAY, NOON + DAY), keys_listed_at=NOON)
    later = replace(ALPHA, keys_listed_at=NOON + DAY / 2)
    recorded = seen(later, listed, NOON + DAY / 2)
    assert recorded == replace(at("Alpha", NOON - DAY, NOON + DAY / 2), keys_listed_at=NOON + DAY / 2)


def test_the_name_seen_last_holds_since_it_was_first_seen(tmp_path: Path) -> None:
    log = Log(str(tmp_path), NAMES)
    log.append([at("Beta", NOON, NOON + DAY), at("Alpha", NOON - DAY, NOON)])

    assert log.read() == {("project", "proj_a"): at("Beta", NOON - DAY, NOON + DAY)}
    log.append([at("Gamma", NOON + DAY, NOON + 2 * DAY)])
    assert log.read() == {("project", "proj_a"): at("Gamma", NOON - DAY, NOON + 2 * DAY)}


@pytest.mark.parametrize("firsts", [(None, NOON), (NOON, None)])
def test_a_first_time_that_is_not_known_says_nothing(
    tmp_path: Path, firsts: tuple[dt.datetime | None, dt.datetime | None]
) -> None:
    log = Log(str(tmp_path), NAMES)
    log.append([at("Alpha", firsts[0], NOON), at("Beta", firsts[1], NOON + DAY)])

    assert log.read() == {("project", "proj_a"): at("Beta", firsts[1], NOON + DAY)}


def test_one_row_a_name_is_worth_keeping(tmp_path: Path) -> None:
    log = Log(str(tmp_path), NAMES)
    log.append([at("Alpha", NOON, NOON), Name("user", "proj_a", "One", last_seen=NOON)])
    log.append([at("Beta", NOON, NOON + DAY)])

    kept = NAMES.fold(log._table.read())

    assert NAMES.decode(kept) == log.read()
    assert kept.num_rows == 2
    assert kept.schema == NAMES.columns
